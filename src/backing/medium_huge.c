/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory of huge pages of 2 MiB: device files and the store are memfds, and a page moves between
 * them at a time, by one that is spare. See huge.h.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "backing/huge.h"
#include "base/log.h"

/* Of getting a page that other programs were quicker to take. */
#define MAX_TRIES 200

static void huge_region_close(struct backing_region *region)
{
	memfile_close(&region->store);
	huge_reserve_close(&region->huge->reserve);
	close_fdp(&region->huge->uffd);
	free(region->huge->has_data);
	free(region->huge);
}

static int open_store(struct backing_region *region)
{
	struct memfile_config config = {
		.kind = MEMFILE_HUGE,
		.name = "daxemu-store",
		.dir_fd = region->huge->reserve.mount_fd,
		.node = region->numa_node,
		.max = region->span.len,
	};
	int r = memfile_open(&region->store, &config);

	return r < 0 ? r : ftruncate(region->store.fd, (off_t)region->span.len) < 0 ? -errno : 0;
}

static int open_all(struct backing_region *region, struct backing_error *error)
{
	struct huge *huge = region->huge;
	uint64_t pages = region->span.len / HUGE;
	int r;

	huge->uffd = huge_uffd();
	r = huge_reserve_open(&huge->reserve, pages + HUGE_SPARE, region->numa_node, error);
	if (r < 0)
		return r;
	huge->has_data = calloc(pages, sizeof(*huge->has_data));
	r = huge->has_data ? open_store(region) : -ENOMEM;
	return r < 0 ? backing_refuse(error, -r, "no huge pages of 2 MiB: %s", strerror(-r)) : 0;
}

static int huge_region_open(struct backing_region *region,
			    const struct backing_region_config *config, struct backing_error *error)
{
	int r;

	if (!is_aligned(config->span.len, HUGE))
		return backing_refuse(error, EINVAL, "its size must be whole huge pages of 2 MiB");
	region->huge = calloc(1, sizeof(*region->huge));
	if (!region->huge)
		return backing_refuse(error, ENOMEM, "out of memory");
	*region->huge =
		(struct huge){ .reserve = { .mount_fd = -1, .file = MEMFILE_NONE }, .uffd = -1 };
	r = open_all(region, error);
	if (r < 0)
		huge_region_close(region);
	return r;
}

static int huge_dev_open(struct backing_dev *dev, const char *name)
{
	struct memfile_config config = {
		.kind = MEMFILE_HUGE,
		.name = name,
		.dir_fd = dev->region->huge->reserve.mount_fd,
		.node = dev->region->numa_node,
		.max = dev->region->span.len,
	};
	int r = memfile_open(&dev->file, &config);

	dev->grant_rw = dev->file.fd;
	dev->grant_ro = dev->file.read_fd;
	return r;
}

static void huge_dev_close(struct backing_dev *dev)
{
	memfile_close(&dev->file);
}

/*
 * hugetlbfs does not tell holes from data, so what is data is remembered by address. A page that
 * only a client knows of counts as a hole, and the revoke looks into those.
 */
static bool huge_next(const struct backing_region *region, uint64_t from, uint64_t end,
		      struct extent *out)
{
	const bool *has_data = region->huge->has_data;

	while (from < end && !has_data[from / HUGE])
		from += HUGE;
	*out = (struct extent){ .start = from };
	while (from < end && has_data[from / HUGE])
		from += HUGE;
	out->len = from - out->start;
	return out->len > 0;
}

static bool huge_dev_next(const struct backing_dev *dev, uint64_t store_off, uint64_t from,
			  uint64_t end, struct extent *out)
{
	if (!huge_next(dev->region, store_off, store_off + (end - from), out))
		return false;
	out->start = out->start - store_off + from;
	return true;
}

/* --- up --------------------------------------------------------------------------------- */

static int fill_page(struct backing_dev *dev, uint64_t store_off)
{
	struct huge_reserve *reserve = &dev->region->huge->reserve;
	int r = huge_reserve_lend(reserve, 1);

	if (!r)
		r = huge_append(dev, store_off);
	if (r < 0) {
		if (ftruncate(dev->file.fd, (off_t)dev->len) < 0)
			log_warn("backing", "%s", strerror(errno));
		return r;
	}
	dev->len += HUGE;
	reserve->in_devs++;
	if (fallocate(dev->region->store.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		      (off_t)store_off, HUGE) < 0)
		return -errno;
	reserve->in_store--;
	return 0;
}

static int huge_fill(struct backing_dev *dev, uint64_t store_off, uint64_t len)
{
	int r = 0;

	for (uint64_t at = 0; at < len && !r; at += HUGE) {
		r = fill_page(dev, store_off + at);
		huge_reserve_settle(&dev->region->huge->reserve);
	}
	return r;
}

static int huge_extend(struct backing_dev *dev, uint64_t len)
{
	struct huge_reserve *reserve = &dev->region->huge->reserve;
	int r = huge_reserve_lend(reserve, len / HUGE);

	if (!r)
		r = huge_reserve_in(reserve, dev->file.fd, dev->len, len / HUGE);
	if (!r)
		r = medium_extend(dev, len);
	if (!r)
		reserve->in_devs += len / HUGE;
	else if (ftruncate(dev->file.fd, (off_t)dev->len) < 0)
		log_warn("backing", "%s", strerror(errno));
	huge_reserve_settle(reserve);
	return r;
}

