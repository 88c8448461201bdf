/* SPDX-License-Identifier: BSD-3-Clause */
/* /sys/module: what libkmod asks before it loads a driver, and two parameters. */
#include <errno.h>

#include "base/parse.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/dirs.h"

static int coresize_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%s\n", sysfs_modules[obj->ref.index].coresize);
}

static int initstate_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "live\n");
}

/* An open device file counts twice: as the character device's, and for its operations. */
static int refcnt_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	unsigned opens = 0;

	if (obj->ref.index < DAX_NR_DRIVERS)
		opens = dax_driver_opens(obj->model, (enum dax_driver_id)obj->ref.index);
	return strbuf_printf(out, "%u\n", 2 * opens);
}

static int initsize_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "0\n");
}

static int taint_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "\n");
}

const struct sysfs_attr sysfs_module_attrs[] = {
	{ "coresize", 0444, coresize_show },
	{ "initsize", 0444, initsize_show },
	{ "initstate", 0444, initstate_show },
	{ "refcnt", 0444, refcnt_show },
	{ "taint", 0444, taint_show },
	{ "uevent", 0200, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

/* --- parameters --------------------------------------------------------------------------- */

static int show_parameter(struct strbuf *out, bool on)
{
	return strbuf_printf(out, "%c\n", on ? 'Y' : 'N');
}

static int region_idle_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return show_parameter(out, obj->model->region_idle);
}

static int region_idle_store(const struct sysfs_obj *obj, const char *text)
{
	return parse_bool(text, obj->model->config.profile->bool_enable_disable,
			  &obj->model->region_idle);
}

const struct sysfs_attr sysfs_region_idle_attrs[] = {
	{ "region_idle", 0644, region_idle_show, region_idle_store },
	{ 0 },
};

static int memmap_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return show_parameter(out, obj->model->config.memmap_on_memory);
}

const struct sysfs_attr sysfs_memory_hotplug_attrs[] = {
	{ "memmap_on_memory", 0444, memmap_show },
	{ 0 },
};
