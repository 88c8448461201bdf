/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The NVDIMM bus's own files and those of its drivers. Drivers stay bound, but for dax_pmem, whose
 * table is that of all region drivers, and for what nd_pmem does with a namespace nobody holds.
 */
#include <errno.h>
#include <string.h>

#include "sysfs-emu/attr.h"
#include "sysfs-emu/dirs.h"
#include "sysfs-emu/names.h"

/* A device of the bus by NAME. Return: 0, -ENODEV. */
static int find_device(const struct sysfs_obj *obj, const char *text, struct sysfs_ref *out)
{
	char name[SYSFS_NAME_MAX];
	size_t len = strlen(text);

	if (len && text[len - 1] == '\n')
		len--;
	if (len >= sizeof(name))
		return -ENODEV;
	memcpy(name, text, len);
	name[len] = '\0';
	return sysfs_nd_find(obj, name, out) < 0 ? -ENODEV : 0;
}

/*
 * nd_pmem looks into a namespace and finds that it was made for device-dax: it leaves it to a new
 * nd dax device. Return: 0, -EBUSY (held already).
 */
static int probe_namespace(const struct sysfs_obj *obj, struct sysfs_ref namespace)
{
	struct dax_region *region = dax_region_find(obj->model, (int)namespace.serial);

	return dax_region_attach(region);
}

/* --- the bus ------------------------------------------------------------------------------ */

static int autoprobe_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "1\n");
}

/* Source: Linux drivers/base/bus.c, drivers_autoprobe_store(): anything but 0 is on. */
static int autoprobe_store(const struct sysfs_obj *obj, const char *text)
{
	(void)obj;
	return text[0] == '0' ? -EOPNOTSUPP : 0;
}

static int drivers_probe_store(const struct sysfs_obj *obj, const char *text)
{
	struct sysfs_ref device;
	int r = find_device(obj, text, &device);

	if (r == 0 && device.kind == SYSFS_NAMESPACE)
		probe_namespace(obj, device);
	return r;
}

const struct sysfs_attr sysfs_nd_bus_attrs[] = {
	{ "drivers_autoprobe", 0644, autoprobe_show, autoprobe_store },
	{ "drivers_probe", 0200, sysfs_show_nothing, drivers_probe_store },
	{ "uevent", 0200, sysfs_show_nothing, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

/* --- drivers ------------------------------------------------------------------------------ */

static int nothing_store(const struct sysfs_obj *obj, const char *text)
{
	(void)obj;
	(void)text;
	return -ENODEV;
}

/* No device is bound to it. */
const struct sysfs_attr sysfs_nvdimm_driver_attrs[] = {
	{ "bind", 0200, NULL, nothing_store },
	{ "uevent", 0200, .store_bytes = sysfs_uevent_store },
	{ "unbind", 0200, NULL, nothing_store },
	{ 0 },
};

/* ENXIO in any case: the namespace is, or now becomes, another's. */
static int nd_pmem_bind_store(const struct sysfs_obj *obj, const char *text)
{
	struct sysfs_ref device;

	if (find_device(obj, text, &device) < 0 || device.kind != SYSFS_NAMESPACE)
		return -ENODEV;
	probe_namespace(obj, device);
	return -ENXIO;
}

const struct sysfs_attr sysfs_nd_pmem_driver_attrs[] = {
	{ "bind", 0200, NULL, nd_pmem_bind_store },
	{ "uevent", 0200, .store_bytes = sysfs_uevent_store },
	{ "unbind", 0200, NULL, nothing_store },
	{ 0 },
};

static bool is_nd_region(const struct sysfs_obj *obj, const char *text)
{
	struct sysfs_ref device;

	return find_device(obj, text, &device) == 0 && device.kind == SYSFS_ND_REGION;
}

static int nd_region_bind_store(const struct sysfs_obj *obj, const char *text)
{
	return is_nd_region(obj, text) ? -EBUSY : -ENODEV;
}

static int nd_region_unbind_store(const struct sysfs_obj *obj, const char *text)
{
	return is_nd_region(obj, text) ? -EOPNOTSUPP : -ENODEV;
}

const struct sysfs_attr sysfs_nd_region_driver_attrs[] = {
	{ "bind", 0200, NULL, nd_region_bind_store },
	{ "uevent", 0200, .store_bytes = sysfs_uevent_store },
	{ "unbind", 0200, NULL, nd_region_unbind_store },
	{ 0 },
};
