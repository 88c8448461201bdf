/* SPDX-License-Identifier: BSD-3-Clause */
/* One CUSE device: its connection to the kernel, and the shell around devfile.h. */
#pragma once

#include <pthread.h>
#include <stddef.h>

#include "core/model.h"

struct fuse_buf;
struct session;

struct session_config {
	struct dax_model *model;
	pthread_rwlock_t *lock; /* the model lock */
	struct dax_id id;	/* daxX.Y, the name of the device file */
	unsigned major, minor;
};

/**
 * session_new() - make the device file
 *
 * It is in /dev when this returns.
 *
 * Return: 0, -EEXIST (the kernel has such a device or number already), -errno.
 */
int session_new(struct session **out, const struct session_config *config);

/* Readable when session_serve() has work; non-blocking, lent. */
int session_fd(const struct session *session);

/**
 * session_serve() - answer one request
 * @buf: of the calling thread, for any session; zero at first
 *
 * Return: 0, -EAGAIN (none waiting), -ENODEV (the kernel has given up the device).
 */
int session_serve(struct session *session, struct fuse_buf *buf);

/**
 * session_free() - remove the device file
 * @orphans: set to how many files are still open, each with a hold on @dev
 * @dev:     set if there are any
 *
 * Nobody serves it any more. The kernel does not say when such a file is closed at last. As its
 * number must not be given to another device before, the holds go to the caller.
 */
void session_free(struct session *session, struct dax_dev **dev, size_t *orphans);
