/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bus: which driver matches which device, binding and unbinding, id lists, modules. Source:
 * Linux drivers/dax/bus.c, drivers/base/bus.c, drivers/base/dd.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "core/array.h"
#include "core/internal.h"

static const struct dax_driver drivers[] = {
	[DAX_DEVICE_DAX] = { DAX_DEVICE_DAX, "device_dax", dax_device_dax_probe,
			     dax_device_dax_remove },
	[DAX_KMEM] = { DAX_KMEM, "kmem", dax_kmem_probe, dax_kmem_remove },
	[DAX_FSDEV_DAX] = { DAX_FSDEV_DAX, "fsdev_dax", dax_fsdev_probe, dax_fsdev_remove },
};

const struct dax_driver *dax_driver(enum dax_driver_id id)
{
	return &drivers[id];
}

/* --- id lists */

static int id_compare(struct dax_id a, struct dax_id b)
{
	if (a.region != b.region)
		return a.region < b.region ? -1 : 1;
	return a.dev < b.dev ? -1 : a.dev > b.dev;
}

/* Index of @id in the list, or where it belongs. */
static size_t id_position(const struct dax_id_list *list, struct dax_id id)
{
	size_t low = 0, high = list->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (id_compare(list->ids[mid], id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool id_listed(const struct dax_id_list *list, struct dax_id id)
{
	size_t pos = id_position(list, id);

	return pos < list->nr && !id_compare(list->ids[pos], id);
}

int dax_driver_list_id(struct dax_model *model, enum dax_driver_id id, struct dax_id dev)
{
	struct dax_id_list *list = &model->priv->ids[id];
	size_t pos = id_position(list, dev);
	struct dax_id *ids;

	if (id_listed(list, dev))
		return 0;
	ids = array_open(list->ids, list->nr, sizeof(*ids), pos, 1);
	if (!ids)
		return -ENOMEM;
	ids[pos] = dev;
	list->ids = ids;
	list->nr++;
	return 0;
}

void dax_driver_remove_id(struct dax_model *model, enum dax_driver_id id, struct dax_id dev)
{
	struct dax_id_list *list = &model->priv->ids[id];

	if (!id_listed(list, dev))
		return;
	array_close(list->ids, list->nr, sizeof(*list->ids), id_position(list, dev), 1);
	list->nr--;
}

/* --- matching */

/* pmem, and hmem that dax_hmem.region_idle left empty; the others are for kmem. */
static bool device_type(const struct dax_region *region)
{
	return region->config.kind == DAX_REGION_PMEM || region->config.idle;
}

static bool driver_matches(const struct dax_dev *dev, enum dax_driver_id id)
{
	const struct dax_model *model = dev->region->model;
	enum dax_match match = model->config.profile->match[id];

	if (match == DAX_MATCH_ANY || id_listed(&model->priv->ids[id], dev->id))
		return true;
	if (match == DAX_MATCH_DEVICE)
		return device_type(dev->region);
	return match == DAX_MATCH_KMEM && !device_type(dev->region);
}

/* --- binding */

int dax_dev_attach(struct dax_dev *dev, const struct dax_driver *driver)
{
	struct dax_region *region = dev->region;
	int r;

	if (!dax_dev_size(dev) || dev->deleted)
		return -ENXIO;
	r = driver->probe(dev);
	if (r < 0)
		return r;
	dev->driver = driver;
	if (driver->id != DAX_KMEM)
		dev->opener = driver->id;
	if (region->seed == dev)
		region->seed = NULL;
	dax_dev_changed(dev);
	dax_emit_dev(dev, DAX_BIND);
	return 0;
}

void dax_dev_detach(struct dax_dev *dev)
{
	dev->driver->remove(dev);
	dev->driver = NULL;
	dax_dev_changed(dev);
	dax_emit_dev(dev, DAX_UNBIND);
}

int dax_driver_bind(struct dax_dev *dev, enum dax_driver_id id)
{
	if (dev->deleted || !dax_driver_loaded(dev->region->model, id) || !driver_matches(dev, id))
		return -ENODEV;
	if (dev->driver)
		return -EBUSY;
	return dax_dev_attach(dev, &drivers[id]);
}

int dax_driver_unbind(struct dax_dev *dev, enum dax_driver_id id)
{
	if (!dev->driver || dev->driver->id != id)
		return -ENODEV;
	dax_dev_detach(dev);
	return 0;
}

/* Binds every unbound device the driver matches, oldest first; failures do not matter. */
static void driver_attach_all(struct dax_model *model, enum dax_driver_id id)
{
	for (size_t i = 0; i < model->priv->nr_devs; i++) {
		struct dax_dev *dev = model->priv->devs[i];

		if (!dev->driver && !dev->deleted && driver_matches(dev, id))
			dax_dev_attach(dev, &drivers[id]);
	}
}

int dax_driver_new_id(struct dax_model *model, enum dax_driver_id id, struct dax_id dev)
{
	int r;

	if (!dax_driver_loaded(model, id))
		return -ENODEV;
	r = dax_driver_list_id(model, id, dev);
	if (r < 0)
		return r;
	driver_attach_all(model, id);
	return 0;
}

void dax_bus_probe(struct dax_dev *dev)
{
	const struct dax_model_priv *priv = dev->region->model->priv;

	for (size_t i = 0; i < priv->nr_loaded && !dev->driver; i++)
		if (driver_matches(dev, priv->loaded[i]))
			dax_dev_attach(dev, &drivers[priv->loaded[i]]);
}

void dax_bus_autoprobe(struct dax_dev *dev)
{
	if (dev->region->model->autoprobe)
		dax_bus_probe(dev);
}

/* --- modules */

/* Index of the driver among the loaded ones, nr_loaded if it is not. */
static size_t loaded_position(const struct dax_model *model, enum dax_driver_id id)
{
	size_t i = 0;

	while (i < model->priv->nr_loaded && model->priv->loaded[i] != id)
		i++;
	return i;
}

bool dax_driver_loaded(const struct dax_model *model, enum dax_driver_id id)
{
	return loaded_position(model, id) < model->priv->nr_loaded;
}

static void emit_driver(struct dax_model *model, enum dax_action action, enum dax_driver_id id)
{
	dax_emit(model,
		 &(struct dax_event){ .action = action, .object = DAX_OBJ_DRIVER, .driver = id });
}

int dax_driver_load(struct dax_model *model, enum dax_driver_id id)
{
	struct dax_model_priv *priv = model->priv;

	if (model->config.profile->match[id] == DAX_MATCH_ABSENT)
		return -ENODEV;
	if (dax_driver_loaded(model, id))
		return 0;
	priv->loaded[priv->nr_loaded++] = id;
	if (model->autoprobe)
		driver_attach_all(model, id);
	emit_driver(model, DAX_ADD, id);
	return 0;
}

unsigned dax_driver_opens(const struct dax_model *model, enum dax_driver_id id)
{
	unsigned opens = 0;

	for (size_t i = 0; i < model->priv->nr_devs; i++) {
		struct dax_dev *dev = model->priv->devs[i];

		if (dev->opener == id)
			opens += atomic_load(&dev->holders);
	}
	return opens;
}

static void driver_detach_all(struct dax_model *model, enum dax_driver_id id)
{
	for (size_t i = model->priv->nr_devs; i-- > 0;) {
		struct dax_dev *dev = model->priv->devs[i];

		if (dev->driver == &drivers[id])
			dax_dev_detach(dev);
	}
}

int dax_driver_unload(struct dax_model *model, enum dax_driver_id id)
{
	struct dax_model_priv *priv = model->priv;
	size_t pos = loaded_position(model, id);

	if (model->config.profile->match[id] == DAX_MATCH_ABSENT)
		return -ENODEV;
	if (pos == priv->nr_loaded)
		return 0;
	if (dax_driver_opens(model, id))
		return -EBUSY;
	driver_detach_all(model, id);
	priv->ids[id].nr = 0;
	array_close(priv->loaded, priv->nr_loaded, sizeof(*priv->loaded), pos, 1);
	priv->nr_loaded--;
	emit_driver(model, DAX_REMOVE, id);
	return 0;
}
