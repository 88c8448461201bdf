/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Holes of huge pages that stay holes: in a hugetlbfs of the region's own, all pages that nobody
 * has are reserved for a file that nobody uses, and then no access can get one. See huge.h.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "backing/huge.h"
#include "backing/window.h"
#include "base/log.h"

/* An access that was given a page a moment ago has it in the file after some 100 us. */
#define PAUSE_US  50
#define MAX_TRIES 200

static uint64_t pages_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? 0 : (uint64_t)st.st_blocks * 512 / HUGE;
}

/* -ENOMEM: somebody got one of them first. */
static int take_rest(struct huge_reserve *reserve)
{
	struct statfs fs;
	int r;

	if (fstatfs(reserve->mount_fd, &fs) < 0)
		return -errno;
	if (!fs.f_bfree)
		return 0;
	r = huge_take(reserve->file.fd, reserve->reserved * HUGE, fs.f_bfree);
	if (!r)
		reserve->reserved += fs.f_bfree;
	return r;
}

/* The other devices' clients go on finding a page for every hole. */
static int provide_others(const struct backing_dev *dev, uint64_t *pages)
{
	const struct backing_dev *other;
	int r = 0;

	*pages = 0;
	LIST_FOREACH(other, &dev->region->devs, list)
	{
		if (other == dev || !other->up || r)
			continue;
		r = huge_take(other->file.fd, 0, other->len / HUGE);
		*pages += other->len / HUGE;
	}
	return r;
}

/* Nobody has a page, or the right to one, but by a place that is known. */
static bool all_known(const struct backing_dev *dev, uint64_t others)
{
	const struct huge_reserve *reserve = &dev->region->huge->reserve;
	uint64_t known = pages_of(dev->file.fd) + pages_of(dev->region->store.fd) + others;

	return known + reserve->reserved == reserve->total;
}

static int hold_all(struct backing_dev *dev)
{
	struct huge_reserve *reserve = &dev->region->huge->reserve;
	uint64_t others;
	int r = 0;

	for (int i = 0; i < MAX_TRIES && (!r || r == -ENOMEM); i++) {
		r = provide_others(dev, &others);
		if (!r)
			r = take_rest(reserve);
		if (!r && all_known(dev, others))
			return 0;
		usleep(PAUSE_US);
	}
	return r < 0 ? r : -EBUSY;
}

/* A page that is there can be mapped, another cannot be made. */
static int look(const struct backing_dev *dev, uint64_t start)
{
	uint64_t len = dev->len - start, store_off;
	char *map =
		mmap(NULL, len, PROT_READ, MAP_SHARED | MAP_NORESERVE, dev->file.fd, (off_t)start);

	if (map == MAP_FAILED)
		return -errno;
	for (uint64_t at = 0; at < len; at += HUGE) {
		bool *has_data;

		window_store_piece(dev, start + at, HUGE, &store_off);
		has_data = &dev->region->huge->has_data[store_off / HUGE];
		*has_data = *has_data || !madvise(map + at, HUGE, MADV_POPULATE_READ);
	}
	munmap(map, len);
	return 0;
}

int huge_freeze(struct backing_dev *dev, uint64_t start)
{
	int r;

	if (dev->region->huge->reserve.mount_fd < 0 || dev->unfreezable)
		return -EOPNOTSUPP;
	r = hold_all(dev);
	if (!r)
		r = look(dev, start);
	if (r < 0) {
		log_debug("backing", "holes of huge pages are pinned: %s", strerror(-r));
		dev->unfreezable = true;
		huge_thaw(dev);
	}
	return r;
}

void huge_thaw(struct backing_dev *dev)
{
	struct huge_reserve *reserve = &dev->region->huge->reserve;

	if (reserve->mount_fd < 0 || !reserve->reserved)
		return;
	if (ftruncate(reserve->file.fd, 0) < 0)
		log_warn("backing", "%s", strerror(errno));
	reserve->reserved = 0;
}
