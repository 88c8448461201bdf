/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * daxemu run: COMMAND in a private instance, or in a lasting one with --join. This process stays
 * outside: it starts the supervisor, passes signals on and returns the exit status.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

#include "base/util.h"
#include "cli.h"
#include "launch.h"
#include "programs.h"
#include "run.h"

/* --- the supervisor ----------------------------------------------------------------------- */

static int supervisor(struct run *run)
{
	int r = supervise_init(&run->s);
	int status = 125;

	if (r < 0)
		refuse(&run->refusal, "the supervisor cannot start: %s", strerror(-r));
	if (!r)
		r = run->join ? run_enter_lasting(run) : run_enter_private(run);
	if (!r)
		r = run_start_command(run);
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

/* --- this process ------------------------------------------------------------------------- */

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
