/* SPDX-License-Identifier: BSD-3-Clause */
/* Platform devices: hmem.N, and those above the regions; their bus and drivers. */
#include "sysfs-emu/dirs.h"

#include <errno.h>

static bool has_hmem_platform(const struct sysfs_obj *obj)
{
	return obj->model->config.profile->has_hmem_platform &&
	       sysfs_has_regions(obj->model, DAX_REGION_HMEM);
}

/* --- sets --------------------------------------------------------------------------------- */

static int hmem_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return sysfs_region_at(dir, i, DAX_REGION_HMEM, child);
}

static int hmem_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return sysfs_region_find(dir, name, DAX_REGION_HMEM, "hmem.", child);
}

/* hmem.N is in one of two directories. */
static int hmem_dir_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return dir->ref.kind == sysfs_hmem_parent(dir->model) ? hmem_at(dir, i, child) : -ENOENT;
}

static int hmem_dir_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return dir->ref.kind == sysfs_hmem_parent(dir->model) ? hmem_find(dir, name, child)
							      : -ENOENT;
}

static int bound_hmem_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return sysfs_if_enabled(dir, hmem_at(dir, i, child), child);
}

static int bound_hmem_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return sysfs_if_enabled(dir, hmem_find(dir, name, child), child) ? -ENOENT : 0;
}

static const struct sysfs_set hmem_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_REGION, .at = hmem_dir_at, .find = hmem_dir_find
};
static const struct sysfs_set hmem_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_REGION, .at = hmem_at, .find = hmem_find
};
static const struct sysfs_set bound_hmem_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_REGION, .at = bound_hmem_at, .find = bound_hmem_find
};

/* --- links -------------------------------------------------------------------------------- */

LINK_TO(to_bus_platform, SYSFS_BUS_PLATFORM)
LINK_TO(to_hmem_platform_driver, SYSFS_HMEM_PLATFORM_DRIVER)
LINK_TO(to_e820_driver, SYSFS_E820_DRIVER)
LINK_TO_MODULE(to_dax_hmem, SYSFS_MODULE_DAX_HMEM)
LINK_TO_MODULE(to_nd_e820, SYSFS_MODULE_ND_E820)
LINK_IF(to_hmem_platform, has_hmem_platform, SYSFS_HMEM_PLATFORM)
LINK_IF(to_e820, sysfs_has_pmem, SYSFS_E820)
static const struct sysfs_link hmem_driver_link_table[] = { { "module", to_dax_hmem }, { 0 } };
static const struct sysfs_link hmem_platform_driver_link_table[] = {
	{ "hmem_platform.0", to_hmem_platform }, { "module", to_dax_hmem }, { 0 }
};
static const struct sysfs_link e820_driver_link_table[] = { { "e820_pmem", to_e820 },
							    { "module", to_nd_e820 },
							    { 0 } };
static const struct sysfs_link platform_devices_link_table[] = {
	{ "e820_pmem", to_e820 }, { "hmem_platform.0", to_hmem_platform }, { 0 }
};
static const struct sysfs_link hmem_platform_link_table[] = { { "driver", to_hmem_platform_driver },
							      { "subsystem", to_bus_platform },
							      { 0 } };
static const struct sysfs_link e820_link_table[] = { { "driver", to_e820_driver },
						     { "subsystem", to_bus_platform },
						     { 0 } };

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_platform_dirs[] = {
	[SYSFS_BUS_PLATFORM -
	 SYSFS_BUS_PLATFORM] = { .name = "platform", .parent = SYSFS_BUS, .merged = true },
	[SYSFS_BUS_PLATFORM_DEVICES - SYSFS_BUS_PLATFORM] = { .name = "devices",
							      .parent = SYSFS_BUS_PLATFORM,
							      .merged = true,
							      .links = platform_devices_link_table,
							      .sets = { &hmem_links } },
	[SYSFS_BUS_PLATFORM_DRIVERS - SYSFS_BUS_PLATFORM] = { .name = "drivers",
							      .parent = SYSFS_BUS_PLATFORM,
							      .merged = true },
	[SYSFS_HMEM_DRIVER - SYSFS_BUS_PLATFORM] = { .name = "hmem",
						     .parent = SYSFS_BUS_PLATFORM_DRIVERS,
						     .attrs = sysfs_region_driver_attrs,
						     .links = hmem_driver_link_table,
						     .sets = { &bound_hmem_links },
						     .visible = sysfs_has_hmem },
	[SYSFS_HMEM_PLATFORM_DRIVER -
		SYSFS_BUS_PLATFORM] = { .name = "hmem_platform",
					.parent = SYSFS_BUS_PLATFORM_DRIVERS,
					.attrs = sysfs_passive_driver_attrs,
					.links = hmem_platform_driver_link_table,
					.visible = has_hmem_platform },
	[SYSFS_E820_DRIVER - SYSFS_BUS_PLATFORM] = { .name = "e820_pmem",
						     .parent = SYSFS_BUS_PLATFORM_DRIVERS,
						     .attrs = sysfs_passive_driver_attrs,
						     .links = e820_driver_link_table,
						     .visible = sysfs_has_pmem },
	[SYSFS_PLATFORM - SYSFS_BUS_PLATFORM] = { .name = "platform",
						  .parent = SYSFS_DEVICES,
						  .merged = true,
						  .sets = { &hmem_dirs } },
	[SYSFS_HMEM_PLATFORM - SYSFS_BUS_PLATFORM] = { .name = "hmem_platform.0",
						       .parent = SYSFS_PLATFORM,
						       .has_power = sysfs_always,
						       .attrs = sysfs_hmem_platform_attrs,
						       .links = hmem_platform_link_table,
						       .sets = { &hmem_dirs },
						       .visible = has_hmem_platform },
	[SYSFS_E820 - SYSFS_BUS_PLATFORM] = { .name = "e820_pmem",
					      .parent = SYSFS_PLATFORM,
					      .has_power = sysfs_always,
					      .attrs = sysfs_e820_attrs,
					      .links = e820_link_table,
					      .visible = sysfs_has_pmem },
};
