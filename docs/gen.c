/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes the manual page and the shell completions from the tables of daemon/options.h, at build
 * time: gen man VERSION PROSE, gen bash, gen zsh, gen fish. The prose of the manual page is a file;
 * lines of it that are @VERBS@, @OPTIONS@ or @REGION_KEYS@ are replaced by what the tables say.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "daemon/options.h"

/* Options of a verb as a user may say them; the daemon's own verb is nobody's business. */
static bool takes(enum verb verb, const struct option_def *def)
{
	return verb < VERB_DAEMON && def->verbs & 1u << verb;
}

static bool is_public(const struct option_def *def)
{
	return def->verbs != ON_DAEMON;
}

/* --- the manual page ------------------------------------------------------------------------ */

/* '-' is a minus, and a line must not begin with a request. */
static void man_text(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text; text++)
		switch (*text) {
		case '-':
			fputs("\\-", stdout);
			break;
		case '\\':
			fputs("\\e", stdout);
			break;
		default:
			putchar(*text);
		}
}

static void man_line(const char *text)
{
	man_text(text);
	putchar('\n');
}

static void man_verbs(void)
{
	for (int i = 0; i < VERB_DAEMON; i++) {
		printf(".TP\n\\fBdaxemu ");
		man_text(verb_defs[i].name);
		printf("\\fR ");
		man_line(verb_defs[i].synopsis);
		man_line(verb_defs[i].help);
	}
}

static void man_option_head(const struct option_def *def)
{
	printf(".TP\n\\fB");
	if (def->letter)
		printf("\\-%c\\fR, \\fB", def->letter);
	printf("\\-\\-");
	man_text(def->name);
	printf("\\fR");
	if (def->arg)
		printf(" \\fI%s\\fR", def->arg);
	putchar('\n');
}

static void man_option_verbs(const struct option_def *def)
{
	const char *comma = "";

	if (def->verbs == ~0u)
		return;
	printf("(");
	for (int i = 0; i < VERB_DAEMON; i++)
		if (takes((enum verb)i, def)) {
			printf("%s%s", comma, verb_defs[i].name);
			comma = ", ";
		}
	printf(")\n");
}

static void man_options(void)
{
	for (size_t i = 0; i < nr_option_defs; i++) {
		const struct option_def *def = &option_defs[i];

		if (!is_public(def))
			continue;
		man_option_head(def);
		man_text(def->help);
		printf(".\n");
		if (def->more)
			man_line(def->more);
		man_option_verbs(def);
	}
}

static void man_region_keys(void)
{
	for (size_t i = 0; i < nr_region_key_defs; i++) {
		printf(".TP\n\\fB");
		man_text(region_key_defs[i].name);
		printf("\\fR=\\fI%s\\fR\n", region_key_defs[i].arg);
		man_line(region_key_defs[i].help);
	}
}

static const struct {
	const char *line;
	void (*print)(void);
} markers[] = {
	{ "@VERBS@\n", man_verbs },
	{ "@OPTIONS@\n", man_options },
	{ "@REGION_KEYS@\n", man_region_keys },
};

static bool replace_marker(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(markers); i++) {
		if (strcmp(markers[i].line, line))
			continue;
		markers[i].print();
		return true;
	}
	return false;
}

static int man(const char *version, const char *prose)
{
	_cleanup_file_ FILE *f = fopen(prose, "re");
	char line[1024];

	if (!f) {
		perror(prose);
		return 1;
	}
	printf(".TH DAXEMU 1 \"\" \"daxemu %s\" \"User Commands\"\n", version);
	while (fgets(line, sizeof(line), f))
		if (!replace_marker(line))
			fputs(line, stdout);
	return 0;
}

/* --- bash ----------------------------------------------------------------------------------- */

/* The words of an option that takes one of a few; NULL: free text or a path. */
static const char *fixed_words(const char *words)
{
	return words && *words != '@' ? words : NULL;
}

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

static int bash(void)
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
	return 0;
}

/* --- zsh ------------------------------------------------------------------------------------ */

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

static int zsh(void)
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
	return 0;
}

/* --- fish ----------------------------------------------------------------------------------- */

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
	if (fixed_words(def->words) && def->arg)
		printf(" -a '%s'", def->words);
	else if (def->words && def->arg)
		printf(" -a '(__fish_complete_path)'");
	printf(" -d '");
	fish_text(def->help);
	printf("'\n");
}

static int fish(void)
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
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "man"))
		return man(argv[2], argv[3]);
	if (argc == 2 && !strcmp(argv[1], "bash"))
		return bash();
	if (argc == 2 && !strcmp(argv[1], "zsh"))
		return zsh();
	if (argc == 2 && !strcmp(argv[1], "fish"))
		return fish();
	fprintf(stderr, "usage: gen man VERSION PROSE | bash | zsh | fish\n");
	return 2;
}
