/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Huge pages of 2 MiB. All that the region needs, and one to move them with, are reserved from the
 * beginning: a file that nobody uses holds the reservation, and hands it page by page to the store
 * and the device files. A client's access therefore never fails for want of a page.
 *
 * hugetlbfs has no write(2): bytes come in through mappings. Mapped for writing, a file grows to
 * the end of the mapping, hence PROT_READ first.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "backing/internal.h"
#include "base/log.h"

#define HUGE	  (2 * MIB)
#define POOL	  "/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define NR_SPARE  1
#define MAX_TRIES 200

struct huge {
	struct memfile reserve; /* its reservation is the region's */
	uint64_t reserved;	/* pages in there */
	uint64_t total;		/* pages the region owns, wherever they are */
	uint64_t in_store;
	uint64_t in_devs;
	bool *has_data; /* by page of the span, in the store or in a device */
	int uffd;	/* -1: not to be had */
	bool short_of;
};

/* --- the reservation -------------------------------------------------------------------- */

/* A shared mapping reserves pages for its file, and they stay when it goes. */
static int reserve_in(int fd, uint64_t off, uint64_t pages)
{
	void *map;

	if (!pages)
		return 0;
	map = mmap(NULL, pages * HUGE, PROT_NONE, MAP_SHARED, fd, (off_t)off);
	if (map == MAP_FAILED)
		return -errno;
	munmap(map, pages * HUGE);
	return 0;
}

static int reserve_set(struct huge *huge, uint64_t pages)
{
	int r = 0;

	if (pages < huge->reserved)
		r = ftruncate(huge->reserve.fd, (off_t)(pages * HUGE)) < 0 ? -errno : 0;
	else if (pages > huge->reserved)
		r = reserve_in(huge->reserve.fd, 0, pages);
	if (!r)
		huge->reserved = pages;
	return r;
}

/* What is neither in the store nor in a device comes back. */
static void reserve_settle(struct huge *huge)
{
	int r = reserve_set(huge, huge->total - huge->in_store - huge->in_devs);

	if (r < 0 && !huge->short_of)
		log_warn("backing", "other programs took huge pages of ours: %s", strerror(-r));
	huge->short_of = r < 0;
}

/* Gives pages to whoever takes them next: ourselves. */
static int reserve_lend(struct huge *huge, uint64_t pages)
{
	if (pages > huge->reserved)
		return -ENOMEM;
	return reserve_set(huge, huge->reserved - pages);
}

/* --- the region ------------------------------------------------------------------------- */

/* Return: the number in that file of the pool, 0 if it cannot be read. */
static uint64_t pool_number(const char *name)
{
	_cleanup_file_ FILE *file = NULL;
	unsigned long long n = 0;
	char path[100];

	snprintf(path, sizeof(path), POOL "%s", name);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%llu", &n) != 1)
		return 0;
	return n;
}

static int refuse_shortage(struct backing_error *error, uint64_t need)
{
	uint64_t total = pool_number("nr_hugepages");
	uint64_t reserved = pool_number("resv_hugepages"), unused = pool_number("free_hugepages");
	uint64_t have = unused > reserved ? unused - reserved : 0;

	return backing_refuse(
		error, ENOMEM,
		"needs %llu huge pages of 2 MiB (%d of them to move the others), %llu "
		"are free; as root: echo %llu > /proc/sys/vm/nr_hugepages",
		(unsigned long long)need, NR_SPARE, (unsigned long long)have,
		(unsigned long long)(total + need - min_u64(have, need)));
}

/* Pages come into a file with their bytes in them, see insert_page(). */
static int open_uffd(void)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_MISSING_HUGETLBFS };
	_cleanup_fd_ int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) < 0) {
		log_debug("backing", "no userfaultfd: %s", strerror(errno));
		return -1;
	}
	return steal_fd(&fd);
}

static int open_files(struct backing_region *region, uint64_t max)
{
	struct memfile_config config = {
		.kind = MEMFILE_HUGE,
		.name = "daxemu-store",
		.dir_fd = -1,
		.node = region->numa_node,
		.max = max,
	};
	int r = memfile_open(&region->store, &config);

	config.name = "daxemu-reserve";
	if (!r)
		r = memfile_open(&region->huge->reserve, &config);
	if (!r && ftruncate(region->store.fd, (off_t)max) < 0)
		r = -errno;
	return r;
}

