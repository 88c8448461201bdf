/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rows of the tree's shape: what directories there are, where, and what is in them. What
 * differs between kernels comes from the profile.
 */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

/* --- what is in the model ----------------------------------------------------------------- */

bool sysfs_has_regions(const struct dax_model *model, enum dax_region_kind kind)
{
	for (size_t i = 0; i < model->nr_regions; i++) {
		if (model->regions[i]->config.kind == kind)
			return true;
	}
	return false;
}

bool sysfs_node_is_real(const struct dax_model *model, int node)
{
	return node >= 0 && node < 64 && model->config.online_nodes >> node & 1;
}

bool sysfs_node_exists(const struct dax_model *model, int node)
{
	if (sysfs_node_is_real(model, node))
		return true;
	for (size_t i = 0; i < model->nr_blocks; i++) {
		if (model->blocks[i].node == node)
			return true;
	}
	return false;
}

static bool has_hmem_platform(const struct sysfs_obj *obj)
{
	return obj->model->config.profile->has_hmem_platform &&
	       sysfs_has_regions(obj->model, DAX_REGION_HMEM);
}

static bool has_hmem(const struct sysfs_obj *obj)
{
	return sysfs_has_regions(obj->model, DAX_REGION_HMEM);
}

static bool has_pmem(const struct sysfs_obj *obj)
{
	return sysfs_has_regions(obj->model, DAX_REGION_PMEM);
}

static bool always(const struct sysfs_obj *obj)
{
	(void)obj;
	return true;
}

/* NVDIMM devices do without power management. */
static bool is_platform_device(const struct sysfs_obj *obj)
{
	return obj->region->config.kind == DAX_REGION_HMEM;
}

/* The power/ of a real node is real. */
static bool is_own_node(const struct sysfs_obj *obj)
{
	return !sysfs_node_is_real(obj->model, (int)obj->ref.index);
}

static bool has_device_files(const struct sysfs_obj *obj)
{
	return obj->tree->device_files;
}

/* --- objects of directories --------------------------------------------------------------- */

static int resolve_region(struct sysfs_obj *obj)
{
	obj->region = dax_region_find(obj->model, (int)obj->ref.serial);
	return obj->region ? 0 : -ENODEV;
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

static int resolve_dev(struct sysfs_obj *obj)
{
	obj->dev = dax_dev_by_serial(obj->model, obj->ref.serial);
	if (!obj->dev || obj->dev->deleted)
		return -ENODEV;
	obj->region = obj->dev->region;
	return 0;
}

static int resolve_mapping(struct sysfs_obj *obj)
{
	int r = resolve_dev(obj);

	if (r < 0)
		return r;
	if (obj->ref.index >= obj->dev->nr_maps)
		return -ENODEV;
	obj->mapping = &obj->dev->maps[obj->ref.index];
	return 0;
}

static int resolve_block(struct sysfs_obj *obj)
{
	obj->block = dax_block_find(obj->model, obj->ref.serial);
	return obj->block ? 0 : -ENODEV;
}

static int resolve_node(struct sysfs_obj *obj)
{
	return sysfs_node_exists(obj->model, (int)obj->ref.index) ? 0 : -ENODEV;
}

static int resolve_driver(struct sysfs_obj *obj)
{
	bool there = obj->ref.index < DAX_NR_DRIVERS &&
		     dax_driver_loaded(obj->model, (enum dax_driver_id)obj->ref.index);

	return there ? 0 : -ENODEV;
}

static bool module_is_loaded(const struct dax_model *model, uint32_t module)
{
	if (module < DAX_NR_DRIVERS)
		return dax_driver_loaded(model, (enum dax_driver_id)module);
	if (module == SYSFS_MODULE_DAX_HMEM)
		return sysfs_has_regions(model, DAX_REGION_HMEM);
	return module < SYSFS_NR_MODULES && sysfs_has_regions(model, DAX_REGION_PMEM);
}

static int resolve_module(struct sysfs_obj *obj)
{
	return module_is_loaded(obj->model, obj->ref.index) ? 0 : -ENODEV;
}

/* --- names of directories of objects ------------------------------------------------------ */

static void name_driver(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "%s", dax_driver((enum dax_driver_id)obj->ref.index)->name);
}

static void name_region(const struct sysfs_obj *obj, char *name)
{
	bool pmem = obj->region->config.kind == DAX_REGION_PMEM;

	snprintf(name, SYSFS_NAME_MAX, pmem ? "dax%d.0" : "hmem.%d", obj->region->config.id);
}

