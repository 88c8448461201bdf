/* SPDX-License-Identifier: BSD-3-Clause */
/* The NVDIMM bus around static regions: one ndbus0, and a regionM for each of them. */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

static void name_nd_region(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "region%d", obj->region->config.id);
}

static struct sysfs_ref nd_region_ref(const struct dax_region *region)
{
	return (struct sysfs_ref){ .kind = SYSFS_ND_REGION, .serial = (uint64_t)region->config.id };
}

static int nd_region_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	int r = sysfs_region_at(dir, i, DAX_REGION_PMEM, child);

	child->kind = SYSFS_ND_REGION;
	return r;
}

static int nd_region_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	int r = sysfs_region_find(dir, name, DAX_REGION_PMEM, "region", child);

	child->kind = SYSFS_ND_REGION;
	return r;
}

static const struct sysfs_set nd_region_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_ND_REGION, .at = nd_region_at, .find = nd_region_find
};
static const struct sysfs_set nd_region_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_ND_REGION, .at = nd_region_at, .find = nd_region_find
};

/* --- what is in regionM ------------------------------------------------------------------- */

static const struct nd_child {
	enum sysfs_kind kind;
	const char *prefix; /* PREFIXM.N */
	int n;
} children[] = {
	{ SYSFS_NAMESPACE, "namespace", 0 }, { SYSFS_REGION, "dax", 0 },
	{ SYSFS_DAX_SEED, "dax", 1 },	     { SYSFS_PFN_SEED, "pfn", 0 },
	{ SYSFS_BTT_SEED, "btt", 0 },
};

static void print_child(const struct nd_child *child, int region, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "%s%d.%d", child->prefix, region, child->n);
}

static void name_child(const struct sysfs_obj *obj, char *name)
{
	const struct nd_child *child = children;

	while (child->kind != obj->ref.kind)
		child++;
	print_child(child, obj->region->config.id, name);
}

static void parent_is_nd_region(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	*parent = (struct sysfs_ref){ .kind = SYSFS_ND_REGION, .serial = obj->ref.serial };
}

/* Return: 0, 1 while it is not there. */
static int nth_child(const struct dax_region *region, size_t i, struct sysfs_ref *child)
{
	*child = (struct sysfs_ref){ .kind = children[i].kind,
				     .serial = (uint64_t)region->config.id };
	return child->kind == SYSFS_REGION && region->detached ? 1 : 0;
}

static int child_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return i < ARRAY_SIZE(children) ? nth_child(dir->region, i, child) : -ENOENT;
}

static int find_in_region(const struct dax_region *region, const char *name,
			  struct sysfs_ref *child)
{
	char own[SYSFS_NAME_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(children); i++) {
		print_child(&children[i], region->config.id, own);
		if (strcmp(own, name) == 0)
			return nth_child(region, i, child) ? -ENOENT : 0;
	}
	return -ENOENT;
}

static int child_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return find_in_region(dir->region, name, child);
}

static const struct sysfs_set child_dirs = { .type = SYSFS_TYPE_DIR,
					     .at = child_at,
					     .find = child_find };

/* --- what is on the bus ------------------------------------------------------------------- */

/* ndbus0, then of each region itself and what is in it. */
static int device_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	const size_t each = 1 + ARRAY_SIZE(children);
	const struct dax_region *region;

	*child = (struct sysfs_ref){ .kind = SYSFS_NDBUS };
	if (i == 0)
		return 0;
	i--;
	if (i / each >= dir->model->nr_regions)
		return -ENOENT;
	region = dir->model->regions[i / each];
	if (region->config.kind != DAX_REGION_PMEM)
		return 1;
	if (i % each)
		return nth_child(region, i % each - 1, child);
	*child = nd_region_ref(region);
	return 0;
}

int sysfs_nd_find(const struct sysfs_obj *any, const char *name, struct sysfs_ref *out)
{
	*out = (struct sysfs_ref){ .kind = SYSFS_NDBUS };
	if (strcmp(name, "ndbus0") == 0)
		return 0;
	if (nd_region_find(any, name, out) == 0)
		return 0;
	for (size_t i = 0; i < any->model->nr_regions; i++) {
		const struct dax_region *region = any->model->regions[i];

		if (region->config.kind == DAX_REGION_PMEM &&
		    find_in_region(region, name, out) == 0)
			return 0;
	}
	return -ENOENT;
}

