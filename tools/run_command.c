/* SPDX-License-Identifier: BSD-3-Clause */
/* COMMAND: a child of the supervisor, with the preload library and the signals we came with. */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/util.h"
#include "run.h"

pid_t run_fork(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(125);
	return 0;
}

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

int run_start_command(struct run *run)
{
	pid_t pid = run_fork();

	if (pid < 0)
		return refuse(&run->refusal, "no process can be made: %s", strerror(errno));
	if (!pid)
		exec_command(run);
	run->s.command = pid;
	return 0;
}
