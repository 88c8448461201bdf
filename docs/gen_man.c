/* SPDX-License-Identifier: BSD-3-Clause */
/* The manual page. */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "gen.h"

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

int gen_man(const char *version, const char *prose)
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
