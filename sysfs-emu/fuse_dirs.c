/* SPDX-License-Identifier: BSD-3-Clause */
/* Open directories. The kernel may keep the listing of those whose changes we tell. */
#include "sysfs-emu/fuse_ops.h"

#include <errno.h>
#include <linux/fuse.h>
#include <stdlib.h>

#include "base/util.h"
#include "sysfs-emu/open_file.h"

void op_opendir(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	struct sysfs_ref ref;
	struct open_dir *dir;
	int r = open_dir_new(fs_of(req), &dir, id);

	if (r < 0) {
		fuse_reply_err(req, -r);
		return;
	}
	fi->fh = (uintptr_t)dir;
	fi->cache_readdir = fi->keep_cache = is_emulated(id, &ref) && sysfs_keeps_list(ref);
	if (fuse_reply_open(req, fi) < 0)
		open_dir_close(fs_of(req), dir);
}

/* Undoes what the kernel was not told. */
static void forget_entries(struct fs *fs, const char *buf, size_t size)
{
	const struct fuse_direntplus *entry;

	for (; size; buf += FUSE_DIRENTPLUS_SIZE(entry), size -= FUSE_DIRENTPLUS_SIZE(entry)) {
		entry = (const struct fuse_direntplus *)buf;
		names_forget(fs, entry->entry_out.nodeid, 1);
	}
}

static void reply_entries(fuse_req_t req, struct open_dir *dir, size_t size, off_t off, bool plus)
{
	size_t room = min_u64(size, MAX_IO);
	_cleanup_free_ char *buf = malloc(room ? room : 1);
	struct fs *fs = fs_of(req);
	ssize_t n = -ENOMEM;

	if (buf)
		n = open_dir_read(fs, dir, req, buf, room, off, plus);
	if (n == -ENODEV)
		n = 0; /* a removed directory is empty */
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else if (fuse_reply_buf(req, buf, (size_t)n) < 0 && plus)
		forget_entries(fs, buf, (size_t)n);
}

static struct open_dir *dir_of(const struct fuse_file_info *fi)
{
	return (struct open_dir *)(uintptr_t)fi->fh;
}

void op_readdir(fuse_req_t req, fuse_ino_t id, size_t size, off_t off, struct fuse_file_info *fi)
{
	(void)id;
	reply_entries(req, dir_of(fi), size, off, false);
}

void op_readdirplus(fuse_req_t req, fuse_ino_t id, size_t size, off_t off,
		    struct fuse_file_info *fi)
{
	(void)id;
	reply_entries(req, dir_of(fi), size, off, true);
}

void op_releasedir(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	(void)id;
	open_dir_close(fs_of(req), dir_of(fi));
	fuse_reply_err(req, 0);
}

void op_fsyncdir(fuse_req_t req, fuse_ino_t id, int datasync, struct fuse_file_info *fi)
{
	(void)id;
	(void)datasync;
	(void)fi;
	fuse_reply_err(req, 0);
}
