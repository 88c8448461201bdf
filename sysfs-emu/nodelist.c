/* SPDX-License-Identifier: BSD-3-Clause */
/* Sets of NUMA nodes. Source of the format: Linux lib/bitmap-str.c, bitmap_print_to_pagebuf(). */
#include "sysfs-emu/nodelist.h"

#include <errno.h>
#include <stdlib.h>

void nodelist_add(struct nodelist *list, int node)
{
	if (node >= 0 && node < NODELIST_MAX)
		list->words[node / 64] |= UINT64_C(1) << node % 64;
}

bool nodelist_has(const struct nodelist *list, int node)
{
	return node >= 0 && node < NODELIST_MAX && list->words[node / 64] >> node % 64 & 1;
}

void nodelist_parse(struct nodelist *list, const char *text)
{
	char *end;

	for (;; text = end + 1) {
		unsigned long first = strtoul(text, &end, 10);
		unsigned long last = first;

		if (end == text)
			return;
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		for (; first <= last && first < NODELIST_MAX; first++)
			nodelist_add(list, (int)first);
		if (*end != ',')
			return;
	}
}

/* The first node from @node on that is in the set (or is not); NODELIST_MAX. */
static int next(const struct nodelist *list, int node, bool in)
{
	while (node < NODELIST_MAX && nodelist_has(list, node) != in)
		node++;
	return node;
}

int nodelist_print(const struct nodelist *list, struct strbuf *out)
{
	const char *comma = "";
	int r = 0;

	for (int first = next(list, 0, true); r == 0 && first < NODELIST_MAX;) {
		int end = next(list, first, false);

		r = strbuf_printf(out, "%s%d", comma, first);
		if (r == 0 && end - first > 1)
			r = strbuf_printf(out, "-%d", end - 1);
		comma = ",";
		first = next(list, end, true);
	}
	return r < 0 ? r : strbuf_printf(out, "\n");
}
