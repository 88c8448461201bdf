/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory of 4 KiB pages: device files in a tmpfs of their own or memfds, the store a memfd. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "backing/internal.h"

static int mem_region_open(struct backing_region *region,
			   const struct backing_region_config *config, struct backing_error *error)
{
	struct memfile_config store = {
		.kind = MEMFILE_MEMFD,
		.name = "daxemu-store",
		.dir_fd = -1,
		.node = config->numa_node,
		.max = config->span.len,
	};
	int r = memfile_open(&region->store, &store);

	if (!r && ftruncate(region->store.fd, (off_t)config->span.len) < 0)
		r = -errno;
	if (!r)
		return 0;
	memfile_close(&region->store);
	return backing_refuse(error, -r, "cannot get memory of %llu bytes: %s",
			      (unsigned long long)config->span.len, strerror(-r));
}

static void mem_region_close(struct backing_region *region)
{
	memfile_close(&region->store);
}

static int mem_dev_open(struct backing_dev *dev, const char *name)
{
	struct memfile_config config = {
		.kind = dev->region->memfs_fd < 0 ? MEMFILE_MEMFD : MEMFILE_NAMED,
		.name = name,
		.dir_fd = dev->region->memfs_fd,
		.node = dev->region->numa_node,
		.max = dev->region->span.len,
	};

	int r = memfile_open(&dev->file, &config);

	dev->grant_rw = dev->file.fd;
	dev->grant_ro = dev->file.read_fd;
	dev->splice_data = true;
	return r;
}

static void mem_dev_close(struct backing_dev *dev)
{
	memfile_close(&dev->file);
}

static int mem_up_begin(struct backing_dev *dev, uint64_t size)
{
	return memfile_limit(&dev->file, size);
}

static int mem_freeze(struct backing_dev *dev, uint64_t start)
{
	(void)start;
	return memfile_freeze(&dev->file);
}

static void mem_thaw(struct backing_dev *dev)
{
	(void)memfile_limit(&dev->file, dev->len);
}

static int free_in_store(struct backing_dev *dev, uint64_t off, uint64_t len)
{
	return fallocate(dev->region->store.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			 (off_t)off, (off_t)len) < 0
		       ? -errno
		       : 0;
}

/* A write at the end makes each page complete before the file covers it. */
static int mem_fill(struct backing_dev *dev, uint64_t store_off, uint64_t len)
{
	int r = 0;

	while (len && !r) {
		uint64_t n = min_u64(len, CHUNK_BYTES);

		r = pins_copy(dev->region->pins, dev->region->store.fd, store_off, dev->file.fd,
			      dev->len, n);
		if (r < 0)
			return r;
		dev->len += n;
		r = free_in_store(dev, store_off, n);
		store_off += n;
		len -= n;
	}
	return r;
}

bool medium_next(const struct backing_region *region, uint64_t from, uint64_t end,
		 struct extent *out)
{
	return extent_next(region->store.fd, from, end, out);
}

int medium_extend(struct backing_dev *dev, uint64_t len)
{
	if (ftruncate(dev->file.fd, (off_t)(dev->len + len)) < 0)
		return -errno;
	dev->len += len;
	return 0;
}

static int mem_save(struct backing_dev *dev, uint64_t store_off, uint64_t len)
{
	return pins_to_file(dev->region->pins, dev->region->store.fd, store_off, len);
}

static int mem_save_bytes(struct backing_dev *dev, uint64_t store_off, const void *bytes,
			  uint64_t len)
{
	ssize_t n = pwrite(dev->region->store.fd, bytes, len, (off_t)store_off);

	return n == (ssize_t)len ? 0 : n < 0 ? -errno : -EIO;
}

static int mem_copy(struct backing_dev *dev, uint64_t off, uint64_t store_off, uint64_t len)
{
	return pins_copy(dev->region->pins, dev->file.fd, off, dev->region->store.fd, store_off,
			 len);
}

static int zero_extent(const struct backing_region *region, int fd, struct extent e)
{
	while (e.len) {
		ssize_t n =
			pwrite(fd, region->scratch, min_u64(e.len, SCRATCH_BYTES), (off_t)e.start);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			e.start += (uint64_t)n;
			e.len -= (uint64_t)n;
		}
	}
	return 0;
}

int medium_zero(struct backing_region *region, int fd, uint64_t off, uint64_t len)
{
	uint64_t end = off + len;
	struct extent e;
	int r = 0;

	memset(region->scratch, 0, min_u64(len, SCRATCH_BYTES));
	while (!r && extent_next(fd, off, end, &e)) {
		r = zero_extent(region, fd, e);
		off = e.start + e.len;
	}
	return r;
}

const struct medium medium_mem = {
	.page_size = 4096,
	.chunk = CHUNK_BYTES,
	.region_open = mem_region_open,
	.region_close = mem_region_close,
	.dev_open = mem_dev_open,
	.dev_close = mem_dev_close,
	.next = medium_next,
	.up_begin = mem_up_begin,
	.fill = mem_fill,
	.extend = medium_extend,
	.freeze = mem_freeze,
	.thaw = mem_thaw,
	.slow_freeze = true,
	.save = mem_save,
	.save_bytes = mem_save_bytes,
	.copy = mem_copy,
	.zero = medium_zero,
};
