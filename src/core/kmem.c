/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The driver kmem: a device's ranges, rounded to whole memory blocks, become system RAM. Memory
 * that is in use when the driver goes stays for ever. Source: Linux drivers/dax/kmem.c.
 */
#include <errno.h>

#include "base/util.h"
#include "core/internal.h"

/* The whole blocks of range @i. Return: false when there are none. Source: dax_kmem_range(). */
static bool kmem_range(const struct dax_dev *dev, size_t i, struct dax_range *out)
{
	uint64_t block = dev->region->model->config.memblock_size;
	struct dax_range range = dev->maps[i].range;
	uint64_t start = align_up(range.start, block);
	uint64_t end = align_down(dax_range_end(range), block);

	*out = (struct dax_range){ .start = start, .len = end - start };
	return start < end;
}

static bool kmem_usable(const struct dax_dev *dev)
{
	struct dax_range range;

	for (size_t i = 0; i < dev->nr_maps; i++)
		if (kmem_range(dev, i, &range))
			return true;
	return false;
}

static int kmem_add(struct dax_dev *dev, struct dax_range range)
{
	int r = dax_claim_add(dev, range, true);

	if (r < 0)
		return r;
	r = dax_blocks_add(dev, range);
	if (r < 0)
		dax_claim_drop(dev->region->model, dax_claim_find(dev, range));
	return r;
}

int dax_kmem_probe(struct dax_dev *dev)
{
	bool added = false;

	if (dev->region->config.target_node < 0 || !kmem_usable(dev))
		return -EINVAL;
	for (size_t i = 0; i < dev->nr_maps; i++) {
		struct dax_range range;
		int r;

		if (!kmem_range(dev, i, &range))
			continue;
		r = kmem_add(dev, range);
		if (r < 0 && !added)
			return r;
		/* What is hot-plugged may be in use already: a later failure is passed over. */
		added = true;
	}
	return 0;
}

void dax_kmem_remove(struct dax_dev *dev)
{
	struct dax_model *model = dev->region->model;

	for (size_t i = 0; i < dev->nr_maps; i++) {
		struct dax_claim *claim = NULL;
		struct dax_range range;

		if (kmem_range(dev, i, &range))
			claim = dax_claim_find(dev, range);
		if (!claim)
			continue;
		if (dax_blocks_remove(model, range) < 0)
			claim->stuck = true;
		else
			dax_claim_drop(model, claim);
	}
}
