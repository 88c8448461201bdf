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
 *
 * Return: the memory file, close-on-exec, given to the caller; or -errno as mmap(2) has it:
 * -ENODEV when the daemon cannot be reached, -ENFILE when no descriptor is free to ask with.
 */
int ask_map(int fd, const struct map_want *want, struct daxemu_msg_map_reply *grant);
