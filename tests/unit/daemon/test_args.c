/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line of one verb. */

#include <string.h>

#include "base/util.h"
#include "daemon/args.h"
#include "rows.h"

static const struct args_case {
	const char *name;
	enum verb verb;
	const char *argv[8];
	const char *refusal;	    /* NULL: accepted */
	const char *option, *value; /* what args_get() must say, option NULL: do not ask */
	const char *operand;	    /* the first, NULL: none */
} cases[] = {
	{ "nothing", VERB_RUN, { "run" }, NULL, NULL, NULL, NULL },
	{ "command", VERB_RUN, { "run", "ls", "-l" }, NULL, NULL, NULL, "ls" },
	{ "command behind --", VERB_RUN, { "run", "--", "--help" }, NULL, "help", NULL, "--help" },
	{ "options of COMMAND are its own",
	  VERB_RUN,
	  { "run", "ls", "--abi" },
	  NULL,
	  "abi",
	  NULL,
	  "ls" },
	{ "separate value", VERB_RUN, { "run", "--abi", "6.1", "ls" }, NULL, "abi", "6.1", "ls" },
	{ "joined value", VERB_RUN, { "run", "--abi=6.1", "ls" }, NULL, "abi", "6.1", "ls" },
	{ "the last wins",
	  VERB_RUN,
	  { "run", "--abi=6.1", "--abi=7.2" },
	  NULL,
	  "abi",
	  "7.2",
	  NULL },
	{ "flag", VERB_START, { "start", "--foreground" }, NULL, "foreground", "", NULL },
	{ "letter", VERB_STATUS, { "status", "-u" }, NULL, "human", "", NULL },
	{ "long form of the letter", VERB_MAPS, { "maps", "--human" }, NULL, "human", "", NULL },
	{ "unknown option",
	  VERB_RUN,
	  { "run", "--colour=red" },
	  "--colour=red: there is no such option" },
	{ "unknown letter", VERB_RUN, { "run", "-x" }, "-x: there is no such option" },
	{ "option of another verb",
	  VERB_STOP,
	  { "stop", "--abi=6.1" },
	  "--abi=6.1: there is no such" },
	{ "hidden option", VERB_RUN, { "run", "--setup-fd=3" }, "--setup-fd=3: there is no such" },
	{ "value missing", VERB_RUN, { "run", "--abi" }, "--abi: needs a value" },
	{ "value too many",
	  VERB_START,
	  { "start", "--foreground=1" },
	  "--foreground=1: this option takes" },
};

static void test_args(void **state)
{
	const struct args_case *c = *state;
	struct refusal refusal = { "" };
	struct args args;
	int argc = 0, r;

	while (argc < 8 && c->argv[argc])
		argc++;
	r = args_parse(&args, c->verb, argc, (char **)c->argv, &refusal);
	assert_int_equal(r, c->refusal ? -EINVAL : 0);
	if (c->refusal) {
		if (strncmp(refusal.text, c->refusal, strlen(c->refusal)))
			fail_msg("said '%s'", refusal.text);
		return;
	}
	if (c->option && c->value)
		assert_string_equal(args_get(&args, c->option), c->value);
	else if (c->option)
		assert_null(args_get(&args, c->option));
	if (c->operand)
		assert_string_equal(args.operands[0], c->operand);
	else
		assert_null(args.operands[0]);
	args_free(&args);
}

/* The daemon gets what describes the instance, and nothing else. */
static void test_instance_options(void **state)
{
	(void)state;
	assert_true(args_is_instance("region"));
	assert_true(args_is_instance("config"));
	assert_true(args_is_instance("instance"));
	assert_false(args_is_instance("join"));
	assert_false(args_is_instance("foreground"));
	assert_false(args_is_instance("help"));
	assert_false(args_is_instance("setup-fd"));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases) + 1] = { cmocka_unit_test(
		test_instance_options) };

	row_tests(&tests[1], ROWS(cases, name), test_args);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