static void name_nd_region(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "region%d", obj->region->config.id);
}

static void name_dev(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "dax%d.%d", obj->dev->id.region, obj->dev->id.dev);
}

static void name_number(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "%u:%u", obj->model->config.profile->major, obj->dev->minor);
}

static void name_mapping(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "mapping%u", obj->ref.index);
}

static void name_block(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "memory%llu", (unsigned long long)obj->block->index);
}

static void name_node(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "node%u", obj->ref.index);
}

static void name_dax_region(const struct sysfs_obj *obj, char *name)
{
	(void)obj;
	snprintf(name, SYSFS_NAME_MAX, "dax_region");
}

static void name_parameters(const struct sysfs_obj *obj, char *name)
{
	(void)obj;
	snprintf(name, SYSFS_NAME_MAX, "parameters");
}

static void name_module(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "%s", sysfs_modules[obj->ref.index].name);
}

/* --- where directories of objects are ----------------------------------------------------- */

static enum sysfs_kind hmem_parent(const struct dax_model *model)
{
	const char *parent = model->config.profile->hmem_parent;

	return strcmp(parent, "platform") == 0 ? SYSFS_PLATFORM : SYSFS_HMEM_PLATFORM;
}

static void parent_of_region(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	if (obj->region->config.kind == DAX_REGION_PMEM)
		*parent = (struct sysfs_ref){ .kind = SYSFS_ND_REGION, .serial = obj->ref.serial };
	else
		*parent = (struct sysfs_ref){ .kind = hmem_parent(obj->model) };
}

/* The region's own directory. */
static struct sysfs_ref region_ref(const struct dax_region *region)
{
	return (struct sysfs_ref){ .kind = SYSFS_REGION, .serial = (uint64_t)region->config.id };
}

static void parent_is_region(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	*parent = region_ref(obj->region);
}

static void parent_is_dev(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	*parent = (struct sysfs_ref){ .kind = SYSFS_DEVICE, .serial = obj->dev->serial };
}

static void parent_is_dax_hmem(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	(void)obj;
	*parent = (struct sysfs_ref){ .kind = SYSFS_MODULE, .index = SYSFS_MODULE_DAX_HMEM };
}

/* --- sets: devices ------------------------------------------------------------------------ */

static void dev_ref(const struct dax_dev *dev, struct sysfs_ref *out)
{
	*out = (struct sysfs_ref){ .kind = SYSFS_DEVICE, .serial = dev->serial };
}

/* The @i-th device of all regions. */
static struct dax_dev *nth_dev(const struct dax_model *model, size_t i)
{
	for (size_t j = 0; j < model->nr_regions; j++) {
		const struct dax_region *region = model->regions[j];

		if (i < region->nr_devs)
			return region->devs[i];
		i -= region->nr_devs;
	}
	return NULL;
}

static struct dax_dev *find_dev(const struct sysfs_obj *dir, const char *name)
{
	struct dax_id id;

	return names_parse_dev(name, &id) < 0 ? NULL : dax_dev_find(dir->model, id);
}

static int dev_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	struct dax_dev *dev = nth_dev(dir->model, i);

	if (!dev)
		return -ENOENT;
	dev_ref(dev, child);
	return 0;
}

static int dev_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = find_dev(dir, name);

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
	struct dax_dev *dev = find_dev(dir, name);

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
	struct dax_dev *dev = nth_dev(dir->model, i);

	if (!dev)
		return -ENOENT;
	dev_ref(dev, child);
	return driver_has(dir, dev) ? 0 : 1;
}

static int driver_dev_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = find_dev(dir, name);

	if (!dev || !driver_has(dir, dev))
		return -ENOENT;
	dev_ref(dev, child);
	return 0;
}

/* MAJOR:MINOR */
static struct dax_dev *find_number(const struct sysfs_obj *dir, const char *name)
{
	char prefix[SYSFS_NAME_MAX];
	uint64_t minor;

	snprintf(prefix, sizeof(prefix), "%u:", dir->model->config.profile->major);
	if (names_parse_number(name, prefix, &minor) < 0 || minor > UINT32_MAX)
		return NULL;
	return dax_dev_by_minor(dir->model, (unsigned)minor);
}

static int number_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = find_number(dir, name);

	if (!dev)
		return -ENOENT;
	dev_ref(dev, child);
	return 0;
}

static void file_ref(const struct dax_dev *dev, enum sysfs_kind kind, struct sysfs_ref *out)
{
	*out = (struct sysfs_ref){ .kind = kind, .index = dev->minor, .serial = dev->serial };
}