static void huge_region_close(struct backing_region *region)
{
	memfile_close(&region->store);
	memfile_close(&region->huge->reserve);
	close_fdp(&region->huge->uffd);
	free(region->huge->has_data);
	free(region->huge);
}

static int huge_region_open(struct backing_region *region,
			    const struct backing_region_config *config, struct backing_error *error)
{
	struct huge *huge = calloc(1, sizeof(*huge));
	int r;

	if (!huge)
		return backing_refuse(error, ENOMEM, "out of memory");
	if (!is_aligned(config->span.len, HUGE)) {
		free(huge);
		return backing_refuse(error, EINVAL, "its size must be whole huge pages of 2 MiB");
	}
	*huge = (struct huge){ .reserve = MEMFILE_NONE, .uffd = -1 };
	huge->total = config->span.len / HUGE + NR_SPARE;
	region->huge = huge;
	huge->has_data = calloc(config->span.len / HUGE, sizeof(*huge->has_data));
	r = huge->has_data ? open_files(region, config->span.len) : -ENOMEM;
	if (r < 0)
		backing_refuse(error, -r, "no huge pages of 2 MiB: %s", strerror(-r));
	else if ((r = reserve_set(huge, huge->total)) < 0)
		refuse_shortage(error, huge->total);
	if (r < 0)
		huge_region_close(region);
	else
		huge->uffd = open_uffd();
	return r;
}

