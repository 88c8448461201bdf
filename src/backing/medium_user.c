/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The user's own file. While up, the device's file is the user's file. Going down, a copy takes
 * its name and is the store; see userfile.h. Nothing is copied if nobody has the file.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "backing/internal.h"
#include "backing/userfile.h"
#include "base/log.h"

static int user_region_open(struct backing_region *region,
			    const struct backing_region_config *config, struct backing_error *error)
{
	if (!config->path)
		return backing_refuse(error, EINVAL, "no file is given");
	return userfile_open(&region->user, config->path, config->span.len, &region->store.fd,
			     error);
}

static void user_region_close(struct backing_region *region)
{
	userfile_free(region->user);
	close_fdp(&region->store.fd);
}

static long fs_type(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) < 0 ? 0 : (long)fs.f_type;
}

static bool is_tmpfs(int fd)
{
	return fs_type(fd) == TMPFS_MAGIC;
}

/*
 * Whether splice(2) takes pages from the page cache, and reads holes into it first. Where memory is
 * mapped directly (dax), or by a filesystem that is not known here, it may copy.
 */
static bool is_cached(int fd)
{
	static const long known[] = { EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC };
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, 0, &st) < 0 || st.stx_attributes & STATX_ATTR_DAX)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (fs_type(fd) == known[i])
			return true;
	return false;
}

static int user_dev_open(struct backing_dev *dev, const char *name)
{
	struct backing_region *region = dev->region;

	(void)name;
	if (region->user_dev)
		return -EBUSY;
	dev->file.fd = fcntl(region->store.fd, F_DUPFD_CLOEXEC, 0);
	if (dev->file.fd < 0)
		return -errno;
	dev->splice_data = is_tmpfs(dev->file.fd) || is_cached(dev->file.fd);
	dev->splice_holes = is_cached(dev->file.fd);
	region->user_dev = dev;
	return 0;
}

static void close_grants(struct backing_dev *dev)
{
	close_fdp(&dev->grant_rw);
	close_fdp(&dev->grant_ro);
	dev->grant_rw = dev->grant_ro = -1;
}

static void user_dev_close(struct backing_dev *dev)
{
	userfile_forget(dev->region->user);
	close_grants(dev);
	memfile_close(&dev->file);
	dev->region->user_dev = NULL;
}

/* Open files of their own, so that it can be told whether clients still have some. */
static int open_grants(struct backing_dev *dev)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", dev->file.fd);
	dev->grant_rw = open(path, O_RDWR | O_CLOEXEC);
	if (dev->grant_rw < 0)
		return -errno;
	dev->grant_ro = open(path, O_RDONLY | O_CLOEXEC);
	return dev->grant_ro < 0 ? -errno : 0;
}

static int user_up_begin(struct backing_dev *dev, uint64_t size)
{
	int r;

	if (size != userfile_size(dev->region->user) || dev->nr_ranges != 1)
		return -EINVAL;
	r = userfile_check(dev->region->user, dev->region->store.fd);
	if (!r)
		r = open_grants(dev);
	if (r < 0)
		close_grants(dev);
	return r < 0 ? r : !userfile_retired(dev->region->user);
}

/* The copy keeps its bytes until the file has its name back. */
static int user_fill(struct backing_dev *dev, uint64_t store_off, uint64_t len)
{
	int r;

	for (uint64_t n; len; len -= n, store_off += n) {
		n = min_u64(len, USERFILE_PIECE);
		r = pins_copy(dev->region->pins, dev->region->store.fd, store_off, dev->file.fd,
			      dev->len, n);
		if (r < 0)
			return r;
		userfile_begin_sync(dev->file.fd, dev->len, n);
		dev->len += n;
	}
	return 0;
}

static int use_as_store(struct backing_region *region, int fd)
{
	if (fd < 0)
		return -errno;
	close_fdp(&region->store.fd);
	region->store.fd = fd;
	return 0;
}

