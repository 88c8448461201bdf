/* SPDX-License-Identifier: BSD-3-Clause */
/* daxemu run, with an instance of its own: started, given its files, and put in place. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/util.h"
#include "daemon/namespace.h"
#include "daemon/ns_assemble.h"
#include "daemon/ns_files.h"
#include "daemon/runtime.h"
#include "daemon/setup.h"
#include "launch.h"
#include "run.h"

static void __attribute__((noreturn)) become_daemon(struct run *run, int sock)
{
	setsid(); /* the terminal's signals are not for it */
	launch_exec(run->daemon, run->daemon_argv, sock, &run->refusal);
	fprintf(stderr, "daxemu: %s\n", run->refusal.text);
	_exit(125);
}

/* It starts up while we mount. */
static int start_daemon(struct run *run)
{
	int socks[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks) < 0)
		return refuse(&run->refusal, "no socket can be made: %s", strerror(errno));
	run->s.daemon_sock = socks[0];
	pid = run_fork();
	if (!pid)
		become_daemon(run, socks[1]);
	close(socks[1]);
	if (pid < 0)
		return refuse(&run->refusal, "no process can be made: %s", strerror(errno));
	run->s.daemon = pid;
	return 0;
}

static int make_files(struct setup *setup, enum config_uevents uevents, struct refusal *refusal)
{
	int r = ns_open_host(setup, refusal);

	if (!r)
		r = ns_enter_mount(refusal);
	if (!r)
		r = ns_scratch(refusal);
	return r ? r : ns_make_files(setup, NS_SCRATCH, uevents, refusal);
}

static int give_files(struct run *run)
{
	struct setup setup;
	int r;

	setup_init(&setup);
	r = make_files(&setup, run->uevents, &run->refusal);
	if (!r) {
		r = setup_send(run->s.daemon_sock, &setup);
		if (r < 0)
			refuse(&run->refusal, "daxemud does not take its files: %s", strerror(-r));
	}
	setup_close(&setup);
	return r;
}

static int await_daemon(struct run *run)
{
	char *text = run->refusal.text;
	int r = supervise_wait(&run->s, run->s.daemon_sock);

	if (r < 0)
		return refuse(&run->refusal, "told to end before COMMAND was started");
	r = setup_wait(run->s.daemon_sock, text, sizeof(run->refusal.text));
	if (r < 0)
		return refuse(&run->refusal, "daxemud ended before it was ready");
	if (r == SETUP_REFUSED)
		return -EINVAL;
	/* What the mount shows now is what the next steps bind. */
	r = r == SETUP_SERVES_NODES ? runtime_allow_nodes(NS_SCRATCH) : 0;
	if (r < 0)
		return refuse(&run->refusal, "device files cannot be allowed: %s", strerror(-r));
	return 0;
}

int run_enter_private(struct run *run)
{
	int r = ns_enter_user(&run->refusal);

	if (!r && run->uevents == CONFIG_UEVENTS_PRIVATE)
		r = ns_enter_net(&run->refusal);
	if (!r)
		r = start_daemon(run);
	if (!r)
		r = give_files(run);
	if (!r)
		r = await_daemon(run);
	if (!r)
		r = ns_assemble(NS_SCRATCH, &run->refusal);
	return r;
}
