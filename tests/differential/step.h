/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One step of a sequence, as a line of words between tabs:
 *
 *   w FILE TEXT	one write(2); FILE is short for a path, TEXT is escaped, see escape()
 *   o SLOT DEV		opens /dev/DEV and holds it
 *   c SLOT		closes it
 *   m load|unload MODULE
 */
#pragma once

#include <stdbool.h>

#include "state.h"

#define MAX_TEXT 512

struct step {
	char verb;
	int slot;
	bool load;
	char name[200];	     /* FILE, DEV or MODULE */
	char text[MAX_TEXT]; /* of w, not escaped any more */
	size_t len;
};

/* Return: false when it is none. */
bool step_parse(const char *line, struct step *out);

/* The path that FILE is short for. Return: false for none. */
bool step_path(const struct places *places, const char *file, char *out, size_t size);

/* What the machine looks like before a step, for avoid(). */
struct scene {
	const struct places *places;
	const struct state *state;
	const char *const *held; /* names of devices by slot, NULL where closed */
	int nr_slots;
	bool clean; /* no memory may be left behind */
};

/* Why the step must not be done: no real kernel survives it. NULL: go on. */
const char *step_avoid(const struct step *step, const struct scene *scene);
