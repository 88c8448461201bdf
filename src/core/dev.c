/* SPDX-License-Identifier: BSD-3-Clause */
/* A device: its life from creation to the last reference, and the attributes that can be written.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/util.h"
#include "core/array.h"
#include "core/internal.h"

uint64_t dax_dev_size(const struct dax_dev *dev)
{
	const struct dax_mapping *last;

	if (!dev->nr_maps)
		return 0;
	last = &dev->maps[dev->nr_maps - 1];
	return last->pgoff * DAX_PAGE_SIZE + last->range.len;
}

uint64_t dax_dev_step(const struct dax_dev *dev)
{
	return max_u64(dev->align, DAX_SUBSECTION_SIZE);
}

bool dax_dev_alive(const struct dax_dev *dev)
{
	return dev->driver && dev->driver->id == DAX_DEVICE_DAX;
}

/* Index of @dev in an array that holds it. */
static size_t dev_position(struct dax_dev *const *devs, const struct dax_dev *dev)
{
	size_t i = 0;

	while (devs[i] != dev)
		i++;
	return i;
}

/* Appends @dev to an array of devices. */
static int devs_append(struct dax_dev ***devs, size_t *nr, struct dax_dev *dev)
{
	struct dax_dev **array = array_open(*devs, *nr, sizeof(struct dax_dev *), *nr, 1);

	if (!array)
		return -ENOMEM;
	array[(*nr)++] = dev;
	*devs = array;
	return 0;
}

static void devs_remove(struct dax_dev **devs, size_t *nr, const struct dax_dev *dev)
{
	array_close(devs, *nr, sizeof(struct dax_dev *), dev_position(devs, dev), 1);
	(*nr)--;
}

/* Enters @dev everywhere it can be found. Undoes what it did when something fails. */
static int dev_enter(struct dax_dev *dev)
{
	struct dax_region *region = dev->region;
	struct dax_model_priv *priv = region->model->priv;
	int y, minor, r;

	y = dax_slots_take(&region->ids, dev);
	if (y < 0)
		return y;
	minor = dax_slots_take(&priv->minors, dev);
	r = minor;
	if (r < 0)
		goto give_id;
	r = devs_append(&priv->devs, &priv->nr_devs, dev);
	if (r < 0)
		goto give_minor;
	r = devs_append(&region->devs, &region->nr_devs, dev);
	if (r < 0)
		goto leave_model;
	dev->id.dev = y;
	dev->minor = (unsigned)minor;
	return 0;

leave_model:
	priv->nr_devs--;
give_minor:
	dax_slots_give(&priv->minors, (size_t)minor);
give_id:
	dax_slots_give(&region->ids, (size_t)y);
	return r;
}

/* The device is no longer of its region: its id and bytes are free. */
static void dev_leave_region(struct dax_dev *dev)
{
	struct dax_region *region = dev->region;

	if (region->seed == dev)
		region->seed = NULL;
	if (region->youngest == dev)
		region->youngest = NULL;
	dax_alloc_shrink(dev, dax_dev_size(dev));
	dax_slots_give(&region->ids, (size_t)dev->id.dev);
	devs_remove(region->devs, &region->nr_devs, dev);
	dev->deleted = true;
}

int dax_dev_new(struct dax_region *region, struct dax_range range, struct dax_dev **out)
{
	struct dax_dev *dev = calloc(1, sizeof(*dev));
	int r;

	if (!dev)
		return -ENOMEM;
	dev->region = region;
	dev->id.region = region->config.id;
	dev->align = region->config.align;
	dev->serial = dax_model_serial(region->model);
	atomic_init(&dev->refs, 1);
	r = dev_enter(dev);
	if (r < 0) {
		free(dev);
		return r;
	}
	if (range.len && dax_alloc_add(dev, range) < 0) {
		dev_leave_region(dev);
		dax_dev_destroy(dev);
		return -ENOMEM;
	}
	dax_emit_dev(dev, DAX_ADD);
	*out = dev;
	return 0;
}

void dax_dev_remove(struct dax_dev *dev)
{
	const struct dax_model_config *config = &dev->region->model->config;

	if (dev->driver)
		dax_dev_detach(dev);
	dev_leave_region(dev);
	if (config->ops->dev_deleted)
		config->ops->dev_deleted(config->user, dev);
	dax_emit_dev(dev, DAX_REMOVE);
	dax_dev_put(dev);
}

