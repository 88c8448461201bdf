/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the areas of the tree share, and the directories above them. Each area has a file of its
 * own; what differs between kernels comes from the profile.
 */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

/* --- the model ---------------------------------------------------------------------------- */

bool sysfs_has_regions(const struct dax_model *model, enum dax_region_kind kind)
{
	for (size_t i = 0; i < model->nr_regions; i++) {
		if (model->regions[i]->config.kind == kind)
			return true;
	}
	return false;
}

bool sysfs_has_hmem(const struct sysfs_obj *obj)
{
	return sysfs_has_regions(obj->model, DAX_REGION_HMEM);
}

bool sysfs_has_pmem(const struct sysfs_obj *obj)
{
	return sysfs_has_regions(obj->model, DAX_REGION_PMEM);
}

bool sysfs_always(const struct sysfs_obj *obj)
{
	(void)obj;
	return true;
}

enum sysfs_kind sysfs_hmem_parent(const struct dax_model *model)
{
	const char *parent = model->config.profile->hmem_parent;

	return strcmp(parent, "platform") == 0 ? SYSFS_PLATFORM : SYSFS_HMEM_PLATFORM;
}

/* --- regions ------------------------------------------------------------------------------ */

int sysfs_resolve_region(struct sysfs_obj *obj)
{
	obj->region = dax_region_find(obj->model, (int)obj->ref.serial);
	return obj->region ? 0 : -ENODEV;
}

struct sysfs_ref sysfs_region_ref(const struct dax_region *region)
{
	return (struct sysfs_ref){ .kind = SYSFS_REGION, .serial = (uint64_t)region->config.id };
}

int sysfs_region_at(const struct sysfs_obj *dir, size_t i, enum dax_region_kind kind,
		    struct sysfs_ref *child)
{
	if (i >= dir->model->nr_regions)
		return -ENOENT;
	*child = sysfs_region_ref(dir->model->regions[i]);
	return dir->model->regions[i]->config.kind == kind ? 0 : 1;
}

int sysfs_region_find(const struct sysfs_obj *dir, const char *name, enum dax_region_kind kind,
		      const char *prefix, struct sysfs_ref *child)
{
	struct dax_region *region;
	uint64_t id;

	if (names_parse_number(name, prefix, &id) < 0 || id > INT32_MAX)
		return -ENOENT;
	region = dax_region_find(dir->model, (int)id);
	if (!region || region->config.kind != kind)
		return -ENOENT;
	*child = sysfs_region_ref(region);
	return 0;
}

int sysfs_if_enabled(const struct sysfs_obj *dir, int r, const struct sysfs_ref *child)
{
	return r || dax_region_find(dir->model, (int)child->serial)->enabled ? r : 1;
}

/* --- devices ------------------------------------------------------------------------------ */

int sysfs_resolve_dev(struct sysfs_obj *obj)
{
	obj->dev = dax_dev_by_serial(obj->model, obj->ref.serial);
	if (!obj->dev || obj->dev->deleted)
		return -ENODEV;
	obj->region = obj->dev->region;
	return 0;
}

int sysfs_dev_ref(const struct dax_dev *dev, struct sysfs_ref *out)
{
	if (!dev)
		return -ENOENT;
	*out = (struct sysfs_ref){ .kind = SYSFS_DEVICE, .serial = dev->serial };
	return 0;
}

struct dax_dev *sysfs_nth_dev(const struct dax_model *model, size_t i)
{
	for (size_t j = 0; j < model->nr_regions; j++) {
		const struct dax_region *region = model->regions[j];

		if (i < region->nr_devs)
			return region->devs[i];
		i -= region->nr_devs;
	}
	return NULL;
}

struct dax_dev *sysfs_dev_named(const struct sysfs_obj *dir, const char *name)
{
	struct dax_id id;

	return names_parse_dev(name, &id) < 0 ? NULL : dax_dev_find(dir->model, id);
}

struct dax_dev *sysfs_dev_numbered(const struct sysfs_obj *dir, const char *name)
{
	char prefix[SYSFS_NAME_MAX];
	uint64_t minor;

	snprintf(prefix, sizeof(prefix), "%u:", dir->model->config.profile->major);
	if (names_parse_number(name, prefix, &minor) < 0 || minor > UINT32_MAX)
		return NULL;
	return dax_dev_by_minor(dir->model, (unsigned)minor);
}

void sysfs_name_dev(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "dax%d.%d", obj->dev->id.region, obj->dev->id.dev);
}

void sysfs_name_number(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "%u:%u", obj->model->config.profile->major, obj->dev->minor);
}

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_top_dirs[] = {
	/* The root is nobody's child: it is its own parent. */
	[SYSFS_MOUNT - SYSFS_MOUNT] = { .parent = SYSFS_MOUNT },
	[SYSFS_SYS - SYSFS_MOUNT] = { .name = "sys", .parent = SYSFS_MOUNT, .merged = true },
	[SYSFS_BUS - SYSFS_MOUNT] = { .name = "bus", .parent = SYSFS_SYS, .merged = true },
	[SYSFS_CLASS - SYSFS_MOUNT] = { .name = "class", .parent = SYSFS_SYS, .merged = true },
	[SYSFS_DEV - SYSFS_MOUNT] = { .name = "dev", .parent = SYSFS_SYS, .merged = true },
	[SYSFS_DEVICES - SYSFS_MOUNT] = { .name = "devices", .parent = SYSFS_SYS, .merged = true },
	[SYSFS_SYSTEM -
		SYSFS_MOUNT] = { .name = "system", .parent = SYSFS_DEVICES, .merged = true },
};

/* By their first kinds, which are in the order of enum sysfs_kind. */
static const struct area {
	enum sysfs_kind first;
	const struct sysfs_dir *dirs;
} areas[] = {
	{ SYSFS_MOUNT, sysfs_top_dirs },      { SYSFS_BUS_DAX, sysfs_dax_dirs },
	{ SYSFS_REGION, sysfs_region_dirs },  { SYSFS_BUS_PLATFORM, sysfs_platform_dirs },
	{ SYSFS_BUS_ND, sysfs_nd_dirs },      { SYSFS_BUS_MEMORY, sysfs_memory_dirs },
	{ SYSFS_BUS_NODE, sysfs_node_dirs },  { SYSFS_BUS_TIERS, sysfs_tier_dirs },
	{ SYSFS_MODULES, sysfs_module_dirs }, { SYSFS_DEVFS, sysfs_devfs_dirs },
};

const struct sysfs_dir *sysfs_dir_of(enum sysfs_kind kind)
{
	const struct area *area = &areas[ARRAY_SIZE(areas) - 1];

	while (kind < area->first)
		area--;
	return &area->dirs[kind - area->first];
}
