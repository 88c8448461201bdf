/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line of one verb, read by the table in options.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "daemon/config.h"
#include "daemon/options.h"

struct args {
	enum verb verb;
	struct config_value *values; /* owned; names and values are lent */
	size_t nr_values;
	char **operands; /* lent: what follows the options, up to the NULL */
};

/**
 * args_parse() - split options from operands
 * @argv: argv[0] is the verb; may be reordered by nobody: options end at the first operand or "--"
 *
 * Return: 0, -EINVAL with @refusal set,
 */
int args_parse(struct args *out, enum verb verb, int argc, char **argv, struct refusal *refusal);

void args_free(struct args *args);

/* Last value given for the option; "" for one without argument; NULL when it was not given. */
const char *args_get(const struct args *args, const char *name);

/**
 * args_config() - the configuration that the arguments make
 *
 * Only the options that describe an instance take part. Return: as config_load().
 */
int args_config(const struct args *args, struct config *out, struct refusal *refusal);

/* Whether the option describes an instance, so that the daemon gets it too. */
bool args_is_instance(const char *name);
