/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The CUSE front-end: /dev/daxX.Y as true character devices of the machine, one for each device of
 * the model, made and removed with it. Served by a few threads, however many devices there are.
 * mmap is not here: the kernel refuses it on CUSE files, see src/broker.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "core/model.h"

struct cuse_config {
	struct dax_model *model;
	pthread_rwlock_t *lock; /* the model lock */
	unsigned major;		/* of the device files; what sysfs shows too */
};

struct cuse;

/* Whether /dev/cuse can be used. Return: 0 or -errno. */
int cuse_usable(void);

/**
 * cuse_free_major() - a major number for the device files
 * @wanted: taken if nobody has it; on a kernel with the dax core its own number is taken
 *
 * Return: @wanted or a free one below 256, -EBUSY if there is none.
 */
int cuse_free_major(unsigned wanted);

/* Makes nothing yet. Return: 0 or -errno. */
int cuse_new(struct cuse **out, const struct cuse_config *config);

/**
 * cuse_start() - make the devices there are, serve, and from then on follow the model
 *
 * Nobody changes the model meanwhile. On failure it is not followed; cuse_free() is still due.
 *
 * Return: 0, -EEXIST (the machine has a device of such a name or number), -errno.
 */
int cuse_start(struct cuse *cuse);

/**
 * cuse_settle() - wait until the device files are as the model is now
 *
 * Whoever changed the model calls this before it says so. The kernel may ask for a file's release
 * meanwhile, so never under the model lock, and never on a thread that serves device files.
 */
void cuse_settle(struct cuse *cuse);

/* Removes every device file. The caller holds no lock; the model does not change any more. */
void cuse_free(struct cuse *cuse);
