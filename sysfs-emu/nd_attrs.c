/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The NVDIMM bus around static regions: ndbus0 and its device file, regionM, its one namespace. A
 * namespace is made by an option and stays as it is: what would change it is refused, by the
 * kernel's errno where the kernel refuses it too, else by EOPNOTSUPP.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "base/util.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/names.h"
#include "sysfs-emu/nd_file.h"
#include "sysfs-emu/nd_health.h"

/* A file that always reads the same. */
#define SHOW_TEXT(function, text)                                            \
	static int function(const struct sysfs_obj *obj, struct strbuf *out) \
	{                                                                    \
		(void)obj;                                                   \
		return strbuf_printf(out, "%s", text);                       \
	}

/* A name made of the region's number. */
#define SHOW_NAME(function, format)                                             \
	static int function(const struct sysfs_obj *obj, struct strbuf *out)    \
	{                                                                       \
		return strbuf_printf(out, format "\n", obj->region->config.id); \
	}

SHOW_TEXT(nothing_show, "\n")
SHOW_TEXT(zero_show, "0\n")
SHOW_TEXT(one_show, "1\n")

/* A switch that is off, and stays so. */
static int off_store(const struct sysfs_obj *obj, const char *text)
{
	bool on;
	int r = parse_bool(text, obj->model->config.profile->bool_enable_disable, &on);

	return r < 0 ? r : on ? -EOPNOTSUPP : 0;
}

int sysfs_stays(bool valid, bool same)
{
	return !valid ? -EINVAL : same ? 0 : -EOPNOTSUPP;
}

/* --- ndbus0 and ndctl0 -------------------------------------------------------------------- */

SHOW_TEXT(provider_show, "e820\n")
SHOW_TEXT(ndbus_uevent_show, "DRIVER=nd_bus\nMODALIAS=nd:t0\n")

static int commands_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return nd_file_commands(obj->model, out);
}

const struct sysfs_attr sysfs_ndbus_attrs[] = {
	{ "commands", 0444, commands_show },
	{ "provider", 0444, provider_show },
	{ "uevent", 0644, ndbus_uevent_show, .store_bytes = sysfs_uevent_store },
	{ "wait_probe", 0444, one_show },
	{ 0 },
};

/* A bus that has commands is as one of ACPI's: ndctl asks for a scrub before it clears. */
SHOW_TEXT(nfit_revision_show, "1\n")
SHOW_TEXT(nfit_dsm_mask_show, "0\n")

static int scrub_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%u\n", obj->model->scrubs);
}

/* It is over at once, and has found what is known. Source: Linux drivers/acpi/nfit/core.c. */
static int scrub_store(const struct sysfs_obj *obj, const char *text)
{
	int value;
	int r = parse_int(text, &value);

	if (r == 0 && value != 1)
		r = -EINVAL;
	if (r == 0)
		dax_model_scrub(obj->model);
	return r;
}

const struct sysfs_attr sysfs_nfit_attrs[] = {
	{ "dsm_mask", 0444, nfit_dsm_mask_show },
	{ "revision", 0444, nfit_revision_show },
	{ "scrub", 0644, scrub_show, scrub_store },
	{ 0 },
};

static int ndctl_dev_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%u:0\n", obj->model->config.profile->nd_major);
}

static int ndctl_uevent_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "MAJOR=%u\nMINOR=0\nDEVNAME=ndctl0\n",
			     obj->model->config.profile->nd_major);
}

const struct sysfs_attr sysfs_ndctl_attrs[] = {
	{ "dev", 0444, ndctl_dev_show },
	{ "uevent", 0644, ndctl_uevent_show, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

/* --- regionM and its namespace ------------------------------------------------------------ */

static int raw_size_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%" PRIu64 "\n", dax_region_namespace(obj->region).len);
}

static int raw_resource_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "0x%" PRIx64 "\n", dax_region_namespace(obj->region).start);
}

/* Source: Linux drivers/nvdimm/region_devs.c, default_align(). */
static uint64_t region_align(const struct dax_region *region)
{
	const uint64_t most = 16 * MIB;

	return dax_region_namespace(region).len < most ? DAX_PAGE_SIZE : most;
}

static int region_align_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "0x%" PRIx64 "\n", region_align(obj->region));
}

