/* SPDX-License-Identifier: BSD-3-Clause */
/* A few threads that serve many sessions. A session is served by one thread at a time. */
#pragma once

#include <stddef.h>

#include "cuse/session.h"

struct pool;

/* Return: 0 or -errno. */
int pool_new(struct pool **out, size_t threads);

/* Starts to serve @session, lent until pool_remove(). Return: 0 or -errno. */
int pool_add(struct pool *pool, struct session *session);

/* Nobody serves @session any more when this returns. Never from a thread of the pool. */
void pool_remove(struct pool *pool, struct session *session);

/* All sessions have been removed. */
void pool_free(struct pool *pool);
