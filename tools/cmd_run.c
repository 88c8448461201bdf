/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * daxemu run: COMMAND in a private instance, or in a lasting one with --join. This process stays
 * outside: it starts the supervisor, passes signals on and returns the exit status.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/util.h"
#include "cli.h"
#include "daemon/control.h"
#include "daemon/namespace.h"
#include "daemon/ns_assemble.h"
#include "daemon/ns_files.h"
#include "daemon/runtime.h"
#include "daemon/setup.h"
#include "launch.h"
#include "programs.h"
#include "supervise.h"

struct run {
	const struct args *args;
	const char *join; /* name of the lasting instance; NULL: a private one */
	char runtime[RUNTIME_PATH_MAX];
	char daemon[PATH_MAX];
	char preload[PATH_MAX];
	char **daemon_argv;
	enum config_uevents uevents;
	struct sigaction child_action; /* what we were started with */
	struct supervisor s;
	struct refusal refusal;
};

/* --- COMMAND ---------------------------------------------------------------------------------- */

static int set_environment(const struct run *run)
{
	const char *old = getenv("LD_PRELOAD");
	_cleanup_free_ char *value = NULL;

	if (asprintf(&value, "%s%s%s", run->preload, old && *old ? ":" : "", old ? old : "") < 0)
		return -ENOMEM;
	/* libudev takes no /sys that is not sysfs, unless told to. */
	if (setenv("LD_PRELOAD", value, 1) < 0 || setenv("SYSTEMD_DEVICE_VERIFY_SYSFS", "0", 1) < 0)
		return -errno;
	return 0;
}

static void __attribute__((noreturn)) exec_command(const struct run *run)
{
	char **argv = run->args->operands;
	int error;

	sigaction(SIGCHLD, &run->child_action, NULL);
	sigprocmask(SIG_SETMASK, &run->s.mask, NULL);
	if (set_environment(run) < 0) {
		fprintf(stderr, "daxemu: out of memory\n");
		_exit(125);
	}
	execvp(argv[0], argv);
	error = errno;
	fprintf(stderr, "daxemu: '%s' cannot be run: %s\n", argv[0], strerror(error));
	_exit(error == ENOENT ? 127 : 126);
}

/* A child that dies with the supervisor. 0 in the child. */
static pid_t fork_tied(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(125);
	return 0;
}

static int start_command(struct run *run)
{
	run->s.command = fork_tied();
	if (run->s.command < 0)
		return refuse(&run->refusal, "no process can be made: %s", strerror(errno));
	if (!run->s.command)
		exec_command(run);
	return 0;
}

/* --- a private instance ----------------------------------------------------------------------- */

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

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks) < 0)
		return refuse(&run->refusal, "no socket can be made: %s", strerror(errno));
	run->s.daemon = fork_tied();
	if (!run->s.daemon)
		become_daemon(run, socks[1]);
	close(socks[1]);
	run->s.daemon_sock = socks[0];
	if (run->s.daemon < 0)
		return refuse(&run->refusal, "no process can be made: %s", strerror(errno));
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
	if (r == SETUP_SERVES_NODES &&
	    mount(NULL, NS_SCRATCH_MNT, NULL, MS_REMOUNT | MS_BIND | MS_NOSUID, NULL) < 0)
		return refuse(&run->refusal, "device files cannot be allowed: %s", strerror(errno));
	return 0;
}

static int enter_private(struct run *run)
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

/* --- a lasting instance ----------------------------------------------------------------------- */

/* Mounted where we are, or in namespaces of its own? */
static bool is_mounted_here(const char *runtime)
{
	char mnt[RUNTIME_PATH_MAX + 8];
	struct stat a, b;

	snprintf(mnt, sizeof(mnt), "%s/mnt", runtime);
	return !stat(runtime, &a) && !stat(mnt, &b) && a.st_dev != b.st_dev;
}

/* A user's own instance first, then root's. */
static int find_instance(struct run *run)
{
	if (geteuid() && !runtime_path(run->join, run->runtime, &run->refusal) &&
	    !access(run->runtime, F_OK))
		return 0;
	snprintf(run->runtime, sizeof(run->runtime), "/run/daxemu/%s", run->join);
	if (!access(run->runtime, F_OK))
		return 0;
	return refuse(&run->refusal,
		      "--join=%s: there is no such instance, start it with 'daxemu "
		      "start --instance %s'",
		      run->join, run->join);
}

