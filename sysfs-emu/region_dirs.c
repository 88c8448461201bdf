/* SPDX-License-Identifier: BSD-3-Clause */
/* Regions, their devices, and the mappings of those. */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

/* --- sets --------------------------------------------------------------------------------- */

static int region_dev_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return sysfs_dev_ref(i < dir->region->nr_devs ? dir->region->devs[i] : NULL, child);
}

static int region_dev_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_dev_named(dir, name);

	return dev && dev->region == dir->region ? sysfs_dev_ref(dev, child) : -ENOENT;
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

static const struct sysfs_set region_devs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_DEVICE, .at = region_dev_at, .find = region_dev_find
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

static const struct sysfs_link dev_link_table[] = { { "driver", to_dev_driver },
						    { "subsystem", to_bus_dax },
						    { 0 } };
static const struct sysfs_link region_link_table[] = { { "driver", to_region_driver },
						       { "subsystem", to_region_bus },
						       { 0 } };

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_region_dirs[] = {
	[SYSFS_REGION - SYSFS_REGION] = { .keep_list = true,
					  .has_power = is_platform_device,
					  .attrs = sysfs_region_attrs,
					  .links = region_link_table,
					  .sets = { &dax_region_dir, &region_devs },
					  .resolve = resolve_own_region,
					  .find_parent = parent_of_region,
					  .make_name = name_region },
	[SYSFS_DAX_REGION - SYSFS_REGION] = { .attrs = sysfs_dax_region_attrs,
					      .resolve = resolve_enabled_region,
					      .find_parent = parent_is_region,
					      .make_name = name_dax_region },
	[SYSFS_DEVICE - SYSFS_REGION] = { .keep_list = true,
					  .has_power = sysfs_always,
					  .attrs = sysfs_dev_attrs,
					  .links = dev_link_table,
					  .sets = { &mappings },
					  .resolve = sysfs_resolve_dev,
					  .find_parent = parent_is_region,
					  .make_name = sysfs_name_dev },
	[SYSFS_MAPPING - SYSFS_REGION] = { .has_power = sysfs_always,
					   .attrs = sysfs_mapping_attrs,
					   .resolve = resolve_mapping,
					   .find_parent = parent_is_dev,
					   .make_name = name_mapping },
};
