/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Closing what strangers sent. close(2) of a file on FUSE waits for its server to answer FLUSH, and
 * a client may be that server: such files are closed on a thread each, few per user.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct closer;

int closer_new(struct closer **out);

/* Threads that hang keep what they need; everything else is freed. */
void closer_free(struct closer *closer);

/* Whether this user has so many files that do not close that we take no more of them. */
bool closer_is_stuck(struct closer *closer, uid_t uid);

/* Closes @fd, given, some time; never waits. */
void closer_close(struct closer *closer, int fd, uid_t uid);
