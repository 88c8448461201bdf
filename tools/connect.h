/* SPDX-License-Identifier: BSD-3-Clause */
/* Reaching an instance: by its name, or from inside. */
#pragma once

#include <sys/types.h>

#include "daemon/args.h"
#include "daemon/refuse.h"

/* @pid: of its daemon, may be NULL. Return: a control socket (daemon/control.h) or -EINVAL. */
int connect_instance(const char *name, pid_t *pid, struct refusal *refusal);

/**
 * connect_ask() - ask the instance of --instance; without it that of the run we are in, else
 * default
 * @word: of daemon/control.h
 * @file: given: what it answered with
 *
 * Return: 0 or -EINVAL.
 */
int connect_ask(const struct args *args, const char *word, int *file, struct refusal *refusal);
