/* SPDX-License-Identifier: BSD-3-Clause */
/* Starting daxemud: its arguments, and what it inherits. */
#include "launch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/util.h"

static char *join_option(const struct config_value *value)
{
	char *text;
	int n = value->value ? asprintf(&text, "--%s=%s", value->name, value->value)
			     : asprintf(&text, "--%s", value->name);

	return n < 0 ? NULL : text;
}

static int fill_argv(char **argv, const struct args *args)
{
	const struct config_value setup = { "setup-fd", "3" };
	size_t n = 0;

	argv[n++] = strdup("daxemud");
	argv[n++] = join_option(&setup);
	for (size_t i = 0; i < args->nr_values; i++)
		if (args_is_instance(args->values[i].name))
			argv[n++] = join_option(&args->values[i]);
	while (n--)
		if (!argv[n])
			return -ENOMEM;
	return 0;
}

char **launch_argv(const struct args *args)
{
	char **argv = calloc(args->nr_values + 3, sizeof(*argv));

	if (argv && fill_argv(argv, args) < 0) {
		launch_free_argv(argv);
		return NULL;
	}
	return argv;
}

void launch_free_argv(char **argv)
{
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	free(argv);
}

/* There are places where a user may not open /dev/null. */
static int open_null(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	return fd < 0 ? memfd_create("null", MFD_CLOEXEC) : fd;
}

/* LAUNCH_FD is the only one above stderr. */
static int arrange_fds(int sock)
{
	int null = open_null();

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		return -errno;
	if (sock == LAUNCH_FD) {
		if (fcntl(sock, F_SETFD, 0) < 0)
			return -errno;
	} else if (dup2(sock, LAUNCH_FD) < 0) {
		return -errno;
	}
	if (fcntl(STDERR_FILENO, F_GETFD) < 0 && dup2(null, STDERR_FILENO) < 0)
		return -errno;
	return syscall(SYS_close_range, LAUNCH_FD + 1, ~0u, 0) < 0 ? -errno : 0;
}

int launch_exec(const char *program, char **argv, int sock, struct refusal *refusal)
{
	sigset_t none;
	int r = arrange_fds(sock);

	if (r < 0)
		return refuse(refusal, "daxemud cannot get its files: %s", strerror(-r));
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(program, argv);
	return refuse(refusal, "%s cannot be run: %s", program, strerror(errno));
}
