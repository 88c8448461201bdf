/* SPDX-License-Identifier: BSD-3-Clause */
/* A region: how it comes and goes, and the devices it is cut into. */
#include <errno.h>
#include <stdlib.h>

#include "base/util.h"
#include "core/array.h"
#include "core/internal.h"

static bool is_static(const struct dax_region *region)
{
	return region->config.kind == DAX_REGION_PMEM;
}

static void emit_region(const struct dax_region *region, enum dax_action action)
{
	dax_emit(region->model, &(struct dax_event){ .action = action,
						     .object = DAX_OBJ_REGION,
						     .region = region });
}

uint64_t dax_region_available(const struct dax_region *region)
{
	return region->config.span.len - region->used;
}

/* Makes the fresh region with its one device; *out is that device, not yet probed. */
static int region_populate(struct dax_region *region, struct dax_dev **out)
{
	struct dax_range range = region->config.span;
	uint64_t serial = region->serial;
	int r;

	if (region->config.idle)
		range.len = 0;
	region->serial = dax_model_serial(region->model);
	region->enabled = true;
	r = dax_dev_new(region, range, out);
	if (r < 0) {
		region->enabled = false;
		region->serial = serial;
	}
	return r;
}

int dax_region_enable(struct dax_region *region)
{
	struct dax_dev *dev;
	int r;

	if (region->enabled)
		return -EBUSY;
	if (region->detached)
		return -ENODEV;
	if (!is_static(region))
		region->config.idle = region->model->region_idle;
	r = region_populate(region, &dev);
	if (r < 0)
		return r;
	dax_bus_autoprobe(dev);
	emit_region(region, DAX_BIND);
	return 0;
}

int dax_region_disable(struct dax_region *region)
{
	if (!region->enabled)
		return -ENODEV;
	while (region->nr_devs)
		dax_dev_remove(region->devs[region->nr_devs - 1]);
	region->enabled = false;
	emit_region(region, DAX_UNBIND);
	return 0;
}

int dax_region_detach(struct dax_region *region)
{
	if (!is_static(region))
		return -EINVAL;
	if (region->enabled)
		return -EBUSY;
	if (region->detached)
		return -ENODEV;
	region->detached = true;
	emit_region(region, DAX_REMOVE);
	return 0;
}

int dax_region_attach(struct dax_region *region)
{
	if (!region->detached)
		return -EBUSY;
	region->detached = false;
	emit_region(region, DAX_ADD);
	return dax_region_enable(region);
}

static int config_check(const struct dax_region_config *config)
{
	uint64_t step = max_u64(config->align, DAX_SUBSECTION_SIZE);
	struct dax_range span = config->span;

	if (config->id < 0 || config->target_node < -1 || !dax_align_valid(config->align))
		return -EINVAL;
	if (!span.len || !is_aligned(span.start | span.len, step))
		return -EINVAL;
	if (!dax_range_contains((struct dax_range){ .len = DAX_PHYS_END }, span))
		return -EINVAL;
	return 0;
}

static int driver_check(const struct dax_model *model, int driver)
{
	if (driver == DAX_DRIVER_DEFAULT || driver == DAX_DRIVER_NONE)
		return 0;
	if (driver < 0 || driver >= DAX_NR_DRIVERS)
		return -EINVAL;
	return dax_driver_loaded(model, (enum dax_driver_id)driver) ? 0 : -ENODEV;
}

static bool span_taken(const struct dax_model *model, struct dax_range span)
{
	for (size_t i = 0; i < model->nr_regions; i++)
		if (dax_range_overlaps(model->regions[i]->config.span, span))
			return true;
	return false;
}

/* Enters a region, without device, that has its memory. */
static int region_new(struct dax_model *model, const struct dax_region_config *config,
		      struct dax_region **out)
{
	size_t n = model->nr_regions;
	struct dax_region **regions, *region;
	int r = 0;

	regions = array_open(model->regions, n, sizeof(struct dax_region *), n, 1);
	if (!regions)
		return -ENOMEM;
	model->regions = regions;
	region = calloc(1, sizeof(*region));
	if (!region)
		return -ENOMEM;
	region->model = model;
	region->config = *config;
	if (model->config.ops->region_added)
		r = model->config.ops->region_added(model->config.user, region);
	if (r < 0) {
		free(region);
		return r;
	}
	regions[n] = region;
	model->nr_regions++;
	*out = region;
	return 0;
}

void dax_region_free(struct dax_region *region)
{
	struct dax_model *model = region->model;
	size_t i = 0;

	if (model->config.ops->region_gone)
		model->config.ops->region_gone(model->config.user, region);
	while (model->regions[i] != region)
		i++;
	array_close(model->regions, model->nr_regions, sizeof(struct dax_region *), i, 1);
	model->nr_regions--;
	free(region->devs);
	free(region->allocs);
	free(region->ids.at);
	dax_bad_free(&region->bad);
	free(region);
}

