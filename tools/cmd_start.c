/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * daxemu start: a lasting instance. The process that mounts becomes the daemon, so the daemon's
 * namespaces are those of the mount; `run --join` enters them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/util.h"
#include "cli.h"
#include "daemon/namespace.h"
#include "daemon/ns_files.h"
#include "daemon/runtime.h"
#include "daemon/setup.h"
#include "launch.h"
#include "programs.h"

struct start {
	const struct args *args;
	char instance[64];
	char daemon[PATH_MAX];
	char **daemon_argv;
	enum config_uevents uevents;
	struct setup setup;
	int socks[2]; /* [1] is the daemon's */
	bool made;    /* the runtime directory is ours */
	struct refusal refusal;
};

/* Root mounts for all, a user for himself. */
static int make_files(struct start *start)
{
	int r = ns_open_host(&start->setup, &start->refusal);

	if (!r && geteuid())
		r = ns_enter(&start->refusal);
	return r ? r
		 : ns_make_files(&start->setup, start->setup.runtime, start->uevents,
				 &start->refusal);
}

/* Only on failure: else the daemon does it when it ends. */
static void remove_files(struct start *start)
{
	if (!start->made)
		return;
	runtime_unmount(start->setup.runtime);
	runtime_remove(start->setup.runtime);
}

static int become_daemon(struct start *start)
{
	int r = make_files(start);

	if (!r) {
		r = setup_send(start->socks[0], &start->setup);
		if (r < 0)
			refuse(&start->refusal, "daxemud cannot get its files: %s", strerror(-r));
	}
	if (!r)
		r = launch_exec(start->daemon, start->daemon_argv, start->socks[1],
				&start->refusal);
	remove_files(start);
	return r;
}

/* A daemon without a terminal writes its log beside its socket. */
static void redirect_log(const struct start *start)
{
	char path[RUNTIME_PATH_MAX + 8];
	int fd;

	snprintf(path, sizeof(path), "%s/log", start->setup.runtime);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0) {
		dup2(fd, STDERR_FILENO);
		close(fd);
	}
}

static void __attribute__((noreturn)) background(struct start *start)
{
	setsid();
	redirect_log(start);
	become_daemon(start);
	setup_reply(start->socks[1], SETUP_REFUSED, start->refusal.text);
	_exit(2);
}

static int in_background(struct start *start)
{
	pid_t pid = fork();
	int r;

	if (pid < 0)
		return refuse(&start->refusal, "no process can be made: %s", strerror(errno));
	if (!pid)
		background(start);
	close(steal_fd(&start->socks[1]));
	r = setup_wait(start->socks[0], start->refusal.text, sizeof(start->refusal.text));
	if (r > SETUP_REFUSED)
		return 0;
	if (r < 0)
		refuse(&start->refusal, "daxemud ended before it was ready");
	waitpid(pid, NULL, 0);
	return -EINVAL;
}

static int prepare(struct start *start)
{
	struct refusal *refusal = &start->refusal;
	struct config config;
	int r = args_config(start->args, &config, refusal);

	if (r < 0)
		return r;
	strcpy(start->instance, config.instance);
	start->uevents = config.uevents;
	config_free(&config);
	if (start->uevents == CONFIG_UEVENTS_PRIVATE)
		return refuse(refusal, "--uevents=private: is for 'daxemu run'; 'daxemu watch' "
				       "tells the uevents of a lasting instance");
	r = runtime_path(start->instance, start->setup.runtime, refusal);
	if (!r)
		r = programs_daemon(start->daemon, refusal);
	if (r < 0)
		return r;
	start->daemon_argv = launch_argv(start->args);
	if (!start->daemon_argv ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, start->socks) < 0)
		return refuse(refusal, "daxemud cannot be started: %s", strerror(errno));
	return 0;
}

static int take_runtime(struct start *start)
{
	int lock = runtime_make(start->instance, start->setup.runtime, &start->refusal);

	if (lock < 0)
		return lock;
	start->setup.fds[SETUP_LOCK] = lock;
	start->made = true;
	return 0;
}

int cmd_start(const struct args *args)
{
	struct start start = { .args = args, .socks = { -1, -1 } };
	int r;

	setup_init(&start.setup);
	r = prepare(&start);
	if (!r)
		r = take_runtime(&start);
	if (!r)
		r = args_get(args, "foreground") ? become_daemon(&start) : in_background(&start);
	if (start.daemon_argv)
		launch_free_argv(start.daemon_argv);
	setup_close(&start.setup);
	return r < 0 ? cli_refuse(VERB_START, &start.refusal) : 0;
}
