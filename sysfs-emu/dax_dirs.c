/* SPDX-License-Identifier: BSD-3-Clause */
/* The dax bus: links to its devices, its drivers, and dev/char. */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* --- drivers ------------------------------------------------------------------------------ */

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

/* --- links to devices --------------------------------------------------------------------- */

static int dev_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return sysfs_dev_ref(sysfs_nth_dev(dir->model, i), child);
}

static int dev_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return sysfs_dev_ref(sysfs_dev_named(dir, name), child);
}

static int number_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return sysfs_dev_ref(sysfs_dev_numbered(dir, name), child);
}

static bool driver_has(const struct sysfs_obj *dir, const struct dax_dev *dev)
{
	return dev->driver && (uint32_t)dev->driver->id == dir->ref.index;
}

static int driver_dev_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_nth_dev(dir->model, i);
	int r = sysfs_dev_ref(dev, child);

	return r < 0 || driver_has(dir, dev) ? r : 1;
}

static int driver_dev_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_dev_named(dir, name);

	return dev && driver_has(dir, dev) ? sysfs_dev_ref(dev, child) : -ENOENT;
}

static const struct sysfs_set all_dev_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_DEVICE, .at = dev_at, .find = dev_find
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

/* --- the rows ----------------------------------------------------------------------------- */

static int to_own_module(const struct sysfs_obj *dir, struct sysfs_ref *out)
{
	*out = (struct sysfs_ref){ .kind = SYSFS_MODULE, .index = dir->ref.index };
	return 0;
}

static const struct sysfs_link driver_link_table[] = { { "module", to_own_module }, { 0 } };

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
};
