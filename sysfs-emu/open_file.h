/* SPDX-License-Identifier: BSD-3-Clause */
/* What fh of an open file or directory points to. */
#pragma once

#include <pthread.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "core/model.h"
#include "sysfs-emu/fs_priv.h"

enum open_file_type {
	OPEN_ATTR,
	OPEN_TWIN, /* of a device file */
	OPEN_REAL,
};

struct open_file {
	LIST_ENTRY(open_file) list;
	enum open_file_type type;
	struct sysfs_ref ref; /* ATTR */
	struct dax_dev *dev;  /* TWIN: held; NULL: that of ndctl0 */
	bool read_only;	      /* TWIN of ndctl0 */
	int fd;		      /* REAL: owned */
	bool by_root;	      /* ATTR: who opened it may know all */
	/* ATTR: the text as it was when reading began at offset 0 */
	pthread_mutex_t lock;
	bool shown;
	struct strbuf text;
	/* ATTR, under fs->opened: what poll(2) tells, see poll.c */
	bool news;		       /* since it was last read, or it never was */
	struct fuse_pollhandle *waits; /* NULL: nobody */
};

/* Return: 0 or -errno. */
int open_attr(struct fs *fs, struct sysfs_ref ref, int flags, struct open_file **out);
int open_twin(struct fs *fs, struct sysfs_ref ref, int flags, struct open_file **out);
int open_real(struct fs *fs, uint64_t id, int flags, struct open_file **out);
void open_file_close(struct fs *fs, struct open_file *file);

/**
 * open_file_read() - read into @buf
 *
 * Return: bytes, 0 at the end, -errno.
 */
ssize_t open_file_read(struct fs *fs, struct open_file *file, char *buf, size_t size, off_t off);

/* --- poll.c --- */

/**
 * open_file_poll() - poll(2), select(2), epoll
 * @handle: how to wake who waits, taken; NULL: nobody waits
 *
 * Return: POLL*.
 * Source: Linux fs/kernfs/file.c, kernfs_fop_poll().
 */
unsigned open_file_poll(struct fs *fs, struct open_file *file, struct fuse_pollhandle *handle);

/* The text of an attribute that is read now is no news. */
void open_file_seen(struct fs *fs, struct open_file *file);

/* Wakes who waits for an attribute. Source: Linux fs/kernfs/file.c, kernfs_notify(). */
void open_file_notify(struct fs *fs, struct sysfs_ref attr);

/* --- directories --- */

struct open_dir;

int open_dir_new(struct fs *fs, struct open_dir **out, uint64_t id);
void open_dir_close(struct fs *fs, struct open_dir *dir);

/* Closes all files and directories: no request will come any more. */
void open_close_all(struct fs *fs);

/**
 * open_dir_read() - fill a buffer with entries
 * @off:  0 makes the listing anew; else as the last entry said
 * @plus: say of names what a lookup would, where that is cheap: names_forget() what the kernel
 *        does not get
 *
 * Return: bytes, 0 at the end, -errno.
 */
ssize_t open_dir_read(struct fs *fs, struct open_dir *dir, fuse_req_t req, char *buf, size_t size,
		      off_t off, bool plus);