static int chr_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	struct dax_dev *dev = dir->tree->device_files ? nth_dev(dir->model, i) : NULL;

	if (!dev)
		return -ENOENT;
	file_ref(dev, SYSFS_CHR, child);
	return 0;
}

static int chr_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = dir->tree->device_files ? find_dev(dir, name) : NULL;

	if (!dev)
		return -ENOENT;
	file_ref(dev, SYSFS_CHR, child);
	return 0;
}

static int twin_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	struct dax_dev *dev = nth_dev(dir->model, i);

	if (!dev)
		return -ENOENT;
	file_ref(dev, SYSFS_TWIN, child);
	return 0;
}

static int twin_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = find_number(dir, name);

	if (!dev)
		return -ENOENT;
	file_ref(dev, SYSFS_TWIN, child);
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
	.name = name_number,
};
static const struct sysfs_set device_files = {
	.type = SYSFS_TYPE_CHR,
	.kind = SYSFS_CHR,
	.at = chr_at,
	.find = chr_find,
	.name = name_dev,
};
static const struct sysfs_set twins = {
	.type = SYSFS_TYPE_TWIN,
	.kind = SYSFS_TWIN,
	.at = twin_at,
	.find = twin_find,
	.name = name_number,
};
static const struct sysfs_set mappings = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_MAPPING, .at = mapping_at, .find = mapping_find
};

/* --- sets: regions ------------------------------------------------------------------------ */

static int region_at(const struct sysfs_obj *dir, size_t i, enum dax_region_kind kind,
		     struct sysfs_ref *child)
{
	if (i >= dir->model->nr_regions)
		return -ENOENT;
	*child = region_ref(dir->model->regions[i]);
	return dir->model->regions[i]->config.kind == kind ? 0 : 1;
}

static int region_find(const struct sysfs_obj *dir, const char *name, enum dax_region_kind kind,
		       const char *prefix, struct sysfs_ref *child)
{
	struct dax_region *region;
	uint64_t id;

	if (names_parse_number(name, prefix, &id) < 0 || id > INT32_MAX)
		return -ENOENT;
	region = dax_region_find(dir->model, (int)id);
	if (!region || region->config.kind != kind)
		return -ENOENT;
	*child = region_ref(region);
	return 0;
}

/* daxM.0 */
static int pmem_region_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_region *region;
	struct dax_id id;

	if (names_parse_dev(name, &id) < 0 || id.dev != 0)
		return -ENOENT;
	region = dax_region_find(dir->model, id.region);
	if (!region || region->config.kind != DAX_REGION_PMEM)
		return -ENOENT;
	*child = region_ref(region);
	return 0;
}

static int hmem_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return region_at(dir, i, DAX_REGION_HMEM, child);
}

static int hmem_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return region_find(dir, name, DAX_REGION_HMEM, "hmem.", child);
}

/* hmem.N is in one of two directories. */
static int hmem_dir_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return dir->ref.kind == hmem_parent(dir->model) ? hmem_at(dir, i, child) : -ENOENT;
}

static int hmem_dir_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return dir->ref.kind == hmem_parent(dir->model) ? hmem_find(dir, name, child) : -ENOENT;
}

static int pmem_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return region_at(dir, i, DAX_REGION_PMEM, child);
}

/* Of the links in a region driver's directory: only enabled regions are bound to it. */
static int if_enabled(const struct sysfs_obj *dir, int r, const struct sysfs_ref *child)
{
	return r || dax_region_find(dir->model, (int)child->serial)->enabled ? r : 1;
}

static int bound_hmem_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return if_enabled(dir, hmem_at(dir, i, child), child);
}

static int bound_hmem_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return if_enabled(dir, hmem_find(dir, name, child), child) ? -ENOENT : 0;
}

static int bound_pmem_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return if_enabled(dir, pmem_at(dir, i, child), child);
}

static int bound_pmem_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return if_enabled(dir, pmem_region_find(dir, name, child), child) ? -ENOENT : 0;
}

static int nd_region_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	int r = pmem_at(dir, i, child);

	child->kind = SYSFS_ND_REGION;
	return r;
}

static int nd_region_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	int r = region_find(dir, name, DAX_REGION_PMEM, "region", child);

	child->kind = SYSFS_ND_REGION;
	return r;
}

/* The one namespace of an NVDIMM region. */
static int own_pmem_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	*child = region_ref(dir->region);
	return i ? -ENOENT : 0;
}

