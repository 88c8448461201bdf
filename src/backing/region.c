/* SPDX-License-Identifier: BSD-3-Clause */
/* The memory of a region: its store, its pipes, its kind. */
#include <stdarg.h>
#include <string.h>

#include "backing/internal.h"

static const struct medium *const media[] = {
	[BACKING_MEMFD] = &medium_mem,
	[BACKING_HUGETLB] = &medium_huge,
	[BACKING_FILE] = &medium_user,
};

int backing_refuse(struct backing_error *error, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -err;
}

static int region_open(struct backing_region *region, const struct backing_region_config *config,
		       struct backing_error *error)
{
	int r = pins_new(&region->pins, region->medium->page_size, region->medium->chunk);

	if (r < 0)
		return backing_refuse(error, -r, "no pipes for moving its memory: %s",
				      strerror(-r));
	region->extents = calloc(MAX_EXTENTS, sizeof(*region->extents));
	region->scratch = malloc(SCRATCH_BYTES);
	if (!region->extents || !region->scratch)
		return backing_refuse(error, ENOMEM, "out of memory");
	return region->medium->region_open(region, config, error);
}

static void region_free(struct backing_region *region)
{
	pins_free(region->pins);
	free(region->extents);
	free(region->scratch);
	free(region);
}

int backing_region_new(struct backing_region **out, const struct backing_region_config *config,
		       struct backing_error *error)
{
	struct backing_region *region;
	int r;

	if (config->kind >= ARRAY_SIZE(media) || !media[config->kind])
		return backing_refuse(error, EINVAL, "no such kind of backing memory");
	region = calloc(1, sizeof(*region));
	if (!region)
		return backing_refuse(error, ENOMEM, "out of memory");
	region->medium = media[config->kind];
	region->span = config->span;
	region->numa_node = config->numa_node;
	region->memfs_fd = config->memfs_fd;
	region->store = (struct memfile)MEMFILE_NONE;
	r = region_open(region, config, error);
	if (r < 0)
		region_free(region);
	else
		*out = region;
	return r;
}

void backing_region_free(struct backing_region *region)
{
	if (!region)
		return;
	region->medium->region_close(region);
	region_free(region);
}

uint64_t backing_region_page_size(const struct backing_region *region)
{
	return region->medium->page_size;
}

int backing_zero(struct backing_region *region, const struct backing_dev *dev,
		 struct dax_range range)
{
	bool up = dev && dev->up;

	if (!dax_range_contains(region->span, range))
		return -EINVAL;
	if (up && (dev->nr_ranges != 1 || !dax_range_contains(dev->ranges[0], region->span)))
		return -EINVAL;
	return region->medium->zero(region, up ? dev->file.fd : region->store.fd,
				    range.start - region->span.start, range.len);
}
