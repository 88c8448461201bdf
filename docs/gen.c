/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes the manual page and the shell completions from the tables of daemon/options.h, at build
 * time: gen man VERSION PROSE, gen bash, gen zsh, gen fish. The prose of the manual page is a file;
 * lines of it that are @VERBS@, @OPTIONS@ or @REGION_KEYS@ are replaced by what the tables say.
 */
#include "gen.h"

#include <stdio.h>
#include <string.h>

#include "base/util.h"

static const struct {
	const char *name;
	void (*print)(void);
} shells[] = {
	{ "bash", gen_bash },
	{ "zsh", gen_zsh },
	{ "fish", gen_fish },
};

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "man"))
		return gen_man(argv[2], argv[3]);
	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(shells); i++) {
		if (strcmp(argv[1], shells[i].name))
			continue;
		shells[i].print();
		return 0;
	}
	fprintf(stderr, "usage: gen man VERSION PROSE | bash | zsh | fish\n");
	return 2;
}
