/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The process between `daxemu run` and COMMAND: it alone is in the private namespaces, owns the
 * daemon and COMMAND, and sees to it that nothing survives.
 *
 *   daxemu run ── supervisor ─┬─ daxemud
 *                             └─ COMMAND ── its children, adopted when they are orphaned
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct supervisor {
	pid_t runner;	   /* `daxemu run`; signals it sends are for COMMAND */
	pid_t daemon;	   /* 0 without one */
	pid_t command;	   /* 0 until it runs */
	int life;	   /* end of file: `daxemu run` is no more */
	int daemon_sock;   /* closing it asks the daemon to end; -1 without one */
	int signals;	   /* signalfd */
	sigset_t mask;	   /* of `daxemu run` when it started: COMMAND's */
	int status;	   /* COMMAND's, as wait(2) gives it */
	bool done;	   /* COMMAND has ended */
	long long kill_at; /* ms of CLOCK_MONOTONIC when COMMAND is killed; 0: never */
};

/* Adopts orphans, takes the signals. @s: runner, life and mask are set. Return: 0 or -errno. */
int supervise_init(struct supervisor *s);

/**
 * supervise_wait() - wait until @fd is readable
 *
 * Return: 0; -EINTR if `daxemu run` was told to end or is no more.
 */
int supervise_wait(struct supervisor *s, int fd);

/* Waits for COMMAND, forwards what it is sent. Return: exit status, 128 + N for a signal. */
int supervise_command(struct supervisor *s);

/* Kills every descendant, ends the daemon last. */
void supervise_end(struct supervisor *s);