static int own_pmem_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	int r = pmem_region_find(dir, name, child);

	return r == 0 && child->serial == dir->ref.serial ? 0 : -ENOENT;
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

static const struct sysfs_set dax_region_dir = {
	.type = SYSFS_TYPE_DIR,
	.kind = SYSFS_DAX_REGION,
	.at = dax_region_at,
	.find = dax_region_find_child,
};
static const struct sysfs_set hmem_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_REGION, .at = hmem_dir_at, .find = hmem_dir_find
};
static const struct sysfs_set hmem_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_REGION, .at = hmem_at, .find = hmem_find
};
static const struct sysfs_set bound_hmem_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_REGION, .at = bound_hmem_at, .find = bound_hmem_find
};
static const struct sysfs_set nd_region_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_ND_REGION, .at = nd_region_at, .find = nd_region_find
};
static const struct sysfs_set nd_region_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_ND_REGION, .at = nd_region_at, .find = nd_region_find
};
static const struct sysfs_set pmem_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_REGION, .at = own_pmem_at, .find = own_pmem_find
};
static const struct sysfs_set pmem_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_REGION, .at = pmem_at, .find = pmem_region_find
};
static const struct sysfs_set bound_pmem_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_REGION, .at = bound_pmem_at, .find = bound_pmem_find
};

/* --- sets: drivers, modules, memory ------------------------------------------------------- */

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

static int module_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	if (i >= SYSFS_NR_MODULES)
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_MODULE, .index = (uint32_t)i };
	return module_is_loaded(dir->model, (uint32_t)i) ? 0 : 1;
}

static int module_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	for (size_t i = 0; i < SYSFS_NR_MODULES; i++) {
		if (strcmp(sysfs_modules[i].name, name) == 0)
			return module_at(dir, i, child) == 0 ? 0 : -ENOENT;
	}
	return -ENOENT;
}

/* parameters/ of dax_hmem. */
static int parameters_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	*child = (struct sysfs_ref){ .kind = SYSFS_REGION_IDLE_PARAMETERS };
	return i || dir->ref.index != SYSFS_MODULE_DAX_HMEM ? -ENOENT : 0;
}

static int parameters_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return strcmp(name, "parameters") == 0 ? parameters_at(dir, 0, child) : -ENOENT;
}

static int block_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	if (i >= dir->model->nr_blocks)
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_BLOCK, .serial = dir->model->blocks[i].index };
	return 0;
}

static int block_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t index;

	if (names_parse_number(name, "memory", &index) < 0 || !dax_block_find(dir->model, index))
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_BLOCK, .serial = index };
	return 0;
}

static int node_block_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	int r = block_at(dir, i, child);

	return r || dir->model->blocks[i].node == (int)dir->ref.index ? r : 1;
}

static int node_block_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	int r = block_find(dir, name, child);

	if (r < 0)
		return r;
	return dax_block_find(dir->model, child->serial)->node == (int)dir->ref.index ? 0 : -ENOENT;
}

/* The node of a block: the one link of this set. */
static int block_node_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	*child = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)dir->block->node };
	return i ? -ENOENT : 0;
}

static int block_node_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t node;

	if (names_parse_number(name, "node", &node) < 0 || node != (uint64_t)dir->block->node)
		return -ENOENT;
	return block_node_at(dir, 0, child);
}

static int to_block_node(const struct sysfs_obj *dir, uint64_t serial, struct sysfs_ref *out)
{
	(void)serial;
	return block_node_at(dir, 0, out);
}

/* Nodes of the host's come first, then those that are ours alone. */
#define REAL_NODES 64

static bool is_first_of_node(const struct dax_model *model, size_t block)
{
	for (size_t i = 0; i < block; i++) {
		if (model->blocks[i].node == model->blocks[block].node)
			return false;
	}
	return !sysfs_node_is_real(model, model->blocks[block].node);
}

static int node_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	const struct dax_model *model = dir->model;

	*child = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)i };
	if (i < REAL_NODES)
		return sysfs_node_is_real(model, (int)i) ? 0 : 1;
	i -= REAL_NODES;
	if (i >= model->nr_blocks)
		return -ENOENT;
	child->index = (uint32_t)model->blocks[i].node;
	return is_first_of_node(model, i) ? 0 : 1;
}

/* A link's serial says which node. */
static int to_node(const struct sysfs_obj *dir, uint64_t serial, struct sysfs_ref *out)
{
	(void)dir;
	*out = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)serial };
	return 0;
}

