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
