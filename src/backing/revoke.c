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
#include "backing/window.h"
#include "base/log.h"

/* @map: the window, NULL if it is not needed or not to be had. Return: false if a page is not held.
 */
static bool pin_extent(const struct window *w, const struct backing_dev *dev, const char *map,
		       const struct extent *e)
{
	struct pins *pins = dev->region->pins;

	if (!map || (e->hole ? dev->splice_holes : dev->splice_data))
		return pins_take_file(pins, dev->file.fd, e->start, e->len) == e->len;
	return pins_take(pins, map + (e->start - w->start), e->len) == e->len;
}

static int pin_extents(const struct window *w, const struct backing_dev *dev, const char *map)
{
	for (size_t i = 0; i < w->nr; i++)
		if (!pin_extent(w, dev, map, &w->data[i])) {
			pins_drop(dev->region->pins);
			return -EFAULT;
		}
	return 0;
}

static int window_pin(const struct window *w, const struct backing_dev *dev)
{
	char *map;
	int r;

	if (pins_only_files(dev->region->pins))
		return dev->region->medium->page_size == 4096 ? pin_extents(w, dev, NULL) : -EPERM;
	if (w->holes ? dev->splice_holes : dev->splice_data)
		return pin_extents(w, dev, NULL);
	map = mmap(NULL, w->len, PROT_READ, MAP_SHARED | MAP_NORESERVE, dev->file.fd,
		   (off_t)w->start);
	if (map == MAP_FAILED)
		return -errno;
	r = pin_extents(w, dev, map);
	munmap(map, w->len);
	return r;
}

static void complain(const struct backing_dev *dev, uint64_t off, uint64_t len, int r)
{
	log_error("backing", "%llu bytes at 0x%llx are lost: %s", (unsigned long long)len,
		  (unsigned long long)(dev->region->span.start + off), strerror(-r));
}

static bool all_zero(const char *p, uint64_t len)
{
	return !*p && !memcmp(p, p + 1, len - 1);
}

/* Pages that came into being by being pinned are worth nothing, unless a client stored there. */
static int save_hole(struct backing_dev *dev, uint64_t off, uint64_t len)
{
	uint64_t page = dev->region->medium->page_size;
	char *bytes = dev->region->scratch;
	int r = 0;

	/* To the end in any case: the next extent's bytes are behind these. */
	for (uint64_t n; len; len -= n, off += n) {
		n = min_u64(len, max_u64(CACHE_BYTES, page));
		r = pins_to_memory(dev->region->pins, bytes, n);
		for (uint64_t i = 0; i < n && !r; i += page)
			if (!all_zero(bytes + i, page))
				r = dev->region->medium->save_bytes(dev, off + i, bytes + i, page);
		if (r < 0)
			complain(dev, off, n, r);
	}
	return 0;
}

/* How a piece of the file gets into the store. */
typedef int (*save_fn)(struct backing_dev *dev, const struct extent *piece, uint64_t store_off);

static int save_pinned(struct backing_dev *dev, const struct extent *piece, uint64_t store_off)
{
	return piece->hole ? save_hole(dev, store_off, piece->len)
			   : dev->region->medium->save(dev, store_off, piece->len);
}

static int save_copy(struct backing_dev *dev, const struct extent *piece, uint64_t store_off)
{
	return dev->region->medium->copy(dev, piece->start, store_off, piece->len);
}

static void save_extent(struct backing_dev *dev, struct extent e, save_fn save)
{
	struct extent piece = e;
	uint64_t off;
	int r;

	for (; e.len; e.start += piece.len, e.len -= piece.len) {
		piece.start = e.start;
		piece.len = window_store_piece(dev, e.start, e.len, &off);
		r = save(dev, &piece, off);
		if (r < 0)
			complain(dev, off, piece.len, r);
	}
}

static void window_save(const struct window *w, struct backing_dev *dev, save_fn save)
{
	for (size_t i = 0; i < w->nr; i++)
		save_extent(dev, w->data[i], save);
}

static void cut(struct backing_dev *dev, uint64_t len)
{
	if (ftruncate(dev->file.fd, (off_t)len) < 0)
		log_error("backing", "cannot revoke mappings: %s", strerror(errno));
	dev->len = len;
}

static void after_cut(struct backing_dev *dev, uint64_t len)
{
	if (dev->region->medium->after_cut)
		dev->region->medium->after_cut(dev, len);
}

/* The store needs pages. */
static void thaw(struct backing_dev *dev)
{
	if (dev->region->medium->thaw)
		dev->region->medium->thaw(dev);
}

/* A client may have cut the file, which is his right to his own memory. */
static void notice_cut(struct backing_dev *dev)
{
	struct stat st;
	uint64_t len;

	if (fstat(dev->file.fd, &st) < 0 || (uint64_t)st.st_size >= dev->len)
		return;
	len = align_down((uint64_t)st.st_size, dev->region->medium->page_size);
	after_cut(dev, dev->len - len);
	dev->len = len;
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
	if (r < 0) {
		thaw(dev);
		window_save(w, dev, save_copy);
	}
	cut(dev, w->start);
	thaw(dev);
	if (!r)
		window_save(w, dev, save_pinned);
	pins_drop(dev->region->pins);
	after_cut(dev, w->len);
}

/* As much of the file as may have the data that can be pinned, if they are spread evenly. */
static uint64_t guess_len(const struct backing_dev *dev)
{
	struct stat st;

	if (fstat(dev->file.fd, &st) < 0)
		return dev->len;
	return dev->len / (1 + (uint64_t)st.st_blocks * 512 / (CHUNK_BYTES + 1));
}

void dev_revoke(struct backing_dev *dev)
{
	struct window w = { .data = dev->region->extents };
	uint64_t len = guess_len(dev);

	for (notice_cut(dev); dev->len; notice_cut(dev)) {
		window_place(&w, dev, len);
		window_fit(&w, dev);
		len = w.resident > dev->region->medium->chunk / 2 ? w.len : w.len * 2;
		revoke_window(&w, dev);
	}
	cut(dev, 0);
}
