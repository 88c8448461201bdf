/* SPDX-License-Identifier: BSD-3-Clause */
/* The completion for zsh. */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "gen.h"

/* Text inside '...[here]'. */
static void zsh_text(const char *text)
{
	for (; *text; text++) {
		if (strchr("[]:\\", *text))
			putchar('\\');
		if (*text == '\'')
			fputs("'\\'", stdout);
		putchar(*text);
	}
}

static void zsh_action(const char *words)
{
	if (!words)
		printf(" ");
	else if (!strcmp(words, "@file"))
		printf("_files");
	else if (!strcmp(words, "@dir"))
		printf("_files -/");
	else
		printf("(%s)", words);
}

static void zsh_option(const struct option_def *def)
{
	if (def->letter)
		printf("\t\t\t'-%c[%s]' \\\n", def->letter, def->help);
	printf("\t\t\t'%s--%s[", !strcmp(def->name, "region") ? "*" : "", def->name);
	zsh_text(def->help);
	printf("]");
	if (def->arg) {
		printf(":%s:", def->arg);
		zsh_action(def->words);
	}
	printf("' \\\n");
}

void gen_zsh(void)
{
	printf("#compdef daxemu\n# made from the option table, do not edit\n\n"
	       "_daxemu()\n{\n\tif ((CURRENT == 2)); then\n\t\tlocal -a verbs=(\n");
	for (int i = 0; i < VERB_DAEMON; i++) {
		printf("\t\t\t'%s:", verb_defs[i].name);
		zsh_text(verb_defs[i].help);
		printf("'\n");
	}
	printf("\t\t)\n\t\t_describe verb verbs\n\t\treturn\n\tfi\n\tshift words\n"
	       "\t((CURRENT--))\n\tcase $words[1] in\n");
	for (int v = 0; v < VERB_DAEMON; v++) {
		printf("\t%s)\n\t\t_arguments -S \\\n", verb_defs[v].name);
		for (size_t i = 0; i < nr_option_defs; i++)
			if (takes((enum verb)v, &option_defs[i]))
				zsh_option(&option_defs[i]);
		printf("\t\t\t%s ;;\n", v == VERB_RUN ? "'*:: :_normal'" : "");
	}
	printf("\tesac\n}\n\n_daxemu \"$@\"\n");
}
