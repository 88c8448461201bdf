/* SPDX-License-Identifier: BSD-3-Clause */
/* The dax bus: drivers, regions, devices and their mappings. */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

/* --- objects ------------------------------------------------------------------------------ */

/* NVDIMM devices do without power management. */
static bool is_platform_device(const struct sysfs_obj *obj)
{
	return obj->region->config.kind == DAX_REGION_HMEM;
}

static int resolve_own_region(struct sysfs_obj *obj)
{
	int r = sysfs_resolve_region(obj);

	return r == 0 && obj->region->detached ? -ENODEV : r;
}

static int resolve_enabled_region(struct sysfs_obj *obj)
{
	for (size_t i = 0; i < obj->model->nr_regions; i++) {
		struct dax_region *region = obj->model->regions[i];

		if (region->enabled && region->serial == obj->ref.serial) {
			obj->region = region;
			return 0;
		}
	}
	return -ENODEV;
}

static int resolve_mapping(struct sysfs_obj *obj)
{
	int r = sysfs_resolve_dev(obj);

	if (r < 0)
		return r;
	if (obj->ref.index >= obj->dev->nr_maps)
		return -ENODEV;
	obj->mapping = &obj->dev->maps[obj->ref.index];
	return 0;
}

static int resolve_driver(struct sysfs_obj *obj)
{
	bool there = obj->ref.index < DAX_NR_DRIVERS &&
		     dax_driver_loaded(obj->model, (enum dax_driver_id)obj->ref.index);

	return there ? 0 : -ENODEV;
}

static void name_driver(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "%s", dax_driver((enum dax_driver_id)obj->ref.index)->name);
}

static void name_region(const struct sysfs_obj *obj, char *name)
{
	bool pmem = obj->region->config.kind == DAX_REGION_PMEM;

	snprintf(name, SYSFS_NAME_MAX, pmem ? "dax%d.0" : "hmem.%d", obj->region->config.id);
}

static void name_mapping(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "mapping%u", obj->ref.index);
}

static void name_dax_region(const struct sysfs_obj *obj, char *name)
{
	(void)obj;
	snprintf(name, SYSFS_NAME_MAX, "dax_region");
}

static void parent_of_region(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	if (obj->region->config.kind == DAX_REGION_PMEM)
		*parent = (struct sysfs_ref){ .kind = SYSFS_ND_REGION, .serial = obj->ref.serial };
	else
		*parent = (struct sysfs_ref){ .kind = sysfs_hmem_parent(obj->model) };
}

static void parent_is_region(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	*parent = sysfs_region_ref(obj->region);
}

static void parent_is_dev(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	*parent = (struct sysfs_ref){ .kind = SYSFS_DEVICE, .serial = obj->dev->serial };
}

/* --- sets: drivers ------------------------------------------------------------------------ */

static int driver_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	if (i >= DAX_NR_DRIVERS)
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_DRIVER, .index = (uint32_t)i };
	return dax_driver_loaded(dir->model, (enum dax_driver_id)i) ? 0 : 1;
}

static int driver_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	for (size_t i = 0; i < DAX_NR_DRIVERS; i++) {
		if (strcmp(dax_driver((enum dax_driver_id)i)->name, name) == 0)
			return driver_at(dir, i, child) == 0 ? 0 : -ENOENT;
	}
	return -ENOENT;
}

static const struct sysfs_set driver_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_DRIVER, .at = driver_at, .find = driver_find
};

/* --- sets: devices ------------------------------------------------------------------------ */

static void dev_ref(const struct dax_dev *dev, struct sysfs_ref *out)
{
	*out = (struct sysfs_ref){ .kind = SYSFS_DEVICE, .serial = dev->serial };
}

static int dev_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_nth_dev(dir->model, i);

	if (!dev)
		return -ENOENT;
	dev_ref(dev, child);
	return 0;
}

static int dev_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_dev_named(dir, name);

	if (!dev)
		return -ENOENT;
	dev_ref(dev, child);
	return 0;
}

static int region_dev_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	if (i >= dir->region->nr_devs)
		return -ENOENT;
	dev_ref(dir->region->devs[i], child);
	return 0;
}

static int region_dev_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_dev_named(dir, name);

	if (!dev || dev->region != dir->region)
		return -ENOENT;
	dev_ref(dev, child);
	return 0;
}

static bool driver_has(const struct sysfs_obj *dir, const struct dax_dev *dev)
{
	return dev->driver && (uint32_t)dev->driver->id == dir->ref.index;
}

static int driver_dev_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_nth_dev(dir->model, i);

	if (!dev)
		return -ENOENT;
	dev_ref(dev, child);
	return driver_has(dir, dev) ? 0 : 1;
}

static int driver_dev_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_dev_named(dir, name);

	if (!dev || !driver_has(dir, dev))
		return -ENOENT;
	dev_ref(dev, child);
	return 0;
}

static int number_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_dev_numbered(dir, name);

	if (!dev)
		return -ENOENT;
	dev_ref(dev, child);
	return 0;
}

static int mapping_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	if (i >= dir->dev->nr_maps || i >= 1u << SYSFS_INDEX_BITS)
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_MAPPING,
				     .index = (uint32_t)i,
				     .serial = dir->dev->serial };
	return 0;
}

static int mapping_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t n;

	if (names_parse_number(name, "mapping", &n) < 0)
		return -ENOENT;
	return mapping_at(dir, n, child);
}

/* dax_region/, new with each enable. */
static int dax_region_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	*child = (struct sysfs_ref){ .kind = SYSFS_DAX_REGION, .serial = dir->region->serial };
	return i || !dir->region->enabled ? -ENOENT : 0;
}