static const struct sysfs_set device_links = {
	.type = SYSFS_TYPE_LINK, .mixed = true, .at = device_at, .find = sysfs_nd_find
};

/* daxM.0 that is bound to dax_pmem. */
static int bound_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return sysfs_if_enabled(dir, sysfs_region_at(dir, i, DAX_REGION_PMEM, child), child);
}

static int bound_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	if (sysfs_nd_find(dir, name, child) < 0 || child->kind != SYSFS_REGION)
		return -ENOENT;
	return sysfs_if_enabled(dir, 0, child) ? -ENOENT : 0;
}

static const struct sysfs_set bound_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_REGION, .at = bound_at, .find = bound_find
};

/* --- ndctl0 ------------------------------------------------------------------------------- */

void sysfs_name_ndctl_number(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "%u:0", obj->model->config.profile->nd_major);
}

int sysfs_ndctl_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	*child = (struct sysfs_ref){ .kind = SYSFS_NDCTL };
	return i || !sysfs_has_pmem(dir) ? -ENOENT : 0;
}

int sysfs_ndctl_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	char number[SYSFS_NAME_MAX];

	sysfs_name_ndctl_number(dir, number);
	return strcmp(name, number) == 0 ? sysfs_ndctl_at(dir, 0, child) : -ENOENT;
}

/* --- links -------------------------------------------------------------------------------- */

LINK_TO(to_bus_nd, SYSFS_BUS_ND)
LINK_TO(to_class_nd, SYSFS_CLASS_ND)
LINK_TO(to_nd_bus_driver, SYSFS_ND_BUS_DRIVER)
LINK_TO(to_nd_region_driver, SYSFS_ND_REGION_DRIVER)
LINK_TO(to_ndbus, SYSFS_NDBUS)
LINK_TO(to_ndctl, SYSFS_NDCTL)
LINK_TO_MODULE(to_dax_pmem, SYSFS_MODULE_DAX_PMEM)
LINK_TO_MODULE(to_libnvdimm, SYSFS_MODULE_LIBNVDIMM)
LINK_TO_MODULE(to_nd_pmem, SYSFS_MODULE_ND_PMEM)
static const struct sysfs_link dax_pmem_link_table[] = { { "module", to_dax_pmem }, { 0 } };
static const struct sysfs_link libnvdimm_link_table[] = { { "module", to_libnvdimm }, { 0 } };
static const struct sysfs_link nd_pmem_link_table[] = { { "module", to_nd_pmem }, { 0 } };
static const struct sysfs_link nd_bus_driver_link_table[] = { { "module", to_libnvdimm },
							      { "ndbus0", to_ndbus },
							      { 0 } };
static const struct sysfs_link class_link_table[] = { { "ndctl0", to_ndctl }, { 0 } };
static const struct sysfs_link ndbus_link_table[] = { { "driver", to_nd_bus_driver },
						      { "subsystem", to_bus_nd },
						      { 0 } };
static const struct sysfs_link ndctl_link_table[] = { { "device", to_ndbus },
						      { "subsystem", to_class_nd },
						      { 0 } };
static const struct sysfs_link nd_region_link_table[] = { { "driver", to_nd_region_driver },
							  { "subsystem", to_bus_nd },
							  { 0 } };
static const struct sysfs_link child_link_table[] = { { "subsystem", to_bus_nd }, { 0 } };

/* --- the rows ----------------------------------------------------------------------------- */

/* A driver of the bus. */
#define ND_DRIVER(name_, attrs_, links_, ...)                                       \
	{                                                                           \
		.name = (name_), .parent = SYSFS_BUS_ND_DRIVERS, .attrs = (attrs_), \
		.links = (links_), .sets = {                                        \
			__VA_ARGS__                                                 \
		}                                                                   \
	}

/* The namespace, and the seeds. */
#define ND_CHILD(attrs_)                                                             \
	{                                                                            \
		.keep_list = true, .attrs = (attrs_), .links = child_link_table,     \
		.resolve = sysfs_resolve_region, .find_parent = parent_is_nd_region, \
		.make_name = name_child                                              \
	}

