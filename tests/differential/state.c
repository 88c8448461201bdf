/* SPDX-License-Identifier: BSD-3-Clause */
/* States as sorted lines, and what became different between two. */
#include "state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void escape(const char *text, size_t len, char *out, size_t size)
{
	static const char from[] = "\n\t\\", to[] = "nt\\";
	size_t n = 0;

	for (size_t i = 0; i < len && n + 3 < size; i++) {
		const char *special = text[i] ? strchr(from, text[i]) : NULL;

		if (special || !text[i])
			out[n++] = '\\';
		out[n++] = special ? to[special - from] : text[i] ? text[i] : '0';
	}
	out[n] = '\0';
}

static void add_line(struct state *state, char *line)
{
	if (state->nr == state->cap) {
		state->cap = state->cap ? 2 * state->cap : 256;
		state->lines = realloc(state->lines, state->cap * sizeof(*state->lines));
		if (!state->lines)
			abort();
	}
	state->lines[state->nr++] = line;
}

void state_put(struct state *state, const char *text, const char *name, ...)
{
	char full[200], *line;
	va_list args;

	va_start(args, name);
	vsnprintf(full, sizeof(full), name, args);
	va_end(args);
	if (asprintf(&line, "%s\t%s", full, text) < 0)
		abort();
	add_line(state, line);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void state_sort(struct state *state)
{
	qsort(state->lines, state->nr, sizeof(*state->lines), by_name);
}

void state_free(struct state *state)
{
	for (size_t i = 0; i < state->nr; i++)
		free(state->lines[i]);
	free(state->lines);
	*state = (struct state){ 0 };
}

/* Of lines: the names only. */
static int compare_names(const char *a, const char *b)
{
	size_t n = strcspn(a, "\t"), m = strcspn(b, "\t");
	int r = strncmp(a, b, n < m ? n : m);

	return r ? r : (n > m) - (n < m);
}

static int find_line(const void *name, const void *line)
{
	return compare_names(name, *(char *const *)line);
}

const char *state_text(const struct state *state, const char *name)
{
	char *const *line = NULL;

	if (state->nr)
		line = bsearch(name, state->lines, state->nr, sizeof(*state->lines), find_line);
	return line ? strchr(*line, '\t') + 1 : NULL;
}

static void print_gone(const char *line)
{
	printf("\t%.*s\t(gone)\n", (int)strcspn(line, "\t"), line);
}

void state_print_changes(const struct state *old, const struct state *now)
{
	size_t i = 0, j = 0;

	while (i < old->nr || j < now->nr) {
		int order = i == old->nr   ? 1
			    : j == now->nr ? -1
					   : compare_names(old->lines[i], now->lines[j]);

		if (order > 0 || (order == 0 && strcmp(old->lines[i], now->lines[j]) != 0))
			printf("\t%s\n", now->lines[j]);
		else if (order < 0)
			print_gone(old->lines[i]);
		i += order <= 0;
		j += order >= 0;
	}
}
