/* SPDX-License-Identifier: BSD-3-Clause */
/* The memory file of a device: up, down, and who was given it. */
#include <string.h>

#include "backing/internal.h"
#include "base/log.h"

int backing_dev_new(struct backing_dev **out, struct backing_region *region, const char *name)
{
	struct backing_dev *dev = calloc(1, sizeof(*dev));
	int r;

	if (!dev)
		return -ENOMEM;
	dev->region = region;
	dev->file = (struct memfile)MEMFILE_NONE;
	dev->grant_rw = dev->grant_ro = -1;
	r = region->medium->dev_open(dev, name);
	if (r < 0) {
		free(dev);
		return r;
	}
	LIST_INSERT_HEAD(&region->devs, dev, list);
	*out = dev;
	return 0;
}

void backing_dev_unname(struct backing_dev *dev)
{
	memfile_unname(&dev->file);
}

void backing_dev_free(struct backing_dev *dev)
{
	if (!dev)
		return;
	backing_dev_down(dev);
	dev->region->medium->dev_close(dev);
	LIST_REMOVE(dev, list);
	free(dev->ranges);
	free(dev);
}

/* Return: 0, -EINVAL (outside the region, or no whole pages), -ENOMEM. */
static int set_ranges(struct backing_dev *dev, const struct dax_range *ranges, size_t count)
{
	uint64_t page = dev->region->medium->page_size;
	struct dax_range *copy;

	for (size_t i = 0; i < count; i++)
		if (!dax_range_contains(dev->region->span, ranges[i]) ||
		    !is_aligned(ranges[i].len, page) ||
		    !is_aligned(ranges[i].start - dev->region->span.start, page))
			return -EINVAL;
	copy = calloc(count + 1, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	memcpy(copy, ranges, count * sizeof(*copy));
	free(dev->ranges);
	dev->ranges = copy;
	dev->nr_ranges = count;
	return 0;
}

/*
 * Old mappings see every page as soon as the file covers it, so the file grows over pages that are
 * complete already.
 */
static int fill_range(struct backing_dev *dev, struct dax_range range)
{
	const struct medium *medium = dev->region->medium;
	uint64_t at = range.start - dev->region->span.start;
	uint64_t end = at + range.len;
	struct extent data;
	int r = 0;

	while (!r && medium->next(dev->region, at, end, &data)) {
		if (data.start > at)
			r = medium->extend(dev, data.start - at);
		if (!r)
			r = medium->fill(dev, data.start, data.len);
		at = data.start + data.len;
	}
	if (!r && at < end)
		r = medium->extend(dev, end - at);
	return r;
}

static int fill_ranges(struct backing_dev *dev)
{
	/* A client may have made it longer while it was down. */
	int r = ftruncate(dev->file.fd, 0) < 0 ? -errno : 0;

	for (size_t i = 0; i < dev->nr_ranges && !r; i++)
		r = fill_range(dev, dev->ranges[i]);
	if (!r && dev->region->medium->up_end)
		r = dev->region->medium->up_end(dev);
	return r;
}

static uint64_t ranges_len(const struct backing_dev *dev)
{
	uint64_t len = 0;

	for (size_t i = 0; i < dev->nr_ranges; i++)
		len += dev->ranges[i].len;
	return len;
}

/* Back to the store with what was already there. */
static void take_down(struct backing_dev *dev)
{
	dev_revoke(dev);
	if (dev->region->medium->down_end)
		dev->region->medium->down_end(dev);
}

/* Return: 0 also where nothing is to be filled. */
static int bring_up(struct backing_dev *dev)
{
	const struct medium *medium = dev->region->medium;
	int r = medium->up_begin ? medium->up_begin(dev, ranges_len(dev)) : 0;

	if (r)
		return r < 0 ? r : 0;
	r = fill_ranges(dev);
	if (r < 0)
		take_down(dev);
	return r;
}

int backing_dev_up(struct backing_dev *dev, const struct dax_range *ranges, size_t count)
{
	int r;

	if (dev->up)
		return -EBUSY;
	r = set_ranges(dev, ranges, count);
	if (r < 0)
		return r;
	pins_wake(dev->region->pins);
	r = bring_up(dev);
	pins_rest(dev->region->pins);
	if (r < 0)
		return r;
	dev->len = ranges_len(dev);
	dev->up = true;
	dev->unfreezable = false;
	return 0;
}

void backing_dev_down(struct backing_dev *dev)
{
	const struct medium *medium = dev->region->medium;

	if (!dev->up)
		return;
	dev->up = false;
	pins_wake(dev->region->pins);
	if (!medium->down_begin || !medium->down_begin(dev))
		take_down(dev);
	pins_rest(dev->region->pins);
	dev->len = 0;
}

int backing_dev_fd(struct backing_dev *dev, bool writable)
{
	if (!dev->up)
		return -ENXIO;
	atomic_store(&dev->granted, true);
	if (writable)
		atomic_store(&dev->writable, true);
	return writable ? dev->grant_rw : dev->grant_ro;
}

uint64_t backing_dev_len(const struct backing_dev *dev)
{
	return dev->up ? dev->len : 0;
}