static int node_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t node;

	if (names_parse_number(name, "node", &node) < 0 || node >= 1u << SYSFS_INDEX_BITS)
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)node };
	return sysfs_node_exists(dir->model, (int)node) ? 0 : -ENOENT;
}

static const struct sysfs_set driver_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_DRIVER, .at = driver_at, .find = driver_find
};
static const struct sysfs_set module_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_MODULE, .at = module_at, .find = module_find
};
static const struct sysfs_set parameters_dir = {
	.type = SYSFS_TYPE_DIR,
	.kind = SYSFS_REGION_IDLE_PARAMETERS,
	.at = parameters_at,
	.find = parameters_find,
};
static const struct sysfs_set block_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_BLOCK, .at = block_at, .find = block_find
};
static const struct sysfs_set block_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_BLOCK, .at = block_at, .find = block_find
};
static const struct sysfs_set node_block_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_BLOCK, .at = node_block_at, .find = node_block_find
};
static const struct sysfs_set block_node_link = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_NODE,
	.at = block_node_at,
	.find = block_node_find,
	.target = to_block_node,
};
static const struct sysfs_set node_links = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_NODE,
	.at = node_at,
	.find = node_find,
	.target = to_node,
};
static const struct sysfs_set node_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_NODE, .at = node_at, .find = node_find
};

/* --- links with a fixed name -------------------------------------------------------------- */

#define LINK_TO(function, kind_)                                                \
	static int function(const struct sysfs_obj *dir, struct sysfs_ref *out) \
	{                                                                       \
		(void)dir;                                                      \
		*out = (struct sysfs_ref){ .kind = (kind_) };                   \
		return 0;                                                       \
	}

LINK_TO(to_bus_dax, SYSFS_BUS_DAX)
LINK_TO(to_bus_memory, SYSFS_BUS_MEMORY)
LINK_TO(to_bus_nd, SYSFS_BUS_ND)
LINK_TO(to_bus_node, SYSFS_BUS_NODE)
LINK_TO(to_bus_platform, SYSFS_BUS_PLATFORM)
LINK_TO(to_hmem_platform_driver, SYSFS_HMEM_PLATFORM_DRIVER)
LINK_TO(to_e820_driver, SYSFS_E820_DRIVER)
LINK_TO(to_nd_bus_driver, SYSFS_ND_BUS_DRIVER)
LINK_TO(to_nd_region_driver, SYSFS_ND_REGION_DRIVER)

#define LINK_TO_MODULE(function, module)                                              \
	static int function(const struct sysfs_obj *dir, struct sysfs_ref *out)       \
	{                                                                             \
		(void)dir;                                                            \
		*out = (struct sysfs_ref){ .kind = SYSFS_MODULE, .index = (module) }; \
		return 0;                                                             \
	}

LINK_TO_MODULE(to_dax_hmem, SYSFS_MODULE_DAX_HMEM)
LINK_TO_MODULE(to_dax_pmem, SYSFS_MODULE_DAX_PMEM)
LINK_TO_MODULE(to_libnvdimm, SYSFS_MODULE_LIBNVDIMM)
LINK_TO_MODULE(to_nd_e820, SYSFS_MODULE_ND_E820)

/* A real node has a real link. */
static int to_node_bus(const struct sysfs_obj *dir, struct sysfs_ref *out)
{
	return sysfs_node_is_real(dir->model, (int)dir->ref.index) ? -ENOENT
								   : to_bus_node(dir, out);
}

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

#define LINK_IF(function, condition, kind_)                                     \
	static int function(const struct sysfs_obj *dir, struct sysfs_ref *out) \
	{                                                                       \
		*out = (struct sysfs_ref){ .kind = (kind_) };                   \
		return condition(dir) ? 0 : -ENOENT;                            \
	}

LINK_IF(to_hmem_platform, has_hmem_platform, SYSFS_HMEM_PLATFORM)
LINK_IF(to_e820, has_pmem, SYSFS_E820)
LINK_IF(to_ndbus, has_pmem, SYSFS_NDBUS)

static const struct sysfs_link driver_link_table[] = { { "module", to_own_module }, { 0 } };
static const struct sysfs_link dev_link_table[] = { { "driver", to_dev_driver },
						    { "subsystem", to_bus_dax },
						    { 0 } };
static const struct sysfs_link region_link_table[] = { { "driver", to_region_driver },
						       { "subsystem", to_region_bus },
						       { 0 } };
