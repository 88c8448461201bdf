/* SPDX-License-Identifier: BSD-3-Clause */
/* Looking at the world (world.h): what state_read() is made of. */
#pragma once

#include <stdbool.h>

#include "state.h"

#define PATH_SIZE  300
#define SHOWN_SIZE 8192

/* The last text made by the functions here. */
extern char shown[SHOWN_SIZE];

/* snprintf() into a path. */
void make_path(char path[PATH_SIZE], const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The file's text without its last newline, or the name of the error; in @shown. */
const char *text_of(const char *dir, const char *name);

/* Where a link leads, or the name of the error; in @shown. */
const char *link_of(const char *dir, const char *name);

struct names {
	char *at[512];
	size_t nr;
};

/* The names in a directory, sorted, for free_names(). Return: 0 or -errno. */
int list(const char *path, struct names *names);
void free_names(struct names *names);

/* All of them with blanks between; in @shown. */
const char *join(const struct names *names);

/* Takes a line of the state before, for what cannot have changed. Return: false if it has none. */
bool keep(struct state *state, const char *name);

/* Puts files of directory @path as @name/FILE; @files ends with NULL. */
void put_files(struct state *state, const char *path, const char *name, const char *const *files);

/* The same, of files that do not change while their directory is there. */
void put_constants(struct state *state, const char *path, const char *name,
		   const char *const *files);

/* Puts such a link of directory @path as @name/@file. */
void put_constant_link(struct state *state, const char *path, const char *link, const char *name,
		       const char *file);

/* The bus, a region with its devices, the memory of all regions. */
void put_bus(struct state *state);
void put_region(struct state *state, const struct place *place);
void put_memory(struct state *state, const struct places *places);
