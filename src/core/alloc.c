/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The range allocator: which bytes of a region belong to which device, and in which order a device
 * has them. Source: Linux drivers/dax/bus.c, dev_dax_resize(), dev_dax_shrink(),
 * alloc_dev_dax_range(), adjust_dev_dax_range().
 */
#include <assert.h>
#include <errno.h>

#include "base/util.h"
#include "core/array.h"
#include "core/internal.h"

/* Index of the first allocation that starts at or after @addr. */
static size_t alloc_position(const struct dax_region *region, uint64_t addr)
{
	return ARRAY_POSITION(region->allocs, region->nr_allocs, range.start, addr);
}

/* Whether @range is inside the region and no allocation touches it; @pos is where it belongs. */
static bool alloc_fits(const struct dax_region *region, struct dax_range range, size_t pos)
{
	if (!dax_range_contains(region->config.span, range))
		return false;
	if (pos > 0 && dax_range_overlaps(region->allocs[pos - 1].range, range))
		return false;
	return pos == region->nr_allocs || !dax_range_overlaps(region->allocs[pos].range, range);
}

static int maps_append(struct dax_dev *dev, struct dax_range range)
{
	size_t n = dev->nr_maps;
	uint64_t pgoff = dax_dev_size(dev) / DAX_PAGE_SIZE;
	struct dax_mapping *maps = array_open(dev->maps, n, sizeof(*maps), n, 1);

	if (!maps)
		return -ENOMEM;
	maps[n] = (struct dax_mapping){ .range = range, .pgoff = pgoff };
	dev->maps = maps;
	dev->nr_maps++;
	return 0;
}

int dax_alloc_add(struct dax_dev *dev, struct dax_range range)
{
	struct dax_region *region = dev->region;
	size_t pos = alloc_position(region, range.start);
	struct dax_alloc *allocs;

	if (!alloc_fits(region, range, pos) || maps_append(dev, range) < 0)
		return -ENOMEM;
	allocs = array_open(region->allocs, region->nr_allocs, sizeof(*allocs), pos, 1);
	if (!allocs) {
		dev->nr_maps--;
		return -ENOMEM;
	}
	allocs[pos] = (struct dax_alloc){ .range = range, .dev = dev };
	region->allocs = allocs;
	region->nr_allocs++;
	region->used += range.len;
	return 0;
}

static struct dax_mapping *last_map(const struct dax_dev *dev)
{
	return dev->nr_maps ? &dev->maps[dev->nr_maps - 1] : NULL;
}

/* The allocation behind a device's last range. */
static struct dax_alloc *last_alloc(const struct dax_dev *dev)
{
	const struct dax_region *region = dev->region;
	size_t pos = alloc_position(region, last_map(dev)->range.start);

	assert(pos < region->nr_allocs && region->allocs[pos].dev == dev);
	return &region->allocs[pos];
}

/* Moves the end of a device's last range to @len bytes after its start. */
static void last_resize(struct dax_dev *dev, uint64_t len)
{
	struct dax_mapping *map = last_map(dev);

	last_alloc(dev)->range.len = len;
	dev->region->used += len - map->range.len;
	map->range.len = len;
}

static void last_remove(struct dax_dev *dev)
{
	struct dax_region *region = dev->region;
	struct dax_alloc *alloc = last_alloc(dev);
	size_t pos = (size_t)(alloc - region->allocs);

	region->used -= alloc->range.len;
	array_close(region->allocs, region->nr_allocs, sizeof(*alloc), pos, 1);
	region->nr_allocs--;
	dev->nr_maps--;
}

/* The free bytes after allocation @i. */
static struct dax_range gap_after(const struct dax_region *region, size_t i)
{
	uint64_t start = dax_range_end(region->allocs[i].range);
	uint64_t end = i + 1 < region->nr_allocs ? region->allocs[i + 1].range.start
						 : dax_range_end(region->config.span);

	return (struct dax_range){ .start = start, .len = end - start };
}

/* The lowest free bytes; *before is the allocation they follow, NULL at the region's start. */
static struct dax_range first_gap(const struct dax_region *region, const struct dax_alloc **before)
{
	struct dax_range gap = region->config.span;

	*before = NULL;
	if (region->nr_allocs)
		gap.len = region->allocs[0].range.start - gap.start;
	for (size_t i = 0; !gap.len && i < region->nr_allocs; i++) {
		*before = &region->allocs[i];
		gap = gap_after(region, i);
	}
	return gap;
}

/* Only a device's own last range is ever extended; touching ranges stay apart otherwise. */
static bool may_extend(const struct dax_dev *dev, const struct dax_alloc *alloc)
{
	return alloc && alloc->dev == dev && last_map(dev)->range.start == alloc->range.start;
}

/* Takes up to @bytes from the first gap. Return: bytes taken, or -ENOMEM. */
static int64_t grow_once(struct dax_dev *dev, uint64_t bytes)
{
	const struct dax_alloc *before;
	struct dax_range gap = first_gap(dev->region, &before);
	int r;

	gap.len = min_u64(gap.len, bytes);
	assert(gap.len);
	if (may_extend(dev, before)) {
		last_resize(dev, last_map(dev)->range.len + gap.len);
		return (int64_t)gap.len;
	}
	r = dax_alloc_add(dev, gap);
	return r < 0 ? r : (int64_t)gap.len;
}

int dax_alloc_grow(struct dax_dev *dev, uint64_t bytes)
{
	uint64_t left = bytes;

	while (left) {
		int64_t got = grow_once(dev, left);

		if (got < 0) {
			dax_alloc_shrink(dev, bytes - left);
			return (int)got;
		}
		left -= (uint64_t)got;
	}
	return 0;
}

void dax_alloc_shrink(struct dax_dev *dev, uint64_t bytes)
{
	while (bytes) {
		uint64_t len = last_map(dev)->range.len;

		if (bytes < len) {
			last_resize(dev, len - bytes);
			return;
		}
		last_remove(dev);
		bytes -= len;
	}
}
