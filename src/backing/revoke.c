/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The revoke: pin, cut, copy, window by window from the end of the device's file.
 *
 * What is pinned keeps every store made before the kernel zaps the page tables; what comes later
 * gets SIGBUS. A hole has no page to pin, and a store into it between our look and the cut would
 * be lost with the page it makes. So either no page may be made meanwhile (memfile_freeze()), or
 * the holes of the window get pages, by being pinned.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "backing/internal.h"
#include "base/log.h"

/* The end of a device's file that goes next, all of it in one range of the device. */
struct window {
	uint64_t start; /* bytes into the file; it ends where the file ends */
	uint64_t len;
	uint64_t store_off;  /* of start */
	struct extent *data; /* what is to be saved, offsets into the file */
	size_t nr;
	uint64_t resident; /* bytes, the sum of these */
};

/* Part of the last range of the file as it is now. */
static void window_place(struct window *w, const struct backing_dev *dev, uint64_t len)
{
	uint64_t start = 0;
	size_t i = 0;

	while (start + dev->ranges[i].len < dev->len)
		start += dev->ranges[i++].len;
	w->len = min_u64(len, dev->len - start);
	w->start = dev->len - w->len;
	w->store_off = dev->ranges[i].start - dev->region->span.start + (w->start - start);
}

/* Return: false if it has more data than the pipes hold. */
static bool window_scan(struct window *w, const struct backing_dev *dev)
{
	uint64_t at = w->start, budget = pins_capacity(dev->region->pins);
	struct extent e;

	w->nr = 0;
	w->resident = 0;
	while (extent_next(dev->file.fd, at, w->start + w->len, &e)) {
		if (w->nr == MAX_EXTENTS || w->resident + e.len > budget)
			return false;
		w->data[w->nr++] = e;
		w->resident += e.len;
		at = e.start + e.len;
	}
	return true;
}

/* Halves the window until its data fit. A page always does. */
static void window_fit(struct window *w, const struct backing_dev *dev)
{
	while (!window_scan(w, dev) && w->len > dev->region->medium->page_size)
		window_place(w, dev,
			     max_u64(align_down(w->len / 2, dev->region->medium->page_size),
				     dev->region->medium->page_size));
}

/* Save holes too: no larger than the pipes, one extent. */
static void window_whole(struct window *w, const struct backing_dev *dev)
{
	window_place(w, dev, min_u64(w->len, pins_capacity(dev->region->pins)));
	w->data[0] = (struct extent){ w->start, w->len };
	w->nr = 1;
	w->resident = w->len;
}

/* Makes sure that the extents of the window are all there will be. */
static void window_settle(struct window *w, const struct backing_dev *dev)
{
	if (w->resident == w->len)
		return;
	if (w->resident >= w->len / 2 || w->len <= MIB || memfile_freeze(&dev->file) < 0)
		window_whole(w, dev);
	else
		window_fit(w, dev);
}

static int window_pin(const struct window *w, const struct backing_dev *dev)
{
	char *map = mmap(NULL, w->len, PROT_READ, MAP_SHARED | MAP_NORESERVE, dev->file.fd,
			 (off_t)w->start);
	int r = 0;

	if (map == MAP_FAILED)
		return -errno;
	for (size_t i = 0; i < w->nr && !r; i++) {
		const struct extent *e = &w->data[i];

		if (pins_take(dev->region->pins, map + (e->start - w->start), e->len) < e->len)
			r = -EFAULT;
	}
	munmap(map, w->len);
	if (r < 0)
		pins_drop(dev->region->pins);
	return r;
}

static uint64_t store_off(const struct window *w, const struct extent *e)
{
	return w->store_off + (e->start - w->start);
}

static void complain(const struct backing_dev *dev, uint64_t off, uint64_t len, int r)
{
	log_error("backing", "%llu bytes at 0x%llx are lost: %s", (unsigned long long)len,
		  (unsigned long long)(dev->region->span.start + off), strerror(-r));
}

static void window_save(const struct window *w, struct backing_dev *dev)
{
	for (size_t i = 0; i < w->nr; i++) {
		const struct extent *e = &w->data[i];
		int r = dev->region->medium->save(dev, store_off(w, e), e->len);

		if (r < 0)
			complain(dev, store_off(w, e), e->len, r);
	}
}

static void window_copy(const struct window *w, struct backing_dev *dev)
{
	for (size_t i = 0; i < w->nr; i++) {
		const struct extent *e = &w->data[i];
		int r = dev->region->medium->copy(dev, e->start, store_off(w, e), e->len);

		if (r < 0)
			complain(dev, store_off(w, e), e->len, r);
	}
}

/* A client may have cut the file, which is his right to his own memory. */
static void cut(struct backing_dev *dev, uint64_t len)
{
	if (ftruncate(dev->file.fd, (off_t)len) < 0)
		log_error("backing", "cannot revoke mappings: %s", strerror(errno));
	dev->len = len;
}

static void notice_cut(struct backing_dev *dev)
{
	struct stat st;

	if (!fstat(dev->file.fd, &st) && (uint64_t)st.st_size < dev->len)
		dev->len = align_down((uint64_t)st.st_size, dev->region->medium->page_size);
}

static void revoke_window(struct window *w, struct backing_dev *dev)
{
	int r = -ENOENT;

	if (atomic_load(&dev->writable)) {
		window_settle(w, dev);
		r = window_pin(w, dev);
		if (r < 0)
			log_warn("backing",
				 "cannot hold pages: %s; a store made in this moment "
				 "may be lost",
				 strerror(-r));
	}
	if (r < 0)
		window_copy(w, dev);
	cut(dev, w->start);
	if (!r)
		window_save(w, dev);
}

void dev_revoke(struct backing_dev *dev)
{
	struct window w = { .data = dev->region->extents };
	uint64_t len = UINT64_MAX;

	for (notice_cut(dev); dev->len; notice_cut(dev)) {
		window_place(&w, dev, len);
		window_fit(&w, dev);
		len = w.len * 2;
		revoke_window(&w, dev);
	}
	cut(dev, 0);
}
