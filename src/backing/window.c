/* SPDX-License-Identifier: BSD-3-Clause */
/* What of a device's file is revoked at a time. See window.h. */
#include "backing/window.h"

/*
 * A cut through a large page of the page cache would zero the part that is cut off before we have
 * it, pinned or not. Large pages are aligned, and not larger than this.
 */
#define LARGE (2 * MIB)

void window_place(struct window *w, const struct backing_dev *dev, uint64_t len)
{
	uint64_t last = align_down(dev->len - 1, LARGE);

	w->start = dev->len - min_u64(len, dev->len);
	w->start = min_u64(align_down(w->start + LARGE - 1, LARGE), last);
	w->len = dev->len - w->start;
}

/* Bytes that can be pinned at a time. */
static uint64_t budget_of(const struct backing_dev *dev)
{
	return min_u64(pins_capacity(dev->region->pins), dev->region->medium->chunk);
}

uint64_t window_store_piece(const struct backing_dev *dev, uint64_t off, uint64_t len,
			    uint64_t *store_off)
{
	const struct dax_range *range = dev->ranges;

	for (; off >= range->len; range++)
		off -= range->len;
	*store_off = range->start - dev->region->span.start + off;
	return min_u64(len, range->len - off);
}

static bool window_next(const struct window *w, const struct backing_dev *dev, uint64_t from,
			struct extent *out)
{
	const struct medium *medium = dev->region->medium;
	uint64_t end = w->start + w->len, store_off, n;

	if (!medium->dev_next)
		return extent_next(dev->file.fd, from, end, out);
	for (; from < end; from += n) {
		n = window_store_piece(dev, from, end - from, &store_off);
		if (medium->dev_next(dev, store_off, from, from + n, out))
			return true;
	}
	return false;
}

/* Return: false if it has more data than can be pinned, and can be made smaller. */
static bool window_scan(struct window *w, const struct backing_dev *dev)
{
	uint64_t at = w->start, budget = w->len > LARGE ? budget_of(dev) : LARGE;
	struct extent e;

	w->nr = 0;
	w->resident = 0;
	w->holes = false;
	while (window_next(w, dev, at, &e)) {
		if (w->nr == MAX_EXTENTS || w->resident + e.len > budget)
			return false;
		w->data[w->nr++] = e;
		w->resident += e.len;
		at = e.start + e.len;
	}
	return true;
}

void window_fit(struct window *w, const struct backing_dev *dev)
{
	while (!window_scan(w, dev))
		window_place(w, dev, w->len / 2);
}

static void window_add(struct window *w, uint64_t start, uint64_t end, bool hole)
{
	if (start < end)
		w->data[w->nr++] =
			(struct extent){ .start = start, .len = end - start, .hole = hole };
}

/* Saves the holes too: no more pages than can be pinned, so the extents suffice. */
static void window_whole(struct window *w, const struct backing_dev *dev)
{
	struct extent e;
	uint64_t at, end;

	window_place(w, dev, min_u64(w->len, budget_of(dev)));
	end = w->start + w->len;
	w->nr = 0;
	for (at = w->start; window_next(w, dev, at, &e); at = e.start + e.len) {
		window_add(w, at, e.start, true);
		window_add(w, e.start, e.start + e.len, false);
	}
	window_add(w, at, end, true);
	w->resident = w->len;
	w->holes = true;
}

void window_settle(struct window *w, struct backing_dev *dev)
{
	const struct medium *medium = dev->region->medium;
	bool pinned = medium->slow_freeze && (w->resident >= w->len / 2 || w->len <= MIB) &&
		      !pins_only_files(dev->region->pins);

	if (w->resident == w->len)
		return;
	if (pinned || !medium->freeze || medium->freeze(dev, w->start) < 0)
		window_whole(w, dev);
	else
		window_fit(w, dev);
}
