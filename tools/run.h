/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The parts of `daxemu run`. All but cmd_run.c's work is done in the supervisor (supervise.h),
 * which enters an instance of its own or a lasting one, then starts COMMAND in it.
 */
#pragma once

#include <limits.h>
#include <signal.h>

#include "daemon/args.h"
#include "daemon/config.h"
#include "daemon/refuse.h"
#include "daemon/runtime.h"
#include "supervise.h"

struct run {
	const struct args *args;
	const char *join; /* name of the lasting instance; NULL: a private one */
	char runtime[RUNTIME_PATH_MAX];
	char daemon[PATH_MAX];
	char preload[PATH_MAX];
	char **daemon_argv;
	enum config_uevents uevents;
	struct sigaction child_action; /* what we were started with */
	struct supervisor s;
	struct refusal refusal;
};

/*
 * Moves the supervisor into an instance: a private one, whose daemon it starts, or the lasting one
 * that --join names. Return: 0, -EINVAL with run->refusal set.
 */
int run_enter_private(struct run *run);
int run_enter_lasting(struct run *run);

/* Starts COMMAND where we are. Return: 0, -EINVAL with run->refusal set. */
int run_start_command(struct run *run);

/* fork(2) of a child that dies with the supervisor. */
pid_t run_fork(void);
