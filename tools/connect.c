/* SPDX-License-Identifier: BSD-3-Clause */
/* Reaching a lasting instance by its name. */
#include "connect.h"

#include <errno.h>
#include <string.h>

#include "daemon/control.h"
#include "daemon/runtime.h"

static int refuse_connect(const char *name, const char *path, int error, struct refusal *refusal)
{
	if (error == EACCES || error == EPERM)
		return refuse(refusal, "--instance=%s: %s belongs to another user", name, path);
	return refuse(refusal,
		      "--instance=%s: there is no such instance running, start it with "
		      "'daxemu start --instance %s'",
		      name, name);
}

int connect_instance(const char *name, pid_t *pid, struct refusal *refusal)
{
	char path[RUNTIME_PATH_MAX];
	int r = runtime_path(name, path, refusal);

	if (r < 0)
		return r;
	r = control_connect(path, pid);
	return r < 0 ? refuse_connect(name, path, -r, refusal) : r;
}
