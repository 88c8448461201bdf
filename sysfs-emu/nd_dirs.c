/* SPDX-License-Identifier: BSD-3-Clause */
/* The NVDIMM bus, as far as static regions need it. */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>

static void name_nd_region(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "region%d", obj->region->config.id);
}

/* --- sets --------------------------------------------------------------------------------- */

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
	*child = sysfs_region_ref(region);
	return 0;
}

static int pmem_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return sysfs_region_at(dir, i, DAX_REGION_PMEM, child);
}

static int bound_pmem_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return sysfs_if_enabled(dir, pmem_at(dir, i, child), child);
}

static int bound_pmem_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return sysfs_if_enabled(dir, pmem_region_find(dir, name, child), child) ? -ENOENT : 0;
}

static int nd_region_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	int r = pmem_at(dir, i, child);

	child->kind = SYSFS_ND_REGION;
	return r;
}

static int nd_region_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	int r = sysfs_region_find(dir, name, DAX_REGION_PMEM, "region", child);

	child->kind = SYSFS_ND_REGION;
	return r;
}

/* The one namespace of an NVDIMM region. */
static int own_pmem_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	*child = sysfs_region_ref(dir->region);
	return i ? -ENOENT : 0;
}

static int own_pmem_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	int r = pmem_region_find(dir, name, child);

	return r == 0 && child->serial == dir->ref.serial ? 0 : -ENOENT;
}

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

/* --- links -------------------------------------------------------------------------------- */

LINK_TO(to_bus_nd, SYSFS_BUS_ND)
LINK_TO(to_nd_bus_driver, SYSFS_ND_BUS_DRIVER)
LINK_TO(to_nd_region_driver, SYSFS_ND_REGION_DRIVER)
LINK_TO_MODULE(to_dax_pmem, SYSFS_MODULE_DAX_PMEM)
LINK_TO_MODULE(to_libnvdimm, SYSFS_MODULE_LIBNVDIMM)
LINK_IF(to_ndbus, sysfs_has_pmem, SYSFS_NDBUS)
static const struct sysfs_link dax_pmem_driver_link_table[] = { { "module", to_dax_pmem }, { 0 } };
static const struct sysfs_link nd_region_driver_link_table[] = { { "module", to_libnvdimm },
								 { 0 } };
static const struct sysfs_link nd_bus_driver_link_table[] = { { "module", to_libnvdimm },
							      { "ndbus0", to_ndbus },
							      { 0 } };
static const struct sysfs_link nd_devices_link_table[] = { { "ndbus0", to_ndbus }, { 0 } };
static const struct sysfs_link ndbus_link_table[] = { { "driver", to_nd_bus_driver },
						      { "subsystem", to_bus_nd },
						      { 0 } };
static const struct sysfs_link nd_region_link_table[] = { { "driver", to_nd_region_driver },
							  { "subsystem", to_bus_nd },
							  { 0 } };

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_nd_dirs[] = {
	[SYSFS_BUS_ND - SYSFS_BUS_ND] = { .name = "nd",
					  .parent = SYSFS_BUS,
					  .merged = true,
					  .visible = sysfs_has_pmem },
	[SYSFS_BUS_ND_DEVICES - SYSFS_BUS_ND] = { .name = "devices",
						  .parent = SYSFS_BUS_ND,
						  .merged = true,
						  .links = nd_devices_link_table,
						  .sets = { &nd_region_links, &pmem_links } },
	[SYSFS_BUS_ND_DRIVERS -
		SYSFS_BUS_ND] = { .name = "drivers", .parent = SYSFS_BUS_ND, .merged = true },
	[SYSFS_DAX_PMEM_DRIVER - SYSFS_BUS_ND] = { .name = "dax_pmem",
						   .parent = SYSFS_BUS_ND_DRIVERS,
						   .attrs = sysfs_region_driver_attrs,
						   .links = dax_pmem_driver_link_table,
						   .sets = { &bound_pmem_links } },
	[SYSFS_ND_REGION_DRIVER - SYSFS_BUS_ND] = { .name = "nd_region",
						    .parent = SYSFS_BUS_ND_DRIVERS,
						    .attrs = sysfs_passive_driver_attrs,
						    .links = nd_region_driver_link_table,
						    .sets = { &nd_region_links } },
	[SYSFS_ND_BUS_DRIVER - SYSFS_BUS_ND] = { .name = "nd_bus",
						 .parent = SYSFS_BUS_ND_DRIVERS,
						 .attrs = sysfs_passive_driver_attrs,
						 .links = nd_bus_driver_link_table },
	[SYSFS_NDBUS - SYSFS_BUS_ND] = { .name = "ndbus0",
					 .parent = SYSFS_E820,
					 .attrs = sysfs_ndbus_attrs,
					 .links = ndbus_link_table,
					 .sets = { &nd_region_dirs } },
	[SYSFS_ND_REGION - SYSFS_BUS_ND] = { .parent = SYSFS_NDBUS,
					     .attrs = sysfs_nd_region_attrs,
					     .links = nd_region_link_table,
					     .sets = { &pmem_dirs },
					     .resolve = sysfs_resolve_region,
					     .make_name = name_nd_region },
};
