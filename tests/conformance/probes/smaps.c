/* SPDX-License-Identifier: BSD-3-Clause */
/* What /proc says about one mapping of the chardev probe. */
#include "chardev.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

static void report_key(const char *id, const char *key, const char *value)
{
	char name[96];

	snprintf(name, sizeof(name), "%s.%s", id, key);
	report(name, "%s", value);
}

/* `START-END PERMS OFFSET DEV INODE NAME` */
static void report_maps_line(const char *id, const char *line)
{
	char perms[8], name[256] = "", text[320];
	unsigned long off;

	sscanf(line, "%*s %7s %lx %*s %*s %255s", perms, &off, name);
	snprintf(text, sizeof(text), "perms=%s off=%lx name=%s", perms, off, name);
	report_key(id, "maps", text);
}

/* `Key:   value` */
static void report_smaps_line(const char *id, const char *line)
{
	char key[40], value[200];

	if (sscanf(line, "%39[^:]: %199[^\n]", key, value) != 2)
		return;
	for (size_t n = strlen(value); n && value[n - 1] == ' '; n--)
		value[n - 1] = '\0';
	report_key(id, key, value);
}

static void read_smaps(const char *id, const void *p)
{
	FILE *file = fopen("/proc/self/smaps", "r");
	unsigned long start, end;
	bool ours = false;
	char line[512], perm;

	if (!file)
		report_broken("/proc/self/smaps");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx %c", &start, &end, &perm) == 3) {
			ours = start == (unsigned long)p;
			if (ours)
				report_maps_line(id, line);
		} else if (ours) {
			report_smaps_line(id, line);
		}
	}
	fclose(file);
}

static void read_numa_maps(const char *id, const void *p)
{
	FILE *file = fopen("/proc/self/numa_maps", "r");
	char line[512], key[32];

	if (!file)
		return; /* a kernel without NUMA */
	snprintf(key, sizeof(key), "%lx ", (unsigned long)p);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, key, strlen(key)))
			continue;
		line[strcspn(line, "\n")] = '\0';
		report_key(id, "numa_maps", line + strlen(key));
	}
	fclose(file);
}

void report_smaps(const char *id, const void *p)
{
	read_smaps(id, p);
	read_numa_maps(id, p);
}
