/* SPDX-License-Identifier: BSD-3-Clause */
/* What DAXEMU_LOG lets through. Each row runs in a process of its own: the setting is for life. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "rows.h"

static const struct log_case {
	const char *name;
	const char *spec;
	enum log_level level;
	const char *area;
	bool printed;
} cases[] = {
	{ "default: warn", NULL, LOG_LEVEL_WARN, "core", true },
	{ "default: no info", NULL, LOG_LEVEL_INFO, "core", false },
	{ "empty", "", LOG_LEVEL_INFO, "core", false },
	{ "unknown word", "loud", LOG_LEVEL_WARN, "core", true },
	{ "error: no warn", "error", LOG_LEVEL_WARN, "core", false },
	{ "error: error", "error", LOG_LEVEL_ERROR, "core", true },
	{ "info: no debug", "info", LOG_LEVEL_DEBUG, "core", false },
	{ "debug: debug", "debug", LOG_LEVEL_DEBUG, "core", true },
	{ "an area", "debug,core", LOG_LEVEL_DEBUG, "core", true },
	{ "another area", "debug,core", LOG_LEVEL_DEBUG, "fs", false },
	{ "the second area", "debug,core,fs", LOG_LEVEL_DEBUG, "fs", true },
	{ "part of an area's name", "debug,core", LOG_LEVEL_DEBUG, "cor", false },
	{ "areas limit no warning", "debug,core", LOG_LEVEL_WARN, "fs", true },
};

/* In the child. Return: 0 if errno was kept. */
static int print_case(const struct log_case *c, int fd)
{
	dup2(fd, STDERR_FILENO);
	log_init(c->spec);
	errno = E2BIG;
	log_print(c->level, c->area, "%d blocks", 3);
	return errno == E2BIG ? 0 : 1;
}

static void test_log(void **state)
{
	const struct log_case *c = *state;
	_cleanup_fd_ int fd = memfd_create("log", MFD_CLOEXEC);
	char text[100] = "", want[100] = "";
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0)
		_exit(print_case(c, fd));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(pread(fd, text, sizeof(text) - 1, 0) >= 0);
	if (c->printed)
		snprintf(want, sizeof(want), "daxemu: %s: 3 blocks\n", c->area);
	assert_string_equal(text, want);
}

int main(void)
{
	static struct CMUnitTest units[ARRAY_SIZE(cases)];

	row_tests(units, ROWS(cases, name), test_log);
	return cmocka_run_group_tests_name("base.log", units, NULL, NULL);
}