static bool had_bad(const struct sysfs_obj *obj)
{
	return dax_model_had_bad(obj->model);
}

const struct sysfs_dir sysfs_nd_dirs[] = {
	[SYSFS_BUS_ND - SYSFS_BUS_ND] = { .name = "nd",
					  .parent = SYSFS_BUS,
					  .attrs = sysfs_nd_bus_attrs,
					  .visible = sysfs_has_pmem },
	[SYSFS_BUS_ND_DEVICES - SYSFS_BUS_ND] = { .name = "devices",
						  .parent = SYSFS_BUS_ND,
						  .keep_list = true,
						  .sets = { &device_links } },
	[SYSFS_BUS_ND_DRIVERS - SYSFS_BUS_ND] = { .name = "drivers", .parent = SYSFS_BUS_ND },
	[SYSFS_DAX_PMEM_DRIVER - SYSFS_BUS_ND] =
		ND_DRIVER("dax_pmem", sysfs_region_driver_attrs, dax_pmem_link_table, &bound_links),
	[SYSFS_ND_BUS_DRIVER - SYSFS_BUS_ND] =
		ND_DRIVER("nd_bus", sysfs_passive_driver_attrs, nd_bus_driver_link_table, NULL),
	[SYSFS_ND_PMEM_DRIVER - SYSFS_BUS_ND] =
		ND_DRIVER("nd_pmem", sysfs_nd_pmem_driver_attrs, nd_pmem_link_table, NULL),
	[SYSFS_ND_REGION_DRIVER - SYSFS_BUS_ND] = ND_DRIVER(
		"nd_region", sysfs_nd_region_driver_attrs, libnvdimm_link_table, &nd_region_links),
	[SYSFS_NVDIMM_DRIVER - SYSFS_BUS_ND] =
		ND_DRIVER("nvdimm", sysfs_nvdimm_driver_attrs, libnvdimm_link_table, NULL),
	[SYSFS_CLASS_ND - SYSFS_BUS_ND] = { .name = "nd",
					    .parent = SYSFS_CLASS,
					    .keep_list = true,
					    .links = class_link_table,
					    .visible = sysfs_has_pmem },
	[SYSFS_NDBUS - SYSFS_BUS_ND] = { .name = "ndbus0",
					 .parent = SYSFS_E820,
					 .keep_list = true,
					 .attrs = sysfs_ndbus_attrs,
					 .links = ndbus_link_table,
					 .sets = { &nd_region_dirs } },
	[SYSFS_NDBUS_FIRMWARE - SYSFS_BUS_ND] = { .name = "firmware", .parent = SYSFS_NDBUS },
	[SYSFS_NDBUS_NFIT - SYSFS_BUS_ND] = { .name = "nfit",
					      .parent = SYSFS_NDBUS,
					      .attrs = sysfs_nfit_attrs,
					      .visible = had_bad },
	[SYSFS_NDBUS_ND - SYSFS_BUS_ND] = { .name = "nd", .parent = SYSFS_NDBUS },
	[SYSFS_NDCTL - SYSFS_BUS_ND] = { .name = "ndctl0",
					 .parent = SYSFS_NDBUS_ND,
					 .keep_list = true,
					 .attrs = sysfs_ndctl_attrs,
					 .links = ndctl_link_table },
	[SYSFS_ND_REGION - SYSFS_BUS_ND] = { .parent = SYSFS_NDBUS,
					     .keep_list = true,
					     .attrs = sysfs_nd_region_attrs,
					     .links = nd_region_link_table,
					     .sets = { &child_dirs },
					     .resolve = sysfs_resolve_region,
					     .make_name = name_nd_region },
	[SYSFS_NAMESPACE - SYSFS_BUS_ND] = ND_CHILD(sysfs_namespace_attrs),
	[SYSFS_DAX_SEED - SYSFS_BUS_ND] = ND_CHILD(sysfs_seed_attrs),
	[SYSFS_PFN_SEED - SYSFS_BUS_ND] = ND_CHILD(sysfs_seed_attrs),
	[SYSFS_BTT_SEED - SYSFS_BUS_ND] = ND_CHILD(sysfs_seed_attrs),
};
