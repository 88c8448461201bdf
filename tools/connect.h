/* SPDX-License-Identifier: BSD-3-Clause */
/* Reaching a lasting instance by its name. */
#pragma once

#include <sys/types.h>

#include "daemon/refuse.h"

/* @pid: of its daemon, may be NULL. Return: a control socket (daemon/control.h) or -EINVAL. */
int connect_instance(const char *name, pid_t *pid, struct refusal *refusal);