static const struct sysfs_link hmem_driver_link_table[] = { { "module", to_dax_hmem }, { 0 } };
static const struct sysfs_link hmem_platform_driver_link_table[] = {
	{ "hmem_platform.0", to_hmem_platform }, { "module", to_dax_hmem }, { 0 }
};
static const struct sysfs_link dax_pmem_driver_link_table[] = { { "module", to_dax_pmem }, { 0 } };
static const struct sysfs_link nd_region_driver_link_table[] = { { "module", to_libnvdimm },
								 { 0 } };
static const struct sysfs_link nd_bus_driver_link_table[] = { { "module", to_libnvdimm },
							      { "ndbus0", to_ndbus },
							      { 0 } };
static const struct sysfs_link e820_driver_link_table[] = { { "e820_pmem", to_e820 },
							    { "module", to_nd_e820 },
							    { 0 } };
static const struct sysfs_link platform_devices_link_table[] = {
	{ "e820_pmem", to_e820 }, { "hmem_platform.0", to_hmem_platform }, { 0 }
};
static const struct sysfs_link nd_devices_link_table[] = { { "ndbus0", to_ndbus }, { 0 } };
static const struct sysfs_link hmem_platform_link_table[] = { { "driver", to_hmem_platform_driver },
							      { "subsystem", to_bus_platform },
							      { 0 } };
static const struct sysfs_link e820_link_table[] = { { "driver", to_e820_driver },
						     { "subsystem", to_bus_platform },
						     { 0 } };
static const struct sysfs_link ndbus_link_table[] = { { "driver", to_nd_bus_driver },
						      { "subsystem", to_bus_nd },
						      { 0 } };
static const struct sysfs_link nd_region_link_table[] = { { "driver", to_nd_region_driver },
							  { "subsystem", to_bus_nd },
							  { 0 } };
static const struct sysfs_link node_link_table[] = { { "subsystem", to_node_bus }, { 0 } };
static const struct sysfs_link block_link_table[] = { { "subsystem", to_bus_memory }, { 0 } };

