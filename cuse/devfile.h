/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The file operations of /dev/daxX.Y, as device_dax has them. One implementation; the FUSE node
 * (sysfs-emu) and the CUSE device (cuse) are shells that decode a request, call here and reply.
 * mmap is not here: it never reaches a FUSE daemon, see src/broker.
 */
#pragma once

#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/model.h"

enum devfile_op {
	DEVFILE_READ,
	DEVFILE_WRITE,
	DEVFILE_IOCTL,
	DEVFILE_FSYNC,
	DEVFILE_FALLOCATE,
	DEVFILE_TRUNCATE,
	DEVFILE_COPY_RANGE,
	DEVFILE_NR_OPS,
};

/**
 * devfile_open() - open(2)
 * @lock:  the model lock; taken here
 * @minor: of the device
 * @flags: O_* of the open
 * @out:   the device, with a reference that devfile_release() gives back
 *
 * Return: 0, -ENXIO (not alive and held by nobody, or no such device), -EINVAL (O_DIRECT).
 */
int devfile_open(struct dax_model *model, pthread_rwlock_t *lock, unsigned minor, int flags,
		 struct dax_dev **out);

/* The last close of one open file: dax_dev_release() and devfile_put(). */
void devfile_release(struct dax_dev *dev, pthread_rwlock_t *lock);

/* The reference of a released file; waits for the lock, thus for a revoke. */
void devfile_put(struct dax_dev *dev, pthread_rwlock_t *lock);

/**
 * devfile_op() - every call that has the same answer whatever its arguments
 *
 * Return: -errno.
 * Source: Linux drivers/dax/device.c, dax_fops; tests/conformance, 30-chardev.
 */
int devfile_op(enum devfile_op op);
