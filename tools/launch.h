/* SPDX-License-Identifier: BSD-3-Clause */
/* Starting daxemud: its arguments, and what it inherits. */
#pragma once

#include "daemon/args.h"
#include "daemon/refuse.h"

/* The fd at which daxemud finds its socket. */
#define LAUNCH_FD 3

/**
 * launch_argv() - the arguments of daxemud: the options that describe the instance
 *
 * Return: NULL-ended, to launch_free_argv(); NULL without memory.
 */
char **launch_argv(const struct args *args);
void launch_free_argv(char **argv);

/**
 * launch_exec() - become daxemud
 * @sock: becomes LAUNCH_FD; stdin and stdout become /dev/null, stderr stays, all others close
 *
 * Signals are unblocked. Does not return on success.
 */
int launch_exec(const char *program, char **argv, int sock, struct refusal *refusal);
