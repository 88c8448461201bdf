/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads files, links and lists of the world, and puts them into a state. */
#include "look.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "world.h"

void make_path(char path[PATH_SIZE], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(path, PATH_SIZE, format, args);
	va_end(args);
}

/* --- texts of files ----------------------------------------------------------------------- */

char shown[SHOWN_SIZE];

const char *text_of(const char *dir, const char *name)
{
	char path[PATH_SIZE], raw[4096];
	ssize_t n;

	make_path(path, "%s/%s", dir, name);
	n = world_read(path, raw, sizeof(raw));
	if (n < 0)
		return strerrorname_np((int)-n);
	if (n > 0 && raw[n - 1] == '\n')
		n--;
	escape(raw, (size_t)n, shown, sizeof(shown));
	return shown;
}

const char *link_of(const char *dir, const char *name)
{
	char path[PATH_SIZE];
	ssize_t n;

	make_path(path, "%s/%s", dir, name);
	n = world_readlink(path, shown, sizeof(shown));
	return n < 0 ? strerrorname_np((int)-n) : shown;
}

static void add_name(void *user, const char *name)
{
	struct names *names = user;

	if (names->nr < ARRAY_SIZE(names->at))
		names->at[names->nr++] = strdup(name);
}

void free_names(struct names *names)
{
	for (size_t i = 0; i < names->nr; i++)
		free(names->at[i]);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int list(const char *path, struct names *names)
{
	int r;

	names->nr = 0;
	r = world_list(path, add_name, names);
	qsort(names->at, names->nr, sizeof(*names->at), by_text);
	return r;
}

const char *join(const struct names *names)
{
	size_t n = 0;

	shown[0] = '\0';
	for (size_t i = 0; i < names->nr && n < sizeof(shown); i++)
		n += (size_t)snprintf(shown + n, sizeof(shown) - n, "%s%s", i ? " " : "",
				      names->at[i]);
	return shown;
}

/* --- files of a directory ------------------------------------------------------------------ */

/* What was there before, for files that do not change while their directory is there; or NULL. */
static const struct state *before;

bool keep(struct state *state, const char *name)
{
	const char *text = before ? state_text(before, name) : NULL;

	if (text)
		state_put(state, text, "%s", name);
	return text != NULL;
}

void put_files(struct state *state, const char *path, const char *name, const char *const *files)
{
	for (; *files; files++)
		state_put(state, text_of(path, *files), "%s/%s", name, *files);
}

void put_constants(struct state *state, const char *path, const char *name,
		   const char *const *files)
{
	char full[PATH_SIZE];

	for (; *files; files++) {
		make_path(full, "%s/%s", name, *files);
		if (!keep(state, full))
			state_put(state, text_of(path, *files), "%s", full);
	}
}

void put_constant_link(struct state *state, const char *path, const char *link, const char *name,
		       const char *file)
{
	char full[PATH_SIZE];

	make_path(full, "%s/%s", name, file);
	if (!keep(state, full))
		state_put(state, link_of(path, link), "%s", full);
}

/* --- all of it ---------------------------------------------------------------------------- */

void state_read(struct state *state, const struct state *old, const struct places *places)
{
	state_free(state);
	before = old;
	put_bus(state);
	for (size_t i = 0; i < places->nr; i++)
		put_region(state, &places->at[i]);
	put_memory(state, places);
	state_sort(state);
}
