/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line of one verb, read by the table in options.h. */
#include "daemon/args.h"

#include <getopt.h>
#include <string.h>

#include "base/util.h"

#define MAX_OPTIONS 32

/* getopt's view of the options of one verb. */
struct getopt_table {
	struct option longs[MAX_OPTIONS];
	const struct option_def *defs[MAX_OPTIONS]; /* beside longs[] */
	char shorts[2 * MAX_OPTIONS + 3];
	size_t count;
};

static void build_table(struct getopt_table *t, enum verb verb)
{
	char *s = t->shorts;

	*s++ = '+'; /* options end at the first operand */
	*s++ = ':'; /* a missing argument is told apart */
	for (size_t i = 0; i < nr_option_defs; i++) {
		const struct option_def *def = &option_defs[i];

		if (!(def->verbs & 1u << verb))
			continue;
		t->defs[t->count] = def;
		t->longs[t->count++] = (struct option){
			.name = def->name,
			.has_arg = def->arg ? required_argument : no_argument,
		};
		if (def->letter)
			*s++ = def->letter;
	}
	*s = '\0';
}

static const struct option_def *by_letter(const struct getopt_table *t, int letter)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->defs[i]->letter == letter)
			return t->defs[i];
	return NULL;
}

/* The option that getopt stumbled over; optind is behind it. */
static int refuse_option(enum verb verb, const char *word, int why, struct refusal *refusal)
{
	const char *hint = verb == VERB_DAEMON ? "" : verb_defs[verb].name;
	size_t len = strcspn(word, "=");

	if (why == ':')
		return refuse(refusal, "%s: needs a value, as in %s=VALUE", word, word);
	if (word[0] == '-' && word[1] == '-' && word[len] && option_find(word + 2, len - 2) &&
	    option_find(word + 2, len - 2)->verbs & 1u << verb)
		return refuse(refusal, "%s: this option takes no value", word);
	return refuse(refusal, "%s: there is no such option, see daxemu %s --help", word, hint);
}

static void append(struct args *args, const struct option_def *def, const char *value)
{
	args->values[args->nr_values++] = (struct config_value){ def->name, value };
}

static int read_options(struct args *args, const struct getopt_table *t, int argc, char **argv,
			struct refusal *refusal)
{
	opterr = 0;
	optind = 0; /* glibc: start afresh */
	for (;;) {
		int index = 0, at = optind ? optind : 1;
		int c = getopt_long(argc, argv, t->shorts, t->longs, &index);

		if (c == -1)
			break;
		if (c == '?' || c == ':')
			return refuse_option(args->verb, argv[at], c, refusal);
		append(args, c ? by_letter(t, c) : t->defs[index], optarg);
	}
	args->operands = argv + optind;
	return 0;
}

int args_parse(struct args *out, enum verb verb, int argc, char **argv, struct refusal *refusal)
{
	struct getopt_table table = { .count = 0 };
	int r;

	/* Every word is at most one option; short ones may be bundled. */
	size_t room = 0;

	for (int i = 0; i < argc; i++)
		room += strlen(argv[i]) + 1;
	*out = (struct args){ .verb = verb, .values = calloc(room, sizeof(*out->values)) };
	if (!out->values)
		return refuse(refusal, "out of memory");
	build_table(&table, verb);
	r = read_options(out, &table, argc, argv, refusal);
	if (r < 0)
		args_free(out);
	return r;
}

void args_free(struct args *args)
{
	free(args->values);
	*args = (struct args){ .values = NULL };
}

const char *args_get(const struct args *args, const char *name)
{
	for (size_t i = args->nr_values; i--;)
		if (!strcmp(args->values[i].name, name))
			return args->values[i].value ? args->values[i].value : "";
	return NULL;
}

bool args_is_instance(const char *name)
{
	const struct option_def *def = option_find(name, strlen(name));

	return def && (def->verbs & (ON_START | ON_DAEMON)) == (ON_START | ON_DAEMON) &&
	       def->verbs != ~0u;
}

int args_config(const struct args *args, struct config *out, struct refusal *refusal)
{
	_cleanup_free_ struct config_value *values = calloc(args->nr_values + 1, sizeof(*values));
	size_t n = 0;

	if (!values)
		return refuse(refusal, "out of memory");
	for (size_t i = 0; i < args->nr_values; i++)
		if (args_is_instance(args->values[i].name))
			values[n++] = args->values[i];
	return config_load(out, values, n, refusal);
}
