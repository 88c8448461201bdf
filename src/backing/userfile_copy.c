/* SPDX-License-Identifier: BSD-3-Clause */
/* The copy that is to take the place of a user's file. See userfile.h. */
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "backing/extent.h"
#include "backing/userfile.h"
#include "base/log.h"
#include "base/util.h"

/* As far as the filesystem lets us. */
static void copy_xattrs(int from, int to)
{
	char names[4096], value[4096];
	ssize_t len = flistxattr(from, names, sizeof(names));

	for (ssize_t i = 0; i < len; i += (ssize_t)strlen(names + i) + 1) {
		ssize_t n = fgetxattr(from, names + i, value, sizeof(value));

		if (n >= 0)
			(void)fsetxattr(to, names + i, value, (size_t)n, 0);
	}
}

/* The copy is to be the user's file: his owner, mode and attributes. */
static int copy_attributes(int from, int to)
{
	struct stat st;

	if (fstat(from, &st) < 0)
		return -errno;
	if (fchown(to, st.st_uid, st.st_gid) < 0)
		log_debug("backing", "owner of a copy: %s", strerror(errno));
	copy_xattrs(from, to);
	return fchmod(to, st.st_mode & 07777) < 0 ? -errno : 0;
}

void userfile_begin_sync(int fd, uint64_t off, uint64_t len)
{
	(void)sync_file_range(fd, (loff_t)off, (loff_t)len, SYNC_FILE_RANGE_WRITE);
}

static int copy_extent(struct pins *pins, int from, int to, struct extent e)
{
	uint64_t end = e.start + e.len;
	int r = 0;

	for (uint64_t at = e.start, n; at < end && !r; at += n) {
		n = min_u64(end - at, USERFILE_PIECE);
		r = pins_copy(pins, from, at, to, at, n);
		userfile_begin_sync(to, at, n);
	}
	return r;
}

/* Shares the blocks where the filesystem can. */
static int copy_bytes(struct pins *pins, int from, int to, uint64_t size)
{
	struct file_clone_range all = { .src_fd = from, .src_length = size };
	struct extent e;
	uint64_t at = 0;
	int r = 0;

	if (ftruncate(to, (off_t)size) < 0)
		return -errno;
	if (!ioctl(to, FICLONERANGE, &all))
		return 0;
	while (!r && extent_next(from, at, size, &e)) {
		r = copy_extent(pins, from, to, e);
		at = e.start + e.len;
	}
	return r;
}

int userfile_copy(struct pins *pins, int from, int to, uint64_t size)
{
	int r = copy_attributes(from, to);

	if (!r)
		r = copy_bytes(pins, from, to, size);
	if (!r && fsync(to) < 0)
		r = -errno;
	return r;
}
