/* SPDX-License-Identifier: BSD-3-Clause */
/* --help and --version, from the tables of daemon/options.h. */
#include "help.h"

#include <string.h>

/* What the two columns are apart. */
#define COLUMN 28

static void print_row(FILE *out, const char *left, const char *right)
{
	if (strlen(left) < COLUMN)
		fprintf(out, "  %-*s%s\n", COLUMN, left, right);
	else
		fprintf(out, "  %s\n  %*s%s\n", left, COLUMN, "", right);
}

static void print_option(FILE *out, const struct option_def *def)
{
	char left[80];

	if (def->letter)
		snprintf(left, sizeof(left), "-%c, --%s", def->letter, def->name);
	else
		snprintf(left, sizeof(left), "    --%s%s%s", def->name, def->arg ? " " : "",
			 def->arg ? def->arg : "");
	print_row(out, left, def->help);
}

static void print_region_keys(FILE *out)
{
	char left[80];

	fprintf(out, "\nSPEC is KEY=VALUE,... with these keys:\n");
	for (size_t i = 0; i < nr_region_key_defs; i++) {
		snprintf(left, sizeof(left), "%s=%s", region_key_defs[i].name,
			 region_key_defs[i].arg);
		print_row(out, left, region_key_defs[i].help);
	}
}

void help_verb(FILE *out, enum verb verb)
{
	fprintf(out, "usage: daxemu %s %s\n%s\n\n", verb_defs[verb].name, verb_defs[verb].synopsis,
		verb_defs[verb].help);
	for (size_t i = 0; i < nr_option_defs; i++)
		if (option_defs[i].verbs & 1u << verb)
			print_option(out, &option_defs[i]);
	if (ON_INSTANCE & 1u << verb)
		print_region_keys(out);
}

void help_all(FILE *out)
{
	fprintf(out, "usage: daxemu VERB [OPTION...]\n"
		     "Linux device-dax without the hardware.\n\n");
	for (int i = 0; i < VERB_DAEMON; i++)
		print_row(out, verb_defs[i].name, verb_defs[i].help);
	fprintf(out, "\n'daxemu VERB --help' lists the options of a verb. A first try:\n"
		     "  daxemu run -- daxctl list -RDM\n");
}

void help_version(FILE *out)
{
	fprintf(out, "daxemu %s\n", DAXEMU_VERSION);
}
