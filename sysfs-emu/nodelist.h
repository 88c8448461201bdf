/* SPDX-License-Identifier: BSD-3-Clause */
/* Sets of NUMA nodes as sysfs writes them: 0-1,3 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

/* As many as the kernel has at most (MAX_NUMNODES). */
#define NODELIST_MAX 1024

struct nodelist {
	uint64_t words[NODELIST_MAX / 64];
};

/* Out of range is ignored. */
void nodelist_add(struct nodelist *list, int node);
bool nodelist_has(const struct nodelist *list, int node);

/* Adds what @text names; stops quietly where it makes no sense. */
void nodelist_parse(struct nodelist *list, const char *text);

/* With a newline; an empty set is a lone newline. Return: 0, -ENOMEM. */
int nodelist_print(const struct nodelist *list, struct strbuf *out);
