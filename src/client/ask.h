/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Asks the daemon for the memory of an open device file. One connection per question: no state to
 * share between threads, to lose in a fork or to leak into another program.
 */
#pragma once

#include "client/map_plan.h"

/**
 * ask_map() - may this process map that file, and what?
 * @fd:    the open device file, lent
 * @grant: set on success
 * @more:  set to a socket, given to the caller, on which the list of bad pages follows; -1 when
 *         @grant counts none
 *
 * Return: the memory file, close-on-exec, given to the caller; or -errno as mmap(2) has it:
 * -ENODEV when the daemon cannot be reached, -ENFILE when no descriptor is free to ask with.
 */
int ask_map(int fd, const struct map_want *want, struct daxemu_msg_map_reply *grant, int *more);

/* The next message on such a socket. Return: bytes, 0 at its end, -errno. */
long ask_more(int more, void *buf, size_t len);
