/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of /proc/devices. */
#include "sysfs-emu/chrdevs.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sysfs-emu/names.h"

#define HEADER "Character devices:\n"

/* What is printed, and what of it is still to come. */
struct chrdevs {
	const struct chrdev *ours;
	size_t nr, printed;
	struct strbuf *out;
};

/* The machine's own of that name, or a device file by CUSE, which is called after itself. */
static bool is_ours(const struct chrdevs *c, const char *line)
{
	char name[SYSFS_NAME_MAX];
	struct dax_id id;

	line += strspn(line, " 0123456789");
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "\n"), line);
	for (size_t i = 0; i < c->nr; i++) {
		if (strcmp(name, c->ours[i].name) == 0)
			return true;
	}
	return names_parse_dev(name, &id) == 0;
}

/* Ours up to @last. */
static int print_ours(struct chrdevs *c, unsigned long last)
{
	int r = 0;

	for (; r == 0 && c->printed < c->nr && c->ours[c->printed].major <= last; c->printed++)
		r = strbuf_printf(c->out, "%3u %s\n", c->ours[c->printed].major,
				  c->ours[c->printed].name);
	return r;
}

/* The lines up to the first that has no number. */
static int print_chrdevs(struct chrdevs *c, const char **text)
{
	int r = 0;

	while (r == 0) {
		int len = (int)strcspn(*text, "\n");
		char *end;
		unsigned long number = strtoul(*text, &end, 10);

		if (end == *text || end > *text + len)
			break;
		if (number)
			r = print_ours(c, number - 1);
		if (r == 0 && !is_ours(c, *text))
			r = strbuf_printf(c->out, "%.*s\n", len, *text);
		*text += len + ((*text)[len] == '\n');
	}
	return r < 0 ? r : print_ours(c, ULONG_MAX);
}

int chrdevs_render(const struct chrdev *ours, size_t nr, const char *real, struct strbuf *out)
{
	struct chrdevs c = { .ours = ours, .nr = nr, .out = out };
	const char *text = real;
	int r;

	if (strncmp(text, HEADER, strlen(HEADER)) == 0)
		text += strlen(HEADER);
	else
		text = "\nBlock devices:\n";
	r = strbuf_printf(out, HEADER);
	if (r == 0)
		r = print_chrdevs(&c, &text);
	return r < 0 ? r : strbuf_printf(out, "%s", text);
}
