/* SPDX-License-Identifier: BSD-3-Clause */
/* The completion for fish. */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "gen.h"

static void fish_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
}

static void fish_option(enum verb verb, const struct option_def *def)
{
	printf("complete -c daxemu -n '__fish_seen_subcommand_from %s' -l %s", verb_defs[verb].name,
	       def->name);
	if (def->letter)
		printf(" -s %c", def->letter);
	if (def->arg)
		printf(" -x");
	if (def->words && def->arg)
		printf(" -a '%s'", *def->words == '@' ? "(__fish_complete_path)" : def->words);
	printf(" -d '");
	fish_text(def->help);
	printf("'\n");
}

void gen_fish(void)
{
	printf("# fish completion of daxemu; made from the option table, do not edit\n"
	       "complete -c daxemu -n __fish_use_subcommand -f\n");
	for (int v = 0; v < VERB_DAEMON; v++) {
		printf("complete -c daxemu -n __fish_use_subcommand -a %s -d '", verb_defs[v].name);
		fish_text(verb_defs[v].help);
		printf("'\n");
	}
	printf("complete -c daxemu -n '__fish_seen_subcommand_from run' "
	       "-a '(__fish_complete_subcommand)'\n");
	for (int v = 0; v < VERB_DAEMON; v++)
		for (size_t i = 0; i < nr_option_defs; i++)
			if (takes((enum verb)v, &option_defs[i]))
				fish_option((enum verb)v, &option_defs[i]);
}
