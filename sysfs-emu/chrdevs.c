/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of /proc/devices. */
#include "sysfs-emu/chrdevs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sysfs-emu/names.h"

#define HEADER "Character devices:\n"

/* The machine's own dax, or a device file by CUSE, which is called after itself. */
static bool is_dax(const char *line)
{
	char name[SYSFS_NAME_MAX];
	struct dax_id id;

	line += strspn(line, " 0123456789");
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "\n"), line);
	return strcmp(name, "dax") == 0 || names_parse_dev(name, &id) == 0;
}

static int print_dax(unsigned major, struct strbuf *out)
{
	return strbuf_printf(out, "%3u dax\n", major);
}

/* The lines up to the first that has no number. */
static int print_chrdevs(unsigned major, const char **text, struct strbuf *out)
{
	bool printed = false;
	int r = 0;

	while (r == 0) {
		int len = (int)strcspn(*text, "\n");
		char *end;
		unsigned long number = strtoul(*text, &end, 10);

		if (end == *text || end > *text + len)
			break;
		if (!printed && number > major) {
			r = print_dax(major, out);
			printed = true;
		}
		if (r == 0 && !is_dax(*text))
			r = strbuf_printf(out, "%.*s\n", len, *text);
		*text += len + ((*text)[len] == '\n');
	}
	return r < 0 || printed ? r : print_dax(major, out);
}

int chrdevs_render(unsigned major, const char *real, struct strbuf *out)
{
	const char *text = real;
	int r;

	if (strncmp(text, HEADER, strlen(HEADER)) == 0)
		text += strlen(HEADER);
	else
		text = "\nBlock devices:\n";
	r = strbuf_printf(out, HEADER);
	if (r == 0)
		r = print_chrdevs(major, &text, out);
	return r < 0 ? r : strbuf_printf(out, "%s", text);
}