static int huge_dev_open(struct backing_dev *dev, const char *name)
{
	struct memfile_config config = {
		.kind = MEMFILE_HUGE,
		.name = name,
		.dir_fd = -1,
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

static void *map_page(int fd, uint64_t off, int prot)
{
	void *map = mmap(NULL, HUGE, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, (off_t)off);

	if (map != MAP_FAILED && prot != PROT_READ && mprotect(map, HUGE, prot) < 0) {
		munmap(map, HUGE);
		return MAP_FAILED;
	}
	return map;
}

static int watch_page(int uffd, const void *map)
{
	struct uffdio_register area = {
		.range = { (uintptr_t)map, HUGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	return ioctl(uffd, UFFDIO_REGISTER, &area) < 0 ? -errno : 0;
}

/* A page of the file, complete before anybody sees it. -EEXIST: somebody was faster. */
static int insert_page(int uffd, const void *bytes, const void *map)
{
	struct uffdio_copy copy = {
		.dst = (uintptr_t)map,
		.src = (uintptr_t)bytes,
		.len = HUGE,
	};

	while (ioctl(uffd, UFFDIO_COPY, &copy) < 0)
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
	return 0;
}

/*
 * A client touched the page between the growth of the file and its insertion, and was given zeros.
 * Take the page away again; what is not zero in it he stored.
 */
static int take_back(struct backing_dev *dev, const void *map, uint64_t *bytes)
{
	uint64_t *got = dev->region->scratch;
	int r = pins_take(dev->region->pins, map, HUGE) < HUGE ? -EFAULT : 0;

	if (ftruncate(dev->file.fd, (off_t)dev->len) < 0)
		r = -errno;
	if (r < 0) {
		pins_drop(dev->region->pins);
		return r;
	}
	r = pins_to_memory(dev->region->pins, got, HUGE);
	for (size_t i = 0; !r && i < HUGE / sizeof(*got); i++)
		if (got[i])
			bytes[i] = got[i];
	return r;
}

static int try_append(struct backing_dev *dev, uint64_t *bytes)
{
	void *map;
	int r = reserve_in(dev->file.fd, dev->len, 1);

	if (r < 0)
		return r;
	map = map_page(dev->file.fd, dev->len, PROT_READ);
	if (map == MAP_FAILED)
		return -errno;
	/* A source that is not mapped would cost a second copy. */
	(void)*(volatile uint64_t *)bytes;
	r = watch_page(dev->region->huge->uffd, map);
	if (!r && ftruncate(dev->file.fd, (off_t)(dev->len + HUGE)) < 0)
		r = -errno;
	if (!r)
		r = insert_page(dev->region->huge->uffd, bytes, map);
	if (r == -EEXIST && !take_back(dev, map, bytes))
		r = -EAGAIN;
	munmap(map, HUGE);
	return r;
}

/* Without userfaultfd: old mappings may see zeros for some 100 us. */
static int append_plainly(struct backing_dev *dev, uint64_t store_off)
{
	ssize_t n;
	void *map;
	int r = reserve_in(dev->file.fd, dev->len, 1);

	if (r < 0)
		return r;
	if (ftruncate(dev->file.fd, (off_t)(dev->len + HUGE)) < 0)
		return -errno;
	map = map_page(dev->file.fd, dev->len, PROT_READ | PROT_WRITE);
	if (map == MAP_FAILED)
		return -errno;
	n = pread(dev->region->store.fd, map, HUGE, (off_t)store_off);
	r = n == (ssize_t)HUGE ? 0 : n < 0 ? -errno : -EIO;
	munmap(map, HUGE);
	return r;
}

static int append_page(struct backing_dev *dev, uint64_t store_off)
{
	uint64_t *bytes;
	int r = -EAGAIN;

	if (dev->region->huge->uffd < 0)
		return append_plainly(dev, store_off);
	bytes = map_page(dev->region->store.fd, store_off, PROT_READ | PROT_WRITE);
	if (bytes == MAP_FAILED)
		return -errno;
	for (int i = 0; r == -EAGAIN && i < MAX_TRIES; i++)
		r = try_append(dev, bytes);
	munmap(bytes, HUGE);
	return r == -EAGAIN ? append_plainly(dev, store_off) : r;
}

static int fill_page(struct backing_dev *dev, uint64_t store_off)
{
	struct huge *huge = dev->region->huge;
	int r = reserve_lend(huge, 1);

	if (!r)
		r = append_page(dev, store_off);
	if (r < 0) {
		if (ftruncate(dev->file.fd, (off_t)dev->len) < 0)
			log_warn("backing", "%s", strerror(errno));
		return r;
	}
	dev->len += HUGE;
	huge->in_devs++;
	if (fallocate(dev->region->store.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		      (off_t)store_off, HUGE) < 0)
		return -errno;
	huge->in_store--;
	return 0;
}

static int huge_fill(struct backing_dev *dev, uint64_t store_off, uint64_t len)
{
	int r = 0;

	for (uint64_t at = 0; at < len && !r; at += HUGE) {
		r = fill_page(dev, store_off + at);
		reserve_settle(dev->region->huge);
	}
	return r;
}

static int huge_extend(struct backing_dev *dev, uint64_t len)
{
	struct huge *huge = dev->region->huge;
	int r = reserve_lend(huge, len / HUGE);

	if (!r)
		r = reserve_in(dev->file.fd, dev->len, len / HUGE);
	if (!r)
		r = medium_extend(dev, len);
	if (!r)
		huge->in_devs += len / HUGE;
	else if (ftruncate(dev->file.fd, (off_t)dev->len) < 0)
		log_warn("backing", "%s", strerror(errno));
	reserve_settle(huge);
	return r;
}

/* --- down ------------------------------------------------------------------------------- */

/*
 * A page of the store, for bytes that have no other place: other programs may have been quick to
 * take the one we set free, so try for a while.
 */
static int add_store_page(struct backing_dev *dev, uint64_t off)
{
	struct huge *huge = dev->region->huge;
	int r = reserve_lend(huge, 1);

	if (r < 0)
		log_warn("backing", "no huge page is left of ours");
	for (int i = 0; i < MAX_TRIES; i++) {
		if (!fallocate(dev->region->store.fd, 0, (off_t)off, HUGE)) {
			huge->in_store++;
			huge->has_data[off / HUGE] = true;
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
		map = map_page(dev->region->store.fd, off, PROT_READ | PROT_WRITE);
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
	map = map_page(dev->region->store.fd, store_off, PROT_READ | PROT_WRITE);
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
	char *map = map_page(fd, page, PROT_READ | PROT_WRITE);
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
	dev->region->huge->in_devs -= len / HUGE;
	reserve_settle(dev->region->huge);
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
	.after_cut = huge_after_cut,
	.zero = huge_zero,
};
