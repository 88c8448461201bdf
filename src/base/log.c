/* SPDX-License-Identifier: BSD-3-Clause */
/* Log lines on stderr, chosen by DAXEMU_LOG=error|warn|info|debug[,area...]. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

static enum log_level wanted = LOG_LEVEL_WARN;
static char areas[128]; /* ",a,b," or empty for all */

void log_init(const char *spec)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	size_t n = spec ? strcspn(spec, ",") : 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (n == strlen(names[i]) && !strncmp(spec, names[i], n))
			wanted = (enum log_level)i;
	if (spec && spec[n])
		snprintf(areas, sizeof(areas), "%s,", spec + n);
}

static bool area_wanted(const char *area)
{
	char key[40];

	snprintf(key, sizeof(key), ",%s,", area);
	return !*areas || strstr(areas, key);
}

void log_print(enum log_level level, const char *area, const char *format, ...)
{
	int saved = errno;
	char line[512];
	va_list args;

	if (level > wanted || (level >= LOG_LEVEL_INFO && !area_wanted(area)))
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fprintf(stderr, "daxemu: %s: %s\n", area, line);
	errno = saved;
}
