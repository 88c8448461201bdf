/* SPDX-License-Identifier: BSD-3-Clause */
/* /sys/module: the modules of the drivers, and two parameters. */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct sysfs_module_info sysfs_modules[SYSFS_NR_MODULES] = {
	[SYSFS_MODULE_DEVICE_DAX] = { "device_dax", "20480" },
	[SYSFS_MODULE_KMEM] = { "kmem", "12288" },
	[SYSFS_MODULE_FSDEV_DAX] = { "fsdev_dax", "16384" },
	[SYSFS_MODULE_DAX_HMEM] = { "dax_hmem", "16384" },
	[SYSFS_MODULE_DAX_PMEM] = { "dax_pmem", "12288" },
	[SYSFS_MODULE_LIBNVDIMM] = { "libnvdimm", "253952" },
	[SYSFS_MODULE_ND_E820] = { "nd_e820", "12288" },
	[SYSFS_MODULE_ND_PMEM] = { "nd_pmem", "24576" },
	[SYSFS_MODULE_ND_BTT] = { "nd_btt", "28672" },
};

bool sysfs_module_is_loaded(const struct dax_model *model, uint32_t module)
{
	if (module < DAX_NR_DRIVERS)
		return dax_driver_loaded(model, (enum dax_driver_id)module);
	if (module == SYSFS_MODULE_DAX_HMEM)
		return sysfs_has_regions(model, DAX_REGION_HMEM);
	return module < SYSFS_NR_MODULES && sysfs_has_regions(model, DAX_REGION_PMEM);
}

static int resolve_module(struct sysfs_obj *obj)
{
	return sysfs_module_is_loaded(obj->model, obj->ref.index) ? 0 : -ENODEV;
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

static void parent_is_dax_hmem(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	(void)obj;
	*parent = (struct sysfs_ref){ .kind = SYSFS_MODULE, .index = SYSFS_MODULE_DAX_HMEM };
}

/* --- sets --------------------------------------------------------------------------------- */

static int module_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	if (i >= SYSFS_NR_MODULES)
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_MODULE, .index = (uint32_t)i };
	return sysfs_module_is_loaded(dir->model, (uint32_t)i) ? 0 : 1;
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

static const struct sysfs_set module_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_MODULE, .at = module_at, .find = module_find
};
static const struct sysfs_set parameters_dir = {
	.type = SYSFS_TYPE_DIR,
	.kind = SYSFS_REGION_IDLE_PARAMETERS,
	.at = parameters_at,
	.find = parameters_find,
};

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_module_dirs[] = {
	[SYSFS_MODULES - SYSFS_MODULES] = { .name = "module",
					    .parent = SYSFS_SYS,
					    .merged = true,
					    .sets = { &module_dirs } },
	[SYSFS_MODULE - SYSFS_MODULES] = { .parent = SYSFS_MODULES,
					   .attrs = sysfs_module_attrs,
					   .sets = { &parameters_dir },
					   .resolve = resolve_module,
					   .make_name = name_module },
	[SYSFS_REGION_IDLE_PARAMETERS - SYSFS_MODULES] = { .attrs = sysfs_region_idle_attrs,
							   .find_parent = parent_is_dax_hmem,
							   .make_name = name_parameters },
	[SYSFS_MEMORY_HOTPLUG - SYSFS_MODULES] = { .name = "memory_hotplug",
						   .parent = SYSFS_MODULES,
						   .merged = true },
	[SYSFS_MEMORY_HOTPLUG_PARAMETERS - SYSFS_MODULES] = { .name = "parameters",
							      .parent = SYSFS_MEMORY_HOTPLUG,
							      .merged = true,
							      .attrs = sysfs_memory_hotplug_attrs },
};
