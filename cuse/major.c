/* SPDX-License-Identifier: BSD-3-Clause */
/* Which major numbers of character devices are free. */
#include "cuse/major.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* For local use (Linux Documentation/admin-guide/devices.txt); the first also for dynamic numbers.
 */
static const struct {
	int first, last;
} local[] = { { 240, 254 }, { 120, 127 }, { 60, 63 } };

/* The line starts with a right-aligned number. */
static bool has_major(const char *devices, unsigned major)
{
	for (const char *line = devices; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, "Block devices", 13))
			return false;
		if (strtoul(line, NULL, 10) == major)
			return true;
	}
	return false;
}

int major_choose(const char *devices, unsigned wanted)
{
	if (!has_major(devices, wanted))
		return (int)wanted;
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		for (int major = local[i].first; major <= local[i].last; major++) {
			if (!has_major(devices, (unsigned)major))
				return major;
		}
	}
	return -EBUSY;
}
