/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What device_dax answers to every call on its file but mmap. Most of the driver's file operations
 * are absent, so the generic layers of the kernel answer: always the same, whatever the arguments.
 */
#include "cuse/devfile.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>

/* What a kernel says of a file without .read, .write, .fsync, ..., and of a character device. */
static const int answers[DEVFILE_NR_OPS] = {
	[DEVFILE_READ] = -EINVAL,	[DEVFILE_WRITE] = -EINVAL,     [DEVFILE_IOCTL] = -ENOTTY,
	[DEVFILE_FSYNC] = -EINVAL,	[DEVFILE_FALLOCATE] = -ENODEV, [DEVFILE_TRUNCATE] = -EINVAL,
	[DEVFILE_COPY_RANGE] = -EINVAL,
};

static int open_locked(struct dax_model *model, unsigned minor, struct dax_dev **out)
{
	struct dax_dev *dev = dax_dev_by_minor(model, minor);
	int r = dev ? dax_dev_open(dev) : -ENXIO;

	if (r == 0)
		*out = dev;
	return r;
}

int devfile_open(struct dax_model *model, pthread_rwlock_t *lock, unsigned minor, int flags,
		 struct dax_dev **out)
{
	int r;

	pthread_rwlock_wrlock(lock);
	r = open_locked(model, minor, out);
	/* The kernel looks for direct I/O only after the driver's open(): ENXIO wins. */
	if (r == 0 && (flags & O_DIRECT)) {
		dax_dev_release(*out);
		dax_dev_put(*out);
		r = -EINVAL;
	}
	pthread_rwlock_unlock(lock);
	return r;
}

void devfile_release(struct dax_dev *dev, pthread_rwlock_t *lock)
{
	dax_dev_release(dev);
	devfile_put(dev, lock);
}

void devfile_put(struct dax_dev *dev, pthread_rwlock_t *lock)
{
	pthread_rwlock_wrlock(lock);
	dax_dev_put(dev);
	pthread_rwlock_unlock(lock);
}

int devfile_op(enum devfile_op op)
{
	assert(op < DEVFILE_NR_OPS);
	return answers[op];
}
