/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The differences that are on purpose: lines of on-purpose.tsv, each a pattern with a reason. Only
 * one table of them, for one profile.
 */
#pragma once

#include <stdbool.h>

struct rule {
	char *profiles, *step, *name, *kernel, *daxemu, *kind, *reason;
	unsigned met; /* differences that it argued for */
};

/* Reads those lines of the file that are for @profile. Return: false when it cannot be read. */
bool rules_read(const char *path, const char *profile);

/* The first rule that argues for a difference: of what @step made of @name. NULL: there is none. */
struct rule *rules_find(const char *step, const char *name, const char *kernel, const char *daxemu);

/* The reasons that were needed, on stdout. */
void rules_print_met(void);