void dax_dev_destroy(struct dax_dev *dev)
{
	const struct dax_model_config *config = &dev->region->model->config;
	struct dax_model_priv *priv = dev->region->model->priv;

	assert(dev->deleted);
	if (config->ops->dev_free)
		config->ops->dev_free(config->user, dev);
	dax_slots_give(&priv->minors, dev->minor);
	devs_remove(priv->devs, &priv->nr_devs, dev);
	free(dev->maps);
	free(dev);
}

struct dax_dev *dax_dev_get(struct dax_dev *dev)
{
	atomic_fetch_add(&dev->refs, 1);
	return dev;
}

void dax_dev_put(struct dax_dev *dev)
{
	if (atomic_fetch_sub(&dev->refs, 1) == 1)
		dax_dev_destroy(dev);
}

/* fsdev_dax lets anybody open its devices too; kmem does not. */
static bool dev_opens(const struct dax_dev *dev)
{
	return dev->driver && dev->driver->id != DAX_KMEM;
}

int dax_dev_open(struct dax_dev *dev)
{
	if (!dev_opens(dev) && !atomic_load(&dev->holders))
		return -ENXIO;
	atomic_fetch_add(&dev->holders, 1);
	dax_dev_get(dev);
	return 0;
}

void dax_dev_release(struct dax_dev *dev)
{
	atomic_fetch_sub(&dev->holders, 1);
}

/* Gone, and with it every attribute. */
static bool dev_gone(const struct dax_dev *dev)
{
	return dev->deleted || !dev->region->enabled;
}

int dax_dev_resize(struct dax_dev *dev, uint64_t size)
{
	uint64_t have = dax_dev_size(dev);
	int r;

	if (!is_aligned(size, dax_dev_step(dev)))
		return -EINVAL;
	if (dev_gone(dev))
		return -ENXIO;
	if (dev->driver)
		return -EBUSY;
	if (size == have)
		return 0;
	if (size > have && size - have > dax_region_available(dev->region))
		return -ENOSPC;
	if (size < have)
		dax_alloc_shrink(dev, have - size);
	r = size > have ? dax_alloc_grow(dev, size - have) : 0;
	if (r == 0)
		dax_dev_changed(dev);
	return r;
}

/* Source: Linux drivers/dax/dax-private.h, dax_align_valid(). */
bool dax_align_valid(uint64_t align)
{
	return align == 4 * KIB || align == 2 * MIB || align == GIB;
}

static bool align_fits(const struct dax_dev *dev, uint64_t align)
{
	uint64_t step = max_u64(align, DAX_SUBSECTION_SIZE);

	for (size_t i = 0; i < dev->nr_maps; i++)
		if (!is_aligned(dev->maps[i].range.len, step))
			return false;
	return true;
}

int dax_dev_set_align(struct dax_dev *dev, uint64_t align)
{
	if (!dax_align_valid(align))
		return -EINVAL;
	if (dev_gone(dev))
		return -ENXIO;
	if (dev->driver)
		return -EBUSY;
	if (!align_fits(dev, align))
		return -EINVAL;
	dev->align = align;
	dax_dev_changed(dev);
	return 0;
}

int dax_dev_add_mapping(struct dax_dev *dev, struct dax_range range)
{
	const struct dax_region *region = dev->region;
	int r;

	if (region->config.kind == DAX_REGION_PMEM)
		return -EINVAL;
	if (dev_gone(dev) || !is_aligned(range.len, dax_dev_step(dev)))
		return region->model->config.profile->odd_mapping_error;
	if (!range.len)
		return dev->nr_maps ? -EBUSY : 0;
	r = dax_alloc_add(dev, range);
	if (r == 0)
		dax_dev_changed(dev);
	return r;
}

int dax_dev_set_memmap_on_memory(struct dax_dev *dev, bool on)
{
	if (on && !dev->region->model->config.memmap_on_memory)
		return -EOPNOTSUPP;
	if (dev->memmap_on_memory == on)
		return 0;
	if (dev->driver && dev->driver->id == DAX_KMEM)
		return -EBUSY;
	dev->memmap_on_memory = on;
	dax_dev_changed(dev);
	return 0;
}