static int dax_region_find_child(const struct sysfs_obj *dir, const char *name,
				 struct sysfs_ref *child)
{
	return strcmp(name, "dax_region") == 0 ? dax_region_at(dir, 0, child) : -ENOENT;
}

static const struct sysfs_set all_dev_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_DEVICE, .at = dev_at, .find = dev_find
};
static const struct sysfs_set region_devs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_DEVICE, .at = region_dev_at, .find = region_dev_find
};
static const struct sysfs_set driver_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_DEVICE, .at = driver_dev_at, .find = driver_dev_find
};
static const struct sysfs_set number_links = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_DEVICE,
	.at = dev_at,
	.find = number_find,
	.name = sysfs_name_number,
};
static const struct sysfs_set ndctl_number_link = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_NDCTL,
	.at = sysfs_ndctl_at,
	.find = sysfs_ndctl_find,
	.name = sysfs_name_ndctl_number,
};
static const struct sysfs_set mappings = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_MAPPING, .at = mapping_at, .find = mapping_find
};
static const struct sysfs_set dax_region_dir = {
	.type = SYSFS_TYPE_DIR,
	.kind = SYSFS_DAX_REGION,
	.at = dax_region_at,
	.find = dax_region_find_child,
};

/* --- links -------------------------------------------------------------------------------- */

LINK_TO(to_bus_dax, SYSFS_BUS_DAX)
LINK_TO(to_bus_nd, SYSFS_BUS_ND)
LINK_TO(to_bus_platform, SYSFS_BUS_PLATFORM)

static int to_own_module(const struct sysfs_obj *dir, struct sysfs_ref *out)
{
	*out = (struct sysfs_ref){ .kind = SYSFS_MODULE, .index = dir->ref.index };
	return 0;
}

static int to_dev_driver(const struct sysfs_obj *dir, struct sysfs_ref *out)
{
	if (!dir->dev->driver)
		return -ENOENT;
	*out = (struct sysfs_ref){ .kind = SYSFS_DRIVER, .index = dir->dev->driver->id };
	return 0;
}

static int to_region_driver(const struct sysfs_obj *dir, struct sysfs_ref *out)
{
	bool pmem = dir->region->config.kind == DAX_REGION_PMEM;

	if (!dir->region->enabled)
		return -ENOENT;
	*out = (struct sysfs_ref){ .kind = pmem ? SYSFS_DAX_PMEM_DRIVER : SYSFS_HMEM_DRIVER };
	return 0;
}

static int to_region_bus(const struct sysfs_obj *dir, struct sysfs_ref *out)
{
	return dir->region->config.kind == DAX_REGION_PMEM ? to_bus_nd(dir, out)
							   : to_bus_platform(dir, out);
}

static const struct sysfs_link driver_link_table[] = { { "module", to_own_module }, { 0 } };
static const struct sysfs_link dev_link_table[] = { { "driver", to_dev_driver },
						    { "subsystem", to_bus_dax },
						    { 0 } };
static const struct sysfs_link region_link_table[] = { { "driver", to_region_driver },
						       { "subsystem", to_region_bus },
						       { 0 } };

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_dax_dirs[] = {
	[SYSFS_BUS_DAX -
	 SYSFS_BUS_DAX] = { .name = "dax", .parent = SYSFS_BUS, .attrs = sysfs_bus_attrs },
	[SYSFS_BUS_DAX_DEVICES - SYSFS_BUS_DAX] = { .name = "devices",
						    .parent = SYSFS_BUS_DAX,
						    .keep_list = true,
						    .sets = { &all_dev_links } },
	[SYSFS_BUS_DAX_DRIVERS - SYSFS_BUS_DAX] = { .name = "drivers",
						    .parent = SYSFS_BUS_DAX,
						    .keep_list = true,
						    .sets = { &driver_dirs } },
	[SYSFS_DRIVER - SYSFS_BUS_DAX] = { .parent = SYSFS_BUS_DAX_DRIVERS,
					   .attrs = sysfs_driver_attrs,
					   .links = driver_link_table,
					   .sets = { &driver_links },
					   .resolve = resolve_driver,
					   .make_name = name_driver },
	[SYSFS_DEV_CHAR - SYSFS_BUS_DAX] = { .name = "char",
					     .parent = SYSFS_DEV,
					     .merged = true,
					     .sets = { &number_links, &ndctl_number_link } },
	[SYSFS_REGION - SYSFS_BUS_DAX] = { .keep_list = true,
					   .has_power = is_platform_device,
					   .attrs = sysfs_region_attrs,
					   .links = region_link_table,
					   .sets = { &dax_region_dir, &region_devs },
					   .resolve = resolve_own_region,
					   .find_parent = parent_of_region,
					   .make_name = name_region },
	[SYSFS_DAX_REGION - SYSFS_BUS_DAX] = { .attrs = sysfs_dax_region_attrs,
					       .resolve = resolve_enabled_region,
					       .find_parent = parent_is_region,
					       .make_name = name_dax_region },
	[SYSFS_DEVICE - SYSFS_BUS_DAX] = { .keep_list = true,
					   .has_power = sysfs_always,
					   .attrs = sysfs_dev_attrs,
					   .links = dev_link_table,
					   .sets = { &mappings },
					   .resolve = sysfs_resolve_dev,
					   .find_parent = parent_is_region,
					   .make_name = sysfs_name_dev },
	[SYSFS_MAPPING - SYSFS_BUS_DAX] = { .has_power = sysfs_always,
					    .attrs = sysfs_mapping_attrs,
					    .resolve = resolve_mapping,
					    .find_parent = parent_is_dev,
					    .make_name = name_mapping },
};
