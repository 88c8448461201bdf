/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines of `case<TAB>result` on standard output. */
#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *prefix_text;

void report_prefix(const char *prefix)
{
	prefix_text = prefix;
}

void report(const char *id, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("%s.%s\t", prefix_text, id);
	vprintf(format, args);
	putchar('\n');
	fflush(stdout);
	va_end(args);
}

void report_result(const char *id, long r)
{
	if (r < 0)
		report(id, "%s", strerrorname_np(errno));
	else if (r)
		report(id, "ok:%ld", r);
	else
		report(id, "ok");
}

_Noreturn void report_broken(const char *what)
{
	perror(what);
	exit(1);
}
