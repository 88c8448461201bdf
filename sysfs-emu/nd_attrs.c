/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The NVDIMM bus around static regions: the bus and its device file, regionM, its one namespace,
 * the seeds of devices that could be made of others, and the drivers. A namespace is made by an
 * option and stays as it is: what would change it is refused, by the kernel's errno where the
 * kernel refuses it too, else by EOPNOTSUPP.
 */
#include <errno.h>
#include <inttypes.h>

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

static int numa_node_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%d\n", obj->region->config.numa_node);
}

static int target_node_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%d\n", obj->region->config.target_node);
}

static int unsupported_store(const struct sysfs_obj *obj, const char *text)
{
	(void)obj;
	(void)text;
	return -EOPNOTSUPP;
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
		obj->model->scrubs++;
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
static int region_align_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	const uint64_t most = 16 * MIB;
	bool small = dax_region_namespace(obj->region).len < most;

	return strbuf_printf(out, "0x%" PRIx64 "\n", small ? DAX_PAGE_SIZE : most);
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
	{ "align", 0644, region_align_show, unsupported_store },
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
	{ "numa_node", 0444, numa_node_show },
	{ "persistence_domain", 0444, nd_persistence_show, .visible = nd_persistence_visible },
	{ "pfn_seed", 0444, pfn_seed_show },
	{ "read_only", 0644, zero_show, unsupported_store },
	{ "resource", 0400, raw_resource_show },
	{ "size", 0444, raw_size_show },
	{ "target_node", 0444, target_node_show },
	{ "uevent", 0644, region_uevent_show, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

SHOW_TEXT(namespace_devtype_show, "nd_namespace_io\n")
SHOW_TEXT(namespace_modalias_show, "nd:t4\n")
SHOW_TEXT(namespace_uevent_show, "DEVTYPE=nd_namespace_io\nMODALIAS=nd:t4\n")
SHOW_TEXT(dax_show, "dax\n")
SHOW_NAME(holder_show, "dax%d.0")

const struct sysfs_attr sysfs_namespace_attrs[] = {
	{ "devtype", 0444, namespace_devtype_show },
	{ "force_raw", 0644, zero_show, unsupported_store },
	{ "holder", 0444, holder_show },
	{ "holder_class", 0644, dax_show, unsupported_store },
	{ "modalias", 0444, namespace_modalias_show },
	{ "mode", 0444, dax_show },
	{ "nstype", 0444, nstype_show },
	{ "numa_node", 0444, numa_node_show },
	{ "resource", 0400, raw_resource_show },
	{ "size", 0444, raw_size_show },
	{ "target_node", 0444, target_node_show },
	{ "uevent", 0644, namespace_uevent_show, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

/* --- seeds -------------------------------------------------------------------------------- */

/* Nothing is attached to a seed. */
static int no_extent_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	(void)out;
	return -ENXIO;
}

/* By kind, from SYSFS_DAX_SEED on. */
static const struct seed {
	const char *devtype;
	const char *modalias;
} seeds[] = { { "nd_dax", "nd:t7" }, { "nd_pfn", "nd:t4" }, { "nd_btt", "nd:t4" } };

static const struct seed *seed_of(const struct sysfs_obj *obj)
{
	return &seeds[obj->ref.kind - SYSFS_DAX_SEED];
}

static int seed_devtype_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%s\n", seed_of(obj)->devtype);
}

static int seed_modalias_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%s\n", seed_of(obj)->modalias);
}

static int seed_uevent_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "DEVTYPE=%s\nMODALIAS=%s\n", seed_of(obj)->devtype,
			     seed_of(obj)->modalias);
}

static mode_t if_btt(const struct sysfs_obj *obj, mode_t mode)
{
	return obj->ref.kind == SYSFS_BTT_SEED ? mode : 0;
}

static mode_t unless_btt(const struct sysfs_obj *obj, mode_t mode)
{
	return obj->ref.kind == SYSFS_BTT_SEED ? 0 : mode;
}

SHOW_TEXT(seed_align_show, "2097152\n")
SHOW_TEXT(seed_mode_show, "none\n")
SHOW_TEXT(alignments_show, "4096 2097152 1073741824 \n")
SHOW_TEXT(log_zero_flags_show, "Y\n")
SHOW_TEXT(sector_size_show, "512 520 528 4096 4104 4160 4224 \n")

const struct sysfs_attr sysfs_seed_attrs[] = {
	{ "align", 0644, seed_align_show, unsupported_store, .visible = unless_btt },
	{ "devtype", 0444, seed_devtype_show },
	{ "log_zero_flags", 0444, log_zero_flags_show, .visible = if_btt },
	{ "modalias", 0444, seed_modalias_show },
	{ "mode", 0644, seed_mode_show, unsupported_store, .visible = unless_btt },
	{ "namespace", 0644, nothing_show, unsupported_store },
	{ "numa_node", 0444, numa_node_show },
	{ "resource", 0400, no_extent_show, .visible = unless_btt },
	{ "sector_size", 0644, sector_size_show, unsupported_store, .visible = if_btt },
	{ "size", 0444, no_extent_show },
	{ "supported_alignments", 0444, alignments_show, .visible = unless_btt },
	{ "target_node", 0444, target_node_show },
	{ "uevent", 0644, seed_uevent_show, .store_bytes = sysfs_uevent_store },
	{ "uuid", 0644, nothing_show, unsupported_store },
	{ 0 },
};

/* --- the bus and its drivers -------------------------------------------------------------- */

const struct sysfs_attr sysfs_nd_bus_attrs[] = {
	{ "drivers_autoprobe", 0644, one_show, unsupported_store },
	{ "drivers_probe", 0200, sysfs_show_nothing, unsupported_store },
	{ "uevent", 0200, sysfs_show_nothing, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

/* The region of namespaceN.0, NULL. */
static struct dax_region *namespace_region(const struct dax_model *model, const char *text)
{
	for (size_t i = 0; i < model->nr_regions; i++) {
		struct dax_region *region = model->regions[i];
		char name[SYSFS_NAME_MAX];

		snprintf(name, sizeof(name), "namespace%d.0", region->config.id);
		if (region->config.kind == DAX_REGION_PMEM && names_equal(text, name))
			return region;
	}
	return NULL;
}

/*
 * The driver finds that the namespace is a dax device's, makes that and gives way to it: ndctl
 * enables a namespace so. Source: Linux drivers/nvdimm/pmem.c, nd_pmem_probe().
 */
static int nd_pmem_bind_store(const struct sysfs_obj *obj, const char *text)
{
	struct dax_region *region = namespace_region(obj->model, text);
	int r = region ? dax_region_enable(region) : -ENODEV;

	return r < 0 ? r : -ENXIO;
}

const struct sysfs_attr sysfs_nd_pmem_driver_attrs[] = {
	{ "bind", 0200, NULL, nd_pmem_bind_store },
	{ "uevent", 0200, .store_bytes = sysfs_uevent_store },
	{ "unbind", 0200, NULL, unsupported_store },
	{ 0 },
};

const struct sysfs_attr sysfs_nd_driver_attrs[] = {
	{ "bind", 0200, NULL, unsupported_store },
	{ "uevent", 0200, .store_bytes = sysfs_uevent_store },
	{ "unbind", 0200, NULL, unsupported_store },
	{ 0 },
};
