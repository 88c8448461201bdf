/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one table of everything a user can say: verbs, options, keys of a region. The parser, --help,
 * the configuration file, the manual page and the shell completions are all made from it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum verb {
	VERB_RUN,
	VERB_START,
	VERB_STOP,
	VERB_STATUS,
	VERB_MAPS,
	VERB_WATCH,
	VERB_LOAD,
	VERB_UNLOAD,
	VERB_INJECT,
	VERB_DOCTOR,
	VERB_DAEMON, /* daxemud itself; no word of the CLI */
	NR_VERBS,
};

struct verb_def {
	const char *name;
	const char *synopsis; /* what follows the name */
	const char *help;     /* one line */
	int failure;	      /* exit status of a refusal */
	bool operands;	      /* words may follow the options */
};

/* Indexed by enum verb. */
extern const struct verb_def verb_defs[NR_VERBS];

#define ON_RUN	  (1u << VERB_RUN)
#define ON_START  (1u << VERB_START)
#define ON_STOP	  (1u << VERB_STOP)
#define ON_STATUS (1u << VERB_STATUS)
#define ON_MAPS	  (1u << VERB_MAPS)
#define ON_WATCH  (1u << VERB_WATCH)
#define ON_LOAD	  (1u << VERB_LOAD)
#define ON_UNLOAD (1u << VERB_UNLOAD)
#define ON_INJECT (1u << VERB_INJECT)
#define ON_DOCTOR (1u << VERB_DOCTOR)
#define ON_DAEMON (1u << VERB_DAEMON)
/* Options that describe an instance. */
#define ON_INSTANCE (ON_RUN | ON_START | ON_DAEMON)

struct option_def {
	const char *name;
	char letter;	   /* short form, 0 for none */
	const char *arg;   /* NULL: takes none */
	unsigned verbs;	   /* ON_... */
	int in_file;	   /* may stand in [daxemu] of the configuration file */
	const char *words; /* what may be said, separated by blanks; "@file", "@dir", NULL: free */
	const char *help;  /* one line */
	const char *more;  /* for the manual page, NULL: nothing to add */
};

extern const struct option_def option_defs[];
extern const size_t nr_option_defs;

/* Keys of --region and of [region NAME]. */
struct region_key_def {
	const char *name;
	const char *arg;
	const char *words; /* as in struct option_def */
	const char *help;
};

extern const struct region_key_def region_key_defs[];
extern const size_t nr_region_key_defs;

/* NULL if there is none. @len: bytes of @name. */
const struct option_def *option_find(const char *name, size_t len);
