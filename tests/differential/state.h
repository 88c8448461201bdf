/* SPDX-License-Identifier: BSD-3-Clause */
/* Everything a client can see of some regions, as lines `NAME<TAB>TEXT`. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define MAX_PLACES 4

/* A region that a sequence works on. */
struct place {
	char name[16];	     /* hmem.N */
	char path[128];	     /* its directory, below the root of the world */
	uint64_t start, end; /* bytes */
	int node;	     /* target node */
};

struct places {
	struct place at[MAX_PLACES];
	size_t nr;
};

/* By name, each once. Zero-initialised is empty. */
struct state {
	char **lines;
	size_t nr, cap;
};

/*
 * Reads all of it, or takes from @old what cannot have changed: files that are constant as long as
 * their directory is there. @old may be NULL.
 */
void state_read(struct state *state, const struct state *old, const struct places *places);

/* Adds the line NAME<TAB>@text; state_sort() when all are in. */
void state_put(struct state *state, const char *text, const char *name, ...)
	__attribute__((format(printf, 3, 4)));
void state_sort(struct state *state);

/* What became different, on stdout, each line after a tab. */
void state_print_changes(const struct state *old, const struct state *now);

/* The text of @name. NULL when there is none. */
const char *state_text(const struct state *state, const char *name);

void state_free(struct state *state);

/* @text with \n, \t, \0 and \\ for what would break a line, cut to @size. */
void escape(const char *text, size_t len, char *out, size_t size);
