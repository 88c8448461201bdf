/* SPDX-License-Identifier: BSD-3-Clause */
/* Where our own other parts are: beside the running program, in a build tree or installed. */
#pragma once

#include <limits.h>

#include "daemon/refuse.h"

/* Path of daxemud. Return: 0 or -EINVAL. */
int programs_daemon(char out[PATH_MAX], struct refusal *refusal);

/* The preload library, for LD_PRELOAD: a path, with $LIB in it if there are two. Return: 0 or
 * -EINVAL. */
int programs_preload(char out[PATH_MAX], struct refusal *refusal);
