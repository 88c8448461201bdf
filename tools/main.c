/* SPDX-License-Identifier: BSD-3-Clause */
/* daxemu: the command. One cmd_*.c per verb; words and help come from daemon/options.c. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/util.h"
#include "cli.h"
#include "help.h"

static int (*const commands[NR_VERBS])(const struct args *args) = {
	[VERB_RUN] = cmd_run,	    [VERB_START] = cmd_start,	[VERB_STOP] = cmd_stop,
	[VERB_STATUS] = cmd_status, [VERB_MAPS] = cmd_maps,	[VERB_WATCH] = cmd_watch,
	[VERB_LOAD] = cmd_load,	    [VERB_UNLOAD] = cmd_unload, [VERB_INJECT] = cmd_inject,
	[VERB_DOCTOR] = cmd_doctor,
};

int cli_refuse(enum verb verb, const struct refusal *refusal)
{
	fprintf(stderr, "daxemu: %s\n", refusal->text);
	return verb_defs[verb].failure;
}

int cli_instance(const struct args *args, const char **name, struct refusal *refusal)
{
	*name = args_get(args, "instance");
	if (!*name)
		*name = "default";
	return config_check_instance("--instance", *name, refusal);
}

static enum verb find_verb(const char *name)
{
	for (int i = 0; i < NR_VERBS; i++)
		if (commands[i] && !strcmp(verb_defs[i].name, name))
			return (enum verb)i;
	return NR_VERBS;
}

static int run_verb(enum verb verb, int argc, char **argv)
{
	struct refusal refusal;
	struct args args;
	int r;

	if (args_parse(&args, verb, argc, argv, &refusal) < 0)
		return cli_refuse(verb, &refusal);
	if (args_get(&args, "help")) {
		help_verb(stdout, verb);
		r = 0;
	} else if (args_get(&args, "version")) {
		help_version(stdout);
		r = 0;
	} else if (!verb_defs[verb].operands && *args.operands) {
		refuse(&refusal, "%s: '%s': this verb takes options only", verb_defs[verb].name,
		       *args.operands);
		r = cli_refuse(verb, &refusal);
	} else {
		r = commands[verb](&args);
	}
	args_free(&args);
	return r;
}

static int run_top_level(const char *word)
{
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
		help_all(stdout);
		return 0;
	}
	if (!strcmp(word, "--version")) {
		help_version(stdout);
		return 0;
	}
	fprintf(stderr, "daxemu: '%s': there is no such verb, see daxemu --help\n", word);
	return 2;
}

int main(int argc, char **argv)
{
	enum verb verb;

	log_init(getenv("DAXEMU_LOG"));
	if (argc < 2) {
		help_all(stderr);
		return 2;
	}
	verb = find_verb(argv[1]);
	if (verb == NR_VERBS)
		return run_top_level(argv[1]);
	return run_verb(verb, argc - 1, argv + 1);
}