/* Source: the same file, align_store(). */
static int region_align_store(const struct sysfs_obj *obj, const char *text)
{
	uint64_t align, size = dax_region_namespace(obj->region).len;
	int r = parse_u64(text, 0, &align);

	if (r < 0)
		return r;
	return sysfs_stays(is_power_of_two(align) && align >= DAX_PAGE_SIZE && align <= size,
			   align == region_align(obj->region));
}

SHOW_TEXT(region_devtype_show, "nd_pmem\n")
SHOW_TEXT(region_modalias_show, "nd:t2\n")
SHOW_TEXT(region_uevent_show, "DEVTYPE=nd_pmem\nDRIVER=nd_region\nMODALIAS=nd:t2\n")
SHOW_TEXT(init_namespaces_show, "1/1\n")
SHOW_TEXT(nstype_show, "4\n")
SHOW_NAME(btt_seed_show, "btt%d.0")
SHOW_NAME(dax_seed_show, "dax%d.1")
SHOW_NAME(pfn_seed_show, "pfn%d.0")
SHOW_NAME(namespace_seed_show, "namespace%d.0")

const struct sysfs_attr sysfs_nd_region_attrs[] = {
	{ "align", 0644, region_align_show, region_align_store },
	{ "badblocks", 0444, nd_badblocks_show },
	{ "btt_seed", 0444, btt_seed_show },
	{ "dax_seed", 0444, dax_seed_show },
	{ "deep_flush", 0644, nd_deep_flush_show, nd_deep_flush_store,
	  .visible = nd_deep_flush_visible },
	{ "devtype", 0444, region_devtype_show },
	{ "init_namespaces", 0444, init_namespaces_show },
	{ "mappings", 0444, zero_show },
	{ "max_available_extent", 0444, zero_show },
	{ "modalias", 0444, region_modalias_show },
	{ "namespace_seed", 0444, namespace_seed_show },
	{ "nstype", 0444, nstype_show },
	{ "numa_node", 0444, sysfs_numa_node_show },
	{ "persistence_domain", 0444, nd_persistence_show, .visible = nd_persistence_visible },
	{ "pfn_seed", 0444, pfn_seed_show },
	{ "read_only", 0644, zero_show, off_store },
	{ "resource", 0400, raw_resource_show },
	{ "size", 0444, raw_size_show },
	{ "target_node", 0444, sysfs_target_node_show },
	{ "uevent", 0644, region_uevent_show, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

SHOW_TEXT(namespace_devtype_show, "nd_namespace_io\n")
SHOW_TEXT(namespace_modalias_show, "nd:t4\n")
SHOW_TEXT(namespace_uevent_show, "DEVTYPE=nd_namespace_io\nMODALIAS=nd:t4\n")
SHOW_TEXT(dax_show, "dax\n")

static int holder_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	if (obj->region->detached)
		return nothing_show(obj, out);
	return strbuf_printf(out, "dax%d.0\n", obj->region->config.id);
}

static int mode_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, obj->region->detached ? "memory\n" : "dax\n");
}

/* Source: Linux drivers/nvdimm/namespace_devs.c, holder_class_store(). */
static int holder_class_store(const struct sysfs_obj *obj, const char *text)
{
	static const char *const classes[] = { "dax", "pfn", "btt", "" };
	bool valid = false;

	if (!obj->region->detached)
		return -EBUSY;
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		valid |= names_equal(text, classes[i]);
	return sysfs_stays(valid, names_equal(text, "dax"));
}

const struct sysfs_attr sysfs_namespace_attrs[] = {
	{ "devtype", 0444, namespace_devtype_show },
	{ "force_raw", 0644, zero_show, off_store },
	{ "holder", 0444, holder_show },
	{ "holder_class", 0644, dax_show, holder_class_store },
	{ "modalias", 0444, namespace_modalias_show },
	{ "mode", 0444, mode_show },
	{ "nstype", 0444, nstype_show },
	{ "numa_node", 0444, sysfs_numa_node_show },
	{ "resource", 0400, raw_resource_show },
	{ "size", 0444, raw_size_show },
	{ "target_node", 0444, sysfs_target_node_show },
	{ "uevent", 0644, namespace_uevent_show, .store_bytes = sysfs_uevent_store },
	{ 0 },
};
