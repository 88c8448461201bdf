/* SPDX-License-Identifier: BSD-3-Clause */
/* Open files: attributes, files of the real /sys, and the twins of device files. */
#include "sysfs-emu/fuse_ops.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cuse/devfile.h"
#include "sysfs-emu/nd_file.h"
#include "sysfs-emu/open_file.h"

static struct open_file *file_of(const struct fuse_file_info *fi)
{
	return (struct open_file *)(uintptr_t)fi->fh;
}

static int open_by_id(struct fs *fs, fuse_ino_t id, int flags, struct open_file **file)
{
	struct sysfs_ref ref;

	if (!is_emulated(id, &ref))
		return open_real(fs, id, flags, file);
	switch (sysfs_type(ref)) {
	case SYSFS_TYPE_ATTR:
		return open_attr(fs, ref, flags, file);
	case SYSFS_TYPE_TWIN:
		return open_twin(fs, ref, flags, file);
	default:
		return -EACCES;
	}
}

void op_open(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	struct open_file *file = NULL;
	int r = open_by_id(fs_of(req), id, fi->flags, &file);

	if (r < 0) {
		fuse_reply_err(req, -r);
		return;
	}
	file->by_root = fuse_req_ctx(req)->uid == 0;
	fi->fh = (uintptr_t)file;
	fi->direct_io = 1;
	fi->noflush = 1;
	/* Interrupted before it got the file: there will be no release. */
	if (fuse_reply_open(req, fi) < 0)
		open_file_close(fs_of(req), file);
}

void op_release(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	(void)id;
	open_file_close(fs_of(req), file_of(fi));
	fuse_reply_err(req, 0);
}

void op_read(fuse_req_t req, fuse_ino_t id, size_t size, off_t off, struct fuse_file_info *fi)
{
	size_t room = min_u64(size, MAX_IO);
	_cleanup_free_ char *buf = malloc(room ? room : 1);
	ssize_t n = -ENOMEM;

	(void)id;
	if (buf)
		n = open_file_read(fs_of(req), file_of(fi), buf, room, off);
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_buf(req, buf, (size_t)n);
}

static void queue_store(fuse_req_t req, struct sysfs_ref ref, const char *buf, size_t size)
{
	struct mutator_job *job;

	size = min_u64(size, SYSFS_PAGE);
	job = calloc(1, sizeof(*job) + size);
	if (!job) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	job->req = req;
	job->work = MUTATOR_STORE;
	job->ref = ref;
	job->size = size;
	memcpy(job->data, buf, size);
	mutator_queue(&fs_of(req)->mutator, job);
}

/* Every write is a whole value, whatever the offset. */
void op_write(fuse_req_t req, fuse_ino_t id, const char *buf, size_t size, off_t off,
	      struct fuse_file_info *fi)
{
	const struct open_file *file = file_of(fi);

	(void)id;
	(void)off;
	if (file->type == OPEN_ATTR)
		queue_store(req, file->ref, buf, size);
	else
		fuse_reply_err(req, file->type == OPEN_TWIN ? -devfile_op(DEVFILE_WRITE) : EROFS);
}

/* The answer of a device file, or @other for the rest. */
static void reply_devfile(fuse_req_t req, const struct fuse_file_info *fi, enum devfile_op op,
			  int other)
{
	bool twin = fi && fi->fh && file_of(fi)->type == OPEN_TWIN;

	fuse_reply_err(req, twin ? -devfile_op(op) : other);
}

void op_fsync(fuse_req_t req, fuse_ino_t id, int datasync, struct fuse_file_info *fi)
{
	(void)id;
	(void)datasync;
	reply_devfile(req, fi, DEVFILE_FSYNC, 0);
}

void op_fallocate(fuse_req_t req, fuse_ino_t id, int mode, off_t off, off_t len,
		  struct fuse_file_info *fi)
{
	(void)id;
	(void)mode;
	(void)off;
	(void)len;
	reply_devfile(req, fi, DEVFILE_FALLOCATE, EOPNOTSUPP);
}

void op_copy_file_range(fuse_req_t req, fuse_ino_t in, off_t off_in, struct fuse_file_info *fi_in,
			fuse_ino_t out, off_t off_out, struct fuse_file_info *fi_out, size_t len,
			int flags)
{
	(void)in;
	(void)off_in;
	(void)fi_in;
	(void)out;
	(void)off_out;
	(void)len;
	(void)flags;
	reply_devfile(req, fi_out, DEVFILE_COPY_RANGE, EOPNOTSUPP);
}

/* @room: for the answer. Takes the model lock. */
static ssize_t nd_ioctl(struct fs *fs, const struct open_file *file, unsigned cmd, const void *in,
			size_t in_size, void *room, size_t out_size)
{
	ssize_t n;

	turn_pass(&fs->turn);
	pthread_rwlock_wrlock(fs->config.lock);
	n = nd_file_ioctl(fs->config.model, cmd, file->read_only, in, in_size, room, out_size);
	pthread_rwlock_unlock(fs->config.lock);
	return n;
}

/* The sizes are those the command's number says, the kernel checked them: below 16 KiB. */
void op_ioctl(fuse_req_t req, fuse_ino_t id, unsigned cmd, void *arg, struct fuse_file_info *fi,
	      unsigned flags, const void *in, size_t in_size, size_t out_size)
{
	_cleanup_free_ char *room = malloc(out_size ? out_size : 1);
	const struct open_file *file = file_of(fi);
	ssize_t n = devfile_op(DEVFILE_IOCTL);

	(void)id;
	(void)arg;
	(void)flags;
	if (!room)
		n = -ENOMEM;
	else if (file->type == OPEN_TWIN && !file->dev)
		n = nd_ioctl(fs_of(req), file, cmd, in, in_size, room, out_size);
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_ioctl(req, 0, room, (size_t)n);
}

/*
 * SEEK_DATA and SEEK_HOLE; the kernel does the others by st_size.
 * Source: Linux fs/read_write.c, generic_file_llseek_size().
 */
void op_lseek(fuse_req_t req, fuse_ino_t id, off_t off, int whence, struct fuse_file_info *fi)
{
	(void)id;
	if (file_of(fi)->type == OPEN_TWIN)
		fuse_reply_lseek(req, 0);
	else if (off < 0 || off >= SYSFS_PAGE)
		fuse_reply_err(req, ENXIO);
	else
		fuse_reply_lseek(req, whence == SEEK_HOLE ? SYSFS_PAGE : off);
}

void op_poll(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi,
	     struct fuse_pollhandle *handle)
{
	(void)id;
	fuse_reply_poll(req, open_file_poll(fs_of(req), file_of(fi), handle));
}
