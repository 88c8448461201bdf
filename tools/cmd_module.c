/* SPDX-License-Identifier: BSD-3-Clause */
/* daxemu load and unload: modprobe and rmmod for the drivers of an instance. */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "cli.h"
#include "connect.h"
#include "daemon/control.h"

/* Longest name of a module, as in the kernel. */
#define MODULE_NAME_MAX 24

static int change(const struct args *args, const char *word, struct refusal *refusal)
{
	_cleanup_fd_ int file = -1;
	const char *name = *args->operands;
	char request[CONTROL_REQUEST];

	if (!name || args->operands[1])
		return refuse(refusal, "%s: needs the name of one module", word);
	if (strlen(name) > MODULE_NAME_MAX)
		return refuse(refusal, "module %s not found", name);
	snprintf(request, sizeof(request), "%s %s", word, name);
	return connect_ask(args, request, &file, refusal);
}

static int run(const struct args *args, const char *word)
{
	struct refusal refusal;

	return change(args, word, &refusal) < 0 ? cli_refuse(args->verb, &refusal) : 0;
}

int cmd_load(const struct args *args)
{
	return run(args, CONTROL_LOAD);
}

int cmd_unload(const struct args *args)
{
	return run(args, CONTROL_UNLOAD);
}
