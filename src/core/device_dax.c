/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The drivers device_dax, which lets a device be mapped, and fsdev_dax, which does not.
 * Source: Linux drivers/dax/device.c, dev_dax_probe(), dev_dax_remove().
 */
#include <errno.h>

#include "base/util.h"
#include "core/internal.h"

/* Releases what is claimed of the ranges. A range added under the driver has no claim. */
static void claims_drop(struct dax_dev *dev)
{
	for (size_t i = 0; i < dev->nr_maps; i++) {
		struct dax_claim *claim = dax_claim_find(dev, dev->maps[i].range);

		if (claim)
			dax_claim_drop(dev->region->model, claim);
	}
}

/* Every range, in order, or none. */
static int claims_add(struct dax_dev *dev)
{
	for (size_t i = 0; i < dev->nr_maps; i++) {
		int r = dax_claim_add(dev, dev->maps[i].range, false);

		if (r < 0) {
			claims_drop(dev);
			return r;
		}
	}
	return 0;
}

/* The kernel has page structs for whole sub-sections only. Source: check_pfn_span(). */
static int check_pages(const struct dax_dev *dev)
{
	for (size_t i = 0; i < dev->nr_maps; i++) {
		struct dax_range range = dax_mapping_pages(&dev->maps[i]);

		if (!is_aligned(range.start | range.len, DAX_SUBSECTION_SIZE))
			return -EINVAL;
	}
	return 0;
}

int dax_fsdev_probe(struct dax_dev *dev)
{
	int r;

	if (dev->region->config.kind == DAX_REGION_PMEM && dev->nr_maps > 1)
		return -EINVAL;
	r = claims_add(dev);
	if (r < 0)
		return r;
	r = check_pages(dev);
	if (r < 0)
		claims_drop(dev);
	return r;
}

void dax_fsdev_remove(struct dax_dev *dev)
{
	claims_drop(dev);
}

int dax_device_dax_probe(struct dax_dev *dev)
{
	const struct dax_model_config *config = &dev->region->model->config;
	int r = dax_fsdev_probe(dev);

	if (r < 0 || !config->ops->dev_up)
		return r;
	r = config->ops->dev_up(config->user, dev);
	if (r < 0)
		claims_drop(dev);
	return r;
}

void dax_device_dax_remove(struct dax_dev *dev)
{
	const struct dax_model_config *config = &dev->region->model->config;

	if (config->ops->dev_down)
		config->ops->dev_down(config->user, dev);
	claims_drop(dev);
}