const struct sysfs_module_info sysfs_modules[SYSFS_NR_MODULES] = {
	[SYSFS_MODULE_DEVICE_DAX] = { "device_dax", "20480" },
	[SYSFS_MODULE_KMEM] = { "kmem", "12288" },
	[SYSFS_MODULE_FSDEV_DAX] = { "fsdev_dax", "16384" },
	[SYSFS_MODULE_DAX_HMEM] = { "dax_hmem", "16384" },
	[SYSFS_MODULE_DAX_PMEM] = { "dax_pmem", "12288" },
	[SYSFS_MODULE_LIBNVDIMM] = { "libnvdimm", "253952" },
	[SYSFS_MODULE_ND_E820] = { "nd_e820", "12288" },
};

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_dirs[SYSFS_NR_KINDS] = {
	/* The root is nobody's child: it is its own parent. */
	[SYSFS_MOUNT] = { .parent = SYSFS_MOUNT },
	[SYSFS_SYS] = { .name = "sys", .parent = SYSFS_MOUNT, .merged = true },

	[SYSFS_BUS] = { .name = "bus", .parent = SYSFS_SYS, .merged = true },
	[SYSFS_BUS_DAX] = { .name = "dax", .parent = SYSFS_BUS, .attrs = sysfs_bus_attrs },
	[SYSFS_BUS_DAX_DEVICES] = { .name = "devices",
				    .parent = SYSFS_BUS_DAX,
				    .sets = { &all_dev_links } },
	[SYSFS_BUS_DAX_DRIVERS] = { .name = "drivers",
				    .parent = SYSFS_BUS_DAX,
				    .sets = { &driver_dirs } },
	[SYSFS_DRIVER] = { .parent = SYSFS_BUS_DAX_DRIVERS,
			   .attrs = sysfs_driver_attrs,
			   .links = driver_link_table,
			   .sets = { &driver_links },
			   .resolve = resolve_driver,
			   .make_name = name_driver },
	[SYSFS_BUS_MEMORY] = { .name = "memory", .parent = SYSFS_BUS, .merged = true },
	[SYSFS_BUS_MEMORY_DEVICES] = { .name = "devices",
				       .parent = SYSFS_BUS_MEMORY,
				       .merged = true,
				       .sets = { &block_links } },
	[SYSFS_BUS_ND] = { .name = "nd", .parent = SYSFS_BUS, .merged = true, .visible = has_pmem },
	[SYSFS_BUS_ND_DEVICES] = { .name = "devices",
				   .parent = SYSFS_BUS_ND,
				   .merged = true,
				   .links = nd_devices_link_table,
				   .sets = { &nd_region_links, &pmem_links } },
	[SYSFS_BUS_ND_DRIVERS] = { .name = "drivers", .parent = SYSFS_BUS_ND, .merged = true },
	[SYSFS_DAX_PMEM_DRIVER] = { .name = "dax_pmem",
				    .parent = SYSFS_BUS_ND_DRIVERS,
				    .attrs = sysfs_region_driver_attrs,
				    .links = dax_pmem_driver_link_table,
				    .sets = { &bound_pmem_links } },
	[SYSFS_ND_REGION_DRIVER] = { .name = "nd_region",
				     .parent = SYSFS_BUS_ND_DRIVERS,
				     .attrs = sysfs_passive_driver_attrs,
				     .links = nd_region_driver_link_table,
				     .sets = { &nd_region_links } },
	[SYSFS_ND_BUS_DRIVER] = { .name = "nd_bus",
				  .parent = SYSFS_BUS_ND_DRIVERS,
				  .attrs = sysfs_passive_driver_attrs,
				  .links = nd_bus_driver_link_table },
	[SYSFS_BUS_NODE] = { .name = "node", .parent = SYSFS_BUS, .merged = true },
	[SYSFS_BUS_NODE_DEVICES] = { .name = "devices",
				     .parent = SYSFS_BUS_NODE,
				     .merged = true,
				     .sets = { &node_links } },
	[SYSFS_BUS_PLATFORM] = { .name = "platform", .parent = SYSFS_BUS, .merged = true },
	[SYSFS_BUS_PLATFORM_DEVICES] = { .name = "devices",
					 .parent = SYSFS_BUS_PLATFORM,
					 .merged = true,
					 .links = platform_devices_link_table,
					 .sets = { &hmem_links } },
	[SYSFS_BUS_PLATFORM_DRIVERS] = { .name = "drivers",
					 .parent = SYSFS_BUS_PLATFORM,
					 .merged = true },
	[SYSFS_HMEM_DRIVER] = { .name = "hmem",
				.parent = SYSFS_BUS_PLATFORM_DRIVERS,
				.attrs = sysfs_region_driver_attrs,
				.links = hmem_driver_link_table,
				.sets = { &bound_hmem_links },
				.visible = has_hmem },
	[SYSFS_HMEM_PLATFORM_DRIVER] = { .name = "hmem_platform",
					 .parent = SYSFS_BUS_PLATFORM_DRIVERS,
					 .attrs = sysfs_passive_driver_attrs,
					 .links = hmem_platform_driver_link_table,
					 .visible = has_hmem_platform },
	[SYSFS_E820_DRIVER] = { .name = "e820_pmem",
				.parent = SYSFS_BUS_PLATFORM_DRIVERS,
				.attrs = sysfs_passive_driver_attrs,
				.links = e820_driver_link_table,
				.visible = has_pmem },
	[SYSFS_CLASS] = { .name = "class", .parent = SYSFS_SYS, .merged = true },
	[SYSFS_DEV] = { .name = "dev", .parent = SYSFS_SYS, .merged = true },
	[SYSFS_DEV_CHAR] = { .name = "char",
			     .parent = SYSFS_DEV,
			     .merged = true,
			     .sets = { &number_links } },

	[SYSFS_DEVICES] = { .name = "devices", .parent = SYSFS_SYS, .merged = true },
	[SYSFS_PLATFORM] = { .name = "platform",
			     .parent = SYSFS_DEVICES,
			     .merged = true,
			     .sets = { &hmem_dirs } },
	[SYSFS_HMEM_PLATFORM] = { .name = "hmem_platform.0",
				  .parent = SYSFS_PLATFORM,
				  .has_power = always,
				  .attrs = sysfs_hmem_platform_attrs,
				  .links = hmem_platform_link_table,
				  .sets = { &hmem_dirs },
				  .visible = has_hmem_platform },
	[SYSFS_E820] = { .name = "e820_pmem",
			 .parent = SYSFS_PLATFORM,
			 .has_power = always,
			 .attrs = sysfs_e820_attrs,
			 .links = e820_link_table,
			 .visible = has_pmem },
	[SYSFS_NDBUS] = { .name = "ndbus0",
			  .parent = SYSFS_E820,
			  .attrs = sysfs_ndbus_attrs,
			  .links = ndbus_link_table,
			  .sets = { &nd_region_dirs } },
	[SYSFS_ND_REGION] = { .parent = SYSFS_NDBUS,
			      .attrs = sysfs_nd_region_attrs,
			      .links = nd_region_link_table,
			      .sets = { &pmem_dirs },
			      .resolve = resolve_region,
			      .make_name = name_nd_region },
	[SYSFS_REGION] = { .has_power = is_platform_device,
			   .attrs = sysfs_region_attrs,
			   .links = region_link_table,
			   .sets = { &dax_region_dir, &region_devs },
			   .resolve = resolve_region,
			   .find_parent = parent_of_region,
			   .make_name = name_region },
	[SYSFS_DAX_REGION] = { .attrs = sysfs_dax_region_attrs,
			       .resolve = resolve_enabled_region,
			       .find_parent = parent_is_region,
			       .make_name = name_dax_region },
	[SYSFS_DEVICE] = { .has_power = always,
			   .attrs = sysfs_dev_attrs,
			   .links = dev_link_table,
			   .sets = { &mappings },
			   .resolve = resolve_dev,
			   .find_parent = parent_is_region,
			   .make_name = name_dev },
	[SYSFS_MAPPING] = { .has_power = always,
			    .attrs = sysfs_mapping_attrs,
			    .resolve = resolve_mapping,
			    .find_parent = parent_is_dev,
			    .make_name = name_mapping },

	[SYSFS_SYSTEM] = { .name = "system", .parent = SYSFS_DEVICES, .merged = true },
	[SYSFS_MEMORY] = { .name = "memory",
			   .parent = SYSFS_SYSTEM,
			   .merged = true,
			   .has_power = always,
			   .attrs = sysfs_memory_attrs,
			   .sets = { &block_dirs } },
	[SYSFS_BLOCK] = { .parent = SYSFS_MEMORY,
			  .has_power = always,
			  .attrs = sysfs_block_attrs,
			  .links = block_link_table,
			  .sets = { &block_node_link },
			  .resolve = resolve_block,
			  .make_name = name_block },
	[SYSFS_NODES] = { .name = "node",
			  .parent = SYSFS_SYSTEM,
			  .merged = true,
			  .attrs = sysfs_nodes_attrs,
			  .sets = { &node_dirs } },
	[SYSFS_NODE] = { .parent = SYSFS_NODES,
			 .merged = true,
			 .has_power = is_own_node,
			 .attrs = sysfs_node_attrs,
			 .links = node_link_table,
			 .sets = { &node_block_links },
			 .resolve = resolve_node,
			 .make_name = name_node },

	[SYSFS_MODULES] = { .name = "module",
			    .parent = SYSFS_SYS,
			    .merged = true,
			    .sets = { &module_dirs } },
	[SYSFS_MODULE] = { .parent = SYSFS_MODULES,
			   .attrs = sysfs_module_attrs,
			   .sets = { &parameters_dir },
			   .resolve = resolve_module,
			   .make_name = name_module },
	[SYSFS_REGION_IDLE_PARAMETERS] = { .attrs = sysfs_region_idle_attrs,
					   .find_parent = parent_is_dax_hmem,
					   .make_name = name_parameters },
	[SYSFS_MEMORY_HOTPLUG] = { .name = "memory_hotplug",
				   .parent = SYSFS_MODULES,
				   .merged = true },
	[SYSFS_MEMORY_HOTPLUG_PARAMETERS] = { .name = "parameters",
					      .parent = SYSFS_MEMORY_HOTPLUG,
					      .merged = true,
					      .attrs = sysfs_memory_hotplug_attrs },

	[SYSFS_DEVFS] = { .name = "dev",
			  .parent = SYSFS_MOUNT,
			  .merged = true,
			  .sets = { &device_files } },
	[SYSFS_DEVFS_HIDDEN] = { .name = ".daxemu", .parent = SYSFS_DEVFS, .unlisted = true },
	[SYSFS_DEVFS_SOCK] = { .name = "sock", .parent = SYSFS_DEVFS_HIDDEN },
	[SYSFS_DEVFS_CTL] = { .name = "ctl", .parent = SYSFS_DEVFS_HIDDEN },
	[SYSFS_DEVFS_PROC] = { .name = "proc",
			       .parent = SYSFS_DEVFS_HIDDEN,
			       .attrs = sysfs_proc_attrs },
	[SYSFS_DEVFS_TWINS] = { .name = "twin",
				.parent = SYSFS_DEVFS_HIDDEN,
				.sets = { &twins },
				.visible = has_device_files },
	[SYSFS_CHR] = { .parent = SYSFS_DEVFS, .resolve = resolve_dev, .make_name = name_dev },
	[SYSFS_TWIN] = { .parent = SYSFS_DEVFS_TWINS,
			 .resolve = resolve_dev,
			 .make_name = name_number },
};
