/* SPDX-License-Identifier: BSD-3-Clause */
/* /sys/bus/dax and /sys/bus/dax/drivers/NAME: probing, binding, lists of ids. */
#include <errno.h>
#include <stdio.h>

#include "sysfs-emu/attr.h"
#include "sysfs-emu/names.h"

/* --- the bus ------------------------------------------------------------------------------ */

static int autoprobe_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%d\n", obj->model->autoprobe);
}

/* Source: Linux drivers/base/bus.c, drivers_autoprobe_store(): anything but 0 is on. */
static int autoprobe_store(const struct sysfs_obj *obj, const char *text)
{
	obj->model->autoprobe = text[0] != '0';
	return 0;
}

static int probe_store(const struct sysfs_obj *obj, const char *text)
{
	struct dax_dev *dev = sysfs_find_dev(obj, text);

	if (!dev)
		return -ENODEV;
	dax_bus_probe(dev);
	return 0;
}

/* Bus files that nobody may read still read as empty once chmod lets them be opened. */
const struct sysfs_attr sysfs_bus_attrs[] = {
	{ "drivers_autoprobe", 0644, autoprobe_show, autoprobe_store },
	{ "drivers_probe", 0200, sysfs_show_nothing, probe_store },
	{ "uevent", 0200, sysfs_show_nothing, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

/* --- a driver ----------------------------------------------------------------------------- */

static enum dax_driver_id driver_of(const struct sysfs_obj *obj)
{
	return (enum dax_driver_id)obj->ref.index;
}

static int bind_store(const struct sysfs_obj *obj, const char *text)
{
	struct dax_dev *dev = sysfs_find_dev(obj, text);

	return dev ? dax_driver_bind(dev, driver_of(obj)) : -ENODEV;
}

static int unbind_store(const struct sysfs_obj *obj, const char *text)
{
	struct dax_dev *dev = sysfs_find_dev(obj, text);

	return dev ? dax_driver_unbind(dev, driver_of(obj)) : -ENODEV;
}

static int new_id_store(const struct sysfs_obj *obj, const char *text)
{
	struct dax_id id;
	int r = names_parse_id(text, &id);

	return r < 0 ? r : dax_driver_new_id(obj->model, driver_of(obj), id);
}

static int remove_id_store(const struct sysfs_obj *obj, const char *text)
{
	struct dax_id id;
	int r = names_parse_id(text, &id);

	if (r == 0)
		dax_driver_remove_id(obj->model, driver_of(obj), id);
	return r;
}

const struct sysfs_attr sysfs_driver_attrs[] = {
	{ "bind", 0200, NULL, bind_store },
	{ "new_id", 0200, NULL, new_id_store },
	{ "remove_id", 0200, NULL, remove_id_store },
	{ "uevent", 0200, .store_bytes = sysfs_uevent_store },
	{ "unbind", 0200, NULL, unbind_store },
	{ 0 },
};

/* --- drivers of regions: hmem and dax_pmem ------------------------------------------------ */

/* hmem.N or daxM.0 */
static struct dax_region *find_region(const struct sysfs_obj *obj, const char *text)
{
	bool pmem = obj->ref.kind == SYSFS_DAX_PMEM_DRIVER;

	for (size_t i = 0; i < obj->model->nr_regions; i++) {
		struct dax_region *region = obj->model->regions[i];
		char name[SYSFS_NAME_MAX];

		if ((region->config.kind == DAX_REGION_PMEM) != pmem || region->detached)
			continue;
		snprintf(name, sizeof(name), pmem ? "dax%d.0" : "hmem.%d", region->config.id);
		if (names_equal(text, name))
			return region;
	}
	return NULL;
}

static int region_bind_store(const struct sysfs_obj *obj, const char *text)
{
	struct dax_region *region = find_region(obj, text);

	return region ? dax_region_enable(region) : -ENODEV;
}

static int region_unbind_store(const struct sysfs_obj *obj, const char *text)
{
	struct dax_region *region = find_region(obj, text);

	return region ? dax_region_disable(region) : -ENODEV;
}

const struct sysfs_attr sysfs_region_driver_attrs[] = {
	{ "bind", 0200, NULL, region_bind_store },
	{ "uevent", 0200, .store_bytes = sysfs_uevent_store },
	{ "unbind", 0200, NULL, region_unbind_store },
	{ 0 },
};

/* Drivers of the directories above regions: their devices are not ours to unbind. */
const struct sysfs_attr sysfs_passive_driver_attrs[] = {
	{ "uevent", 0200, .store_bytes = sysfs_uevent_store },
	{ 0 },
};
