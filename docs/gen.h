/* SPDX-License-Identifier: BSD-3-Clause */
/* One function for each kind of text that is made from the tables of daemon/options.h. */
#pragma once

#include <stdbool.h>

#include "daemon/options.h"

/* Options of a verb as a user may say them; the daemon's own verb is nobody's business. */
static inline bool takes(enum verb verb, const struct option_def *def)
{
	return verb < VERB_DAEMON && def->verbs & 1u << verb;
}

static inline bool is_public(const struct option_def *def)
{
	return def->verbs != ON_DAEMON;
}

/* The manual page, around the prose of a file. Return: 0, 1 when that cannot be read. */
int gen_man(const char *version, const char *prose);

/* Completions. */
void gen_bash(void);
void gen_zsh(void);
void gen_fish(void);