static int user_up_end(struct backing_dev *dev)
{
	_cleanup_fd_ int fd = fcntl(dev->file.fd, F_DUPFD_CLOEXEC, 0);
	int r;

	if (fd < 0)
		return -errno;
	r = userfile_restore(dev->region->user, dev->file.fd, dev->region->store.fd);
	return r < 0 ? r : use_as_store(dev->region, steal_fd(&fd));
}

static int user_down_begin(struct backing_dev *dev)
{
	struct backing_region *region = dev->region;
	int copy, r;

	close_grants(dev);
	if (!atomic_load(&dev->granted))
		return 1;
	if (!userfile_in_use(dev->file.fd)) {
		atomic_store(&dev->granted, false);
		atomic_store(&dev->writable, false);
		return 1;
	}
	r = userfile_retire(region->user, region->pins, dev->file.fd, &copy);
	if (r < 0) {
		log_error("backing", "mappings of %s stay alive, it cannot be copied: %s",
			  userfile_path(region->user), strerror(-r));
		return r;
	}
	return use_as_store(region, copy);
}

static int write_store(struct backing_dev *dev, uint64_t off, const char *p, uint64_t len)
{
	dev->region->unsynced = true;
	while (len) {
		ssize_t n = pwrite(dev->region->store.fd, p, len, (off_t)off);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			p += n;
			len -= (uint64_t)n;
			off += (uint64_t)n;
		}
	}
	return 0;
}

/* The copy has nearly all of it already: writes what clients changed since. */
static int write_changed(struct backing_dev *dev, uint64_t off, const char *bytes, uint64_t len)
{
	char *have = (char *)dev->region->scratch + CACHE_BYTES;
	int r = 0;

	if (pread(dev->region->store.fd, have, len, (off_t)off) != (ssize_t)len)
		return write_store(dev, off, bytes, len);
	for (uint64_t i = 0; i < len && !r; i += 4096)
		if (memcmp(have + i, bytes + i, 4096) != 0)
			r = write_store(dev, off + i, bytes + i, 4096);
	return r;
}

static int user_save(struct backing_dev *dev, uint64_t store_off, uint64_t len)
{
	char *bytes = dev->region->scratch;
	int r, first = 0;

	/* Nothing to keep from a disk: to write all costs less than to look. */
	if (!dev->splice_holes && dev->splice_data)
		return pins_to_file(dev->region->pins, dev->region->store.fd, store_off, len);
	for (uint64_t n; len; len -= n, store_off += n) {
		n = min_u64(len, CACHE_BYTES);
		r = pins_to_memory(dev->region->pins, bytes, n);
		if (!r)
			r = write_changed(dev, store_off, bytes, n);
		first = first ? first : r;
	}
	return first;
}

static int user_save_bytes(struct backing_dev *dev, uint64_t store_off, const void *bytes,
			   uint64_t len)
{
	return write_store(dev, store_off, bytes, len);
}

static int user_copy(struct backing_dev *dev, uint64_t off, uint64_t store_off, uint64_t len)
{
	/* Without writers the copy is as good as the file. */
	if (!atomic_load(&dev->writable))
		return 0;
	dev->region->unsynced = true;
	return pins_copy(dev->region->pins, dev->file.fd, off, dev->region->store.fd, store_off,
			 len);
}

/* The copy was on the disk when it took the name. */
static void user_down_end(struct backing_dev *dev)
{
	struct backing_region *region = dev->region;

	close_grants(dev);
	if (region->unsynced && fsync(region->store.fd) < 0)
		log_error("backing", "%s: %s", userfile_path(region->user), strerror(errno));
	region->unsynced = false;
}

const struct medium medium_user = {
	.page_size = 4096,
	.chunk = CHUNK_BYTES,
	.region_open = user_region_open,
	.region_close = user_region_close,
	.dev_open = user_dev_open,
	.dev_close = user_dev_close,
	.next = medium_next,
	.up_begin = user_up_begin,
	.fill = user_fill,
	.extend = medium_extend,
	.up_end = user_up_end,
	.down_begin = user_down_begin,
	.save = user_save,
	.save_bytes = user_save_bytes,
	.copy = user_copy,
	.down_end = user_down_end,
	.zero = medium_zero,
};