static int enter_its_namespaces(struct run *run)
{
	pid_t pid;
	_cleanup_fd_ int sock = control_connect(run->runtime, &pid);

	if (sock < 0)
		return refuse(&run->refusal,
			      "--join=%s: the instance does not answer (%s): start "
			      "it again with 'daxemu start --instance %s'",
			      run->join, strerror(-sock), run->join);
	return ns_join(pid, &run->refusal);
}

static int enter_lasting(struct run *run)
{
	int r = find_instance(run);

	if (!r && !is_mounted_here(run->runtime))
		r = enter_its_namespaces(run);
	if (!r)
		r = ns_enter(&run->refusal);
	if (!r)
		r = ns_scratch(&run->refusal);
	return r ? r : ns_assemble(run->runtime, &run->refusal);
}

/* --- the supervisor ----------------------------------------------------------------------------
 */

static int supervisor(struct run *run)
{
	int r = supervise_init(&run->s);
	int status = 125;

	if (r < 0)
		refuse(&run->refusal, "the supervisor cannot start: %s", strerror(-r));
	if (!r)
		r = run->join ? enter_lasting(run) : enter_private(run);
	if (!r)
		r = start_command(run);
	if (!r)
		status = supervise_command(&run->s);
	else
		cli_refuse(VERB_RUN, &run->refusal);
	supervise_end(&run->s);
	return status;
}

static pid_t start_supervisor(struct run *run)
{
	int life[2];
	pid_t pid;

	if (pipe2(life, O_CLOEXEC) < 0)
		return -1;
	run->s.runner = getpid();
	pid = fork();
	if (!pid) {
		close(life[1]);
		run->s.life = life[0];
		_exit(supervisor(run));
	}
	close(life[0]);
	return pid; /* life[1] stays open as long as we live */
}

/* --- this process --------------------------------------------------------------------------- */

static void take_signals(struct run *run, sigset_t *set)
{
	static const int passed[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD };
	const struct sigaction plain = { .sa_handler = SIG_DFL };

	sigemptyset(set);
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		sigaddset(set, passed[i]);
	sigaction(SIGCHLD, &plain, &run->child_action);
	sigprocmask(SIG_BLOCK, set, &run->s.mask);
}

/* Passes on what was meant for us; what the terminal sends, COMMAND gets anyway. */
static int wait_for(pid_t pid, const sigset_t *set)
{
	siginfo_t info;
	int status;

	for (;;) {
		int signal = sigwaitinfo(set, &info);

		if (signal > 0 && signal != SIGCHLD && info.si_code <= 0)
			kill(pid, signal);
		if (signal == SIGCHLD && waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
	}
}

static int run_supervised(struct run *run)
{
	sigset_t set;
	pid_t pid;

	take_signals(run, &set);
	pid = start_supervisor(run);
	if (pid > 0)
		return wait_for(pid, &set);
	refuse(&run->refusal, "no process can be made: %s", strerror(errno));
	return cli_refuse(VERB_RUN, &run->refusal);
}

/* With --join the instance is as it was started. */
static int check_join(const struct run *run, struct refusal *refusal)
{
	for (size_t i = 0; i < run->args->nr_values; i++)
		if (args_is_instance(run->args->values[i].name))
			return refuse(refusal,
				      "--%s: cannot be given with --join, it belongs to 'daxemu "
				      "start'",
				      run->args->values[i].name);
	return config_check_instance("--join", run->join, refusal);
}

static int check_config(struct run *run, struct refusal *refusal)
{
	struct config config;
	int r = args_config(run->args, &config, refusal);

	if (r < 0)
		return r;
	run->uevents = config.uevents;
	config_free(&config);
	return 0;
}

static int check(struct run *run)
{
	struct refusal *refusal = &run->refusal;
	int r;

	if (!*run->args->operands)
		return refuse(refusal,
			      "run: COMMAND is missing, as in 'daxemu run -- daxctl list'");
	r = run->join ? check_join(run, refusal) : check_config(run, refusal);
	if (!r)
		r = programs_daemon(run->daemon, refusal);
	if (!r)
		r = programs_preload(run->preload, refusal);
	if (!r) {
		run->daemon_argv = launch_argv(run->args);
		if (!run->daemon_argv)
			r = refuse(refusal, "out of memory");
	}
	return r;
}

int cmd_run(const struct args *args)
{
	struct run run = {
		.args = args,
		.join = args_get(args, "join"),
		.s = { .daemon_sock = -1 },
	};
	int status;

	if (check(&run) < 0)
		return cli_refuse(VERB_RUN, &run.refusal);
	status = run_supervised(&run);
	launch_free_argv(run.daemon_argv);
	return status;
}
