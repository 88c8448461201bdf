/* SPDX-License-Identifier: BSD-3-Clause */
/* The completion for bash. */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "gen.h"

static void bash_values(const struct option_def *def)
{
	if (!def->arg)
		return;
	printf("\t--%s)\n", def->name);
	if (!strcmp(def->name, "region"))
		printf("\t\t_daxemu_region \"$cur\"\n");
	else if (!def->words)
		printf("\t\tCOMPREPLY=()\n");
	else if (!strcmp(def->words, "@dir"))
		printf("\t\tCOMPREPLY=($(compgen -d -- \"$cur\"))\n");
	else if (!strcmp(def->words, "@file"))
		printf("\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n");
	else
		printf("\t\tCOMPREPLY=($(compgen -W \"%s\" -- \"$cur\"))\n", def->words);
	printf("\t\treturn ;;\n");
}

static void bash_verb_options(enum verb verb)
{
	printf("\t%s) options=\"", verb_defs[verb].name);
	for (size_t i = 0; i < nr_option_defs; i++)
		if (takes(verb, &option_defs[i])) {
			if (option_defs[i].letter)
				printf("-%c ", option_defs[i].letter);
			printf("--%s ", option_defs[i].name);
		}
	printf("\" ;;\n");
}

/* The last key of a comma-separated SPEC, or its value. */
static void bash_region(void)
{
	printf("_daxemu_region()\n{\n"
	       "\tlocal done=\"\" last=\"$1\" words=\"\"\n"
	       "\t[[ $1 == *,* ]] && done=\"${1%%,*},\" last=\"${1##*,}\"\n"
	       "\tcase $last in\n");
	for (size_t i = 0; i < nr_region_key_defs; i++) {
		const struct region_key_def *def = &region_key_defs[i];

		printf("\t%s=*) words=\"", def->name);
		for (const char *w = def->words; w && *w;) {
			size_t n = strcspn(w, " ");

			printf("%s=%.*s ", def->name, (int)n, w);
			w += n + strspn(w + n, " ");
		}
		printf("\" ;;\n");
	}
	printf("\t*) words=\"");
	for (size_t i = 0; i < nr_region_key_defs; i++)
		printf("%s= ", region_key_defs[i].name);
	printf("\" ;;\n\tesac\n"
	       "\tcompopt -o nospace 2>/dev/null\n"
	       "\tCOMPREPLY=($(compgen -P \"$done\" -W \"$words\" -- \"$last\"))\n}\n\n");
}

/* `run` hands over to the completion of COMMAND at the first word that is no option. */
static void bash_command(void)
{
	printf("_daxemu_command()\n{\n"
	       "\tlocal i\n"
	       "\tfor ((i = 2; i <= COMP_CWORD; i++)); do\n"
	       "\t\tcase ${COMP_WORDS[i]} in\n"
	       "\t\t--) ((++i <= COMP_CWORD)) || return 1; break ;;\n");
	printf("\t\t");
	for (size_t i = 0, n = 0; i < nr_option_defs; i++)
		if (takes(VERB_RUN, &option_defs[i]) && option_defs[i].arg)
			printf("%s--%s", n++ ? "|" : "", option_defs[i].name);
	printf(") ((i++)) ;;\n"
	       "\t\t-*|\"\") ;;\n"
	       "\t\t*) break ;;\n"
	       "\t\tesac\n"
	       "\tdone\n"
	       "\t((i <= COMP_CWORD)) || return 1\n"
	       "\tif declare -F _command_offset >/dev/null; then\n"
	       "\t\t_command_offset $i\n"
	       "\telse\n"
	       "\t\tCOMPREPLY=($(compgen -c -f -- \"$cur\"))\n"
	       "\tfi\n}\n\n");
}

void gen_bash(void)
{
	printf("# bash completion of daxemu; made from the option table, do not edit\n\n");
	bash_region();
	bash_command();
	printf("_daxemu()\n{\n"
	       "\tlocal cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
	       "\tlocal options=\"\" verb=\"${COMP_WORDS[1]}\"\n"
	       "\tCOMPREPLY=()\n"
	       "\tif ((COMP_CWORD == 1)); then\n"
	       "\t\tCOMPREPLY=($(compgen -W \"");
	for (int i = 0; i < VERB_DAEMON; i++)
		printf("%s ", verb_defs[i].name);
	printf("--help --version\" -- \"$cur\"))\n\t\treturn\n\tfi\n"
	       "\t[[ $verb == run ]] && _daxemu_command && return\n"
	       "\tcase $prev in\n");
	for (size_t i = 0; i < nr_option_defs; i++)
		if (is_public(&option_defs[i]))
			bash_values(&option_defs[i]);
	printf("\tesac\n\tcase $verb in\n");
	for (int i = 0; i < VERB_DAEMON; i++)
		bash_verb_options((enum verb)i);
	printf("\tesac\n"
	       "\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
	       "}\ncomplete -F _daxemu daxemu\n");
}