/* Gives the first device to whom the caller wants. */
static int first_probe(struct dax_dev *dev, int driver)
{
	int r;

	if (driver == DAX_DRIVER_NONE)
		return 0;
	if (driver == DAX_DRIVER_DEFAULT) {
		dax_bus_autoprobe(dev);
		return 0;
	}
	r = dax_driver_list_id(dev->region->model, (enum dax_driver_id)driver, dev->id);
	return r < 0 ? r : dax_dev_attach(dev, dax_driver((enum dax_driver_id)driver));
}

int dax_region_add(struct dax_model *model, const struct dax_region_config *config, int driver,
		   struct dax_region **out)
{
	struct dax_region *region;
	struct dax_dev *dev;
	int r;

	r = config_check(config);
	if (r == 0)
		r = driver_check(model, driver);
	if (r < 0)
		return r;
	if (dax_region_find(model, config->id))
		return -EEXIST;
	if (span_taken(model, config->span))
		return -EBUSY;
	r = region_new(model, config, &region);
	if (r < 0)
		return r;
	r = region_populate(region, &dev);
	if (r == 0)
		r = first_probe(dev, driver);
	if (r < 0) {
		dax_region_disable(region);
		dax_region_free(region);
		return r;
	}
	emit_region(region, DAX_BIND);
	if (out)
		*out = region;
	return 0;
}

int dax_region_add_bad(struct dax_region *region, struct dax_range range)
{
	int r;

	if (!is_static(region) ||
	    !dax_range_contains((struct dax_range){ .len = region->config.span.len }, range))
		return -EINVAL;
	r = dax_bad_add(&region->bad, range);
	if (r < 0)
		return r;
	region->had_bad = true;
	dax_bad_changed(region);
	return 0;
}

/* They are zero before they count as good: nobody shall meet what they held. */
static int zero_and_clear(struct dax_region *region, struct dax_range range)
{
	const struct dax_model_config *config = &region->model->config;
	struct dax_range left = range, run;
	int r = 0;

	while (r == 0 && config->ops->zero && dax_bad_next_within(&region->bad, left, &run)) {
		left.len = dax_range_end(left) - dax_range_end(run);
		left.start = dax_range_end(run);
		run.start += region->config.span.start;
		r = config->ops->zero(config->user, region, run);
	}
	return r < 0 ? r : dax_bad_clear(&region->bad, range);
}

int dax_region_clear_bad(struct dax_region *region, struct dax_range phys)
{
	struct dax_range span = region->config.span;
	uint64_t start = max_u64(phys.start, span.start);
	uint64_t end = min_u64(dax_range_end(phys), dax_range_end(span));
	int r = 0;

	if (end > start)
		r = zero_and_clear(region, (struct dax_range){ start - span.start, end - start });
	if (r == 0)
		dax_bad_changed(region);
	return r;
}

bool dax_model_had_bad(const struct dax_model *model)
{
	for (size_t i = 0; i < model->nr_regions; i++)
		if (model->regions[i]->had_bad)
			return true;
	return false;
}

bool dax_dev_next_bad(const struct dax_dev *dev, uint64_t off, uint64_t unit, struct dax_range *out)
{
	return dax_bad_next_unit(&dev->region->bad, off, unit, out);
}

int dax_region_deep_flush(struct dax_region *region)
{
	if (region->config.deep_flush == DAX_FLUSH_FAILS)
		return -EIO;
	return dax_fault_hit(region->model, DAX_FAULT_DEEP_FLUSH, (uint64_t)region->config.id);
}

int dax_region_create_dev(struct dax_region *region, int value)
{
	struct dax_dev *dev;
	int r;

	if (value != 1 || is_static(region))
		return -EINVAL;
	if (!region->enabled)
		return -ENXIO;
	if (!dax_region_available(region))
		return -ENOSPC;
	r = dax_dev_new(region, (struct dax_range){ 0 }, &dev);
	if (r < 0)
		return r;
	if (!region->seed)
		region->seed = dev;
	region->youngest = dev;
	return 0;
}

int dax_region_delete_dev(struct dax_region *region, struct dax_id id)
{
	struct dax_dev *dev;

	if (is_static(region))
		return -EINVAL;
	if (id.region != region->config.id || id.dev < 0)
		return -ENXIO;
	dev = dax_slots_get(&region->ids, (size_t)id.dev);
	if (!dev)
		return -ENXIO;
	if (dev->driver || dax_dev_size(dev) || id.dev == 0)
		return -EBUSY;
	dax_dev_remove(dev);
	return 0;
}
