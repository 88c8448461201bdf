/* SPDX-License-Identifier: BSD-3-Clause */
/* daxemu inject: let a named point of an instance fail. The instance reads the words itself. */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "cli.h"
#include "connect.h"
#include "daemon/control.h"

static int inject(const struct args *args, struct refusal *refusal)
{
	_cleanup_fd_ int file = -1;
	const char *spec = *args->operands;
	char request[CONTROL_REQUEST];
	int len;

	if (!spec || args->operands[1])
		return refuse(refusal, "inject: needs one POINT=VALUE[,KEY=VALUE...]");
	len = snprintf(request, sizeof(request), CONTROL_INJECT " %s", spec);
	if (len >= CONTROL_REQUEST)
		return refuse(refusal, "inject: %.40s...: is too long", spec);
	return connect_ask(args, request, &file, refusal);
}

int cmd_inject(const struct args *args)
{
	struct refusal refusal;

	return inject(args, &refusal) < 0 ? cli_refuse(args->verb, &refusal) : 0;
}