/* --- down ------------------------------------------------------------------------------- */

/*
 * A page of the store, for bytes that have no other place: other programs may have been quick to
 * take the one we set free, so try for a while.
 */
static int add_store_page(struct backing_dev *dev, uint64_t off)
{
	struct huge_reserve *reserve = &dev->region->huge->reserve;
	int r = huge_reserve_lend(reserve, 1);

	if (r < 0)
		log_warn("backing", "no huge page is left of ours");
	for (int i = 0; i < MAX_TRIES; i++) {
		if (!fallocate(dev->region->store.fd, 0, (off_t)off, HUGE)) {
			reserve->in_store++;
			dev->region->huge->has_data[off / HUGE] = true;
			return 0;
		}
		r = -errno;
		usleep(10000);
	}
	return r;
}

static int save_page(struct backing_dev *dev, uint64_t off)
{
	void *map;
	int r = add_store_page(dev, off);

	if (!r) {
		map = huge_map_page(dev->region->store.fd, off, PROT_READ | PROT_WRITE);
		r = map == MAP_FAILED ? -errno : pins_to_memory(dev->region->pins, map, HUGE);
		if (map != MAP_FAILED)
			munmap(map, HUGE);
	}
	return r;
}

static int huge_save(struct backing_dev *dev, uint64_t store_off, uint64_t len)
{
	int r = 0;

	for (uint64_t at = 0; at < len && !r; at += HUGE)
		r = save_page(dev, store_off + at);
	if (r < 0)
		pins_drop(dev->region->pins);
	return r;
}

static int huge_save_bytes(struct backing_dev *dev, uint64_t store_off, const void *bytes,
			   uint64_t len)
{
	void *map;
	int r = add_store_page(dev, store_off);

	if (r < 0)
		return r;
	map = huge_map_page(dev->region->store.fd, store_off, PROT_READ | PROT_WRITE);
	if (map == MAP_FAILED)
		return -errno;
	memcpy(map, bytes, len);
	munmap(map, HUGE);
	return 0;
}

static int huge_copy(struct backing_dev *dev, uint64_t off, uint64_t store_off, uint64_t len)
{
	int r = 0;

	for (uint64_t at = 0; at < len && !r; at += HUGE) {
		ssize_t n = pread(dev->file.fd, dev->region->scratch, HUGE, (off_t)(off + at));

		r = n == (ssize_t)HUGE
			    ? huge_save_bytes(dev, store_off + at, dev->region->scratch, HUGE)
		    : n < 0 ? -errno
			    : -EIO;
	}
	return r;
}

/* Zeros come as a read: a client that cuts the file meanwhile makes that EFAULT, not SIGBUS. */
static int zero_in_page(int fd, uint64_t off, uint64_t len, int zeros)
{
	uint64_t page = align_down(off, HUGE);
	char *map = huge_map_page(fd, page, PROT_READ | PROT_WRITE);
	ssize_t n;
	int r;

	if (map == MAP_FAILED)
		return -errno;
	n = pread(zeros, map + (off - page), len, 0);
	r = n == (ssize_t)len ? 0 : n < 0 ? -errno : -EIO;
	munmap(map, HUGE);
	return r;
}

static int huge_zero(struct backing_region *region, int fd, uint64_t off, uint64_t len)
{
	_cleanup_fd_ int zeros = memfd_create("daxemu-zeros", MFD_CLOEXEC);
	uint64_t end = off + len;
	struct stat st;
	int r = 0;

	if (zeros < 0 || ftruncate(zeros, HUGE) < 0 || fstat(fd, &st) < 0)
		return -errno;
	end = min_u64(end, (uint64_t)st.st_size);
	for (uint64_t n; off < end && !r; off += n) {
		n = min_u64(end, align_down(off, HUGE) + HUGE) - off;
		/* A page that the store has not would come from others' huge pages. */
		if (fd != region->store.fd || region->huge->has_data[off / HUGE])
			r = zero_in_page(fd, off, n, zeros);
	}
	return r;
}

static void huge_after_cut(struct backing_dev *dev, uint64_t len)
{
	dev->region->huge->reserve.in_devs -= len / HUGE;
	huge_reserve_settle(&dev->region->huge->reserve);
}

const struct medium medium_huge = {
	.page_size = HUGE,
	.chunk = HUGE,
	.region_open = huge_region_open,
	.region_close = huge_region_close,
	.dev_open = huge_dev_open,
	.dev_close = huge_dev_close,
	.next = huge_next,
	.dev_next = huge_dev_next,
	.fill = huge_fill,
	.extend = huge_extend,
	.save = huge_save,
	.save_bytes = huge_save_bytes,
	.copy = huge_copy,
	.freeze = huge_freeze,
	.thaw = huge_thaw,
	.after_cut = huge_after_cut,
	.zero = huge_zero,
};
