/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A region's own directory, a platform device for hmem or an nd dax device for pmem, and
 * dax_region/.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/names.h"

static bool is_pmem(const struct sysfs_obj *obj)
{
	return obj->region->config.kind == DAX_REGION_PMEM;
}

static mode_t if_hmem(const struct sysfs_obj *obj, mode_t mode)
{
	return is_pmem(obj) ? 0 : mode;
}

static mode_t if_pmem(const struct sysfs_obj *obj, mode_t mode)
{
	return is_pmem(obj) ? mode : 0;
}

static int align_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%" PRIu64 "\n", obj->region->config.align);
}

static int size_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%" PRIu64 "\n", obj->region->config.span.len);
}

/* Of an nd dax device, known while it has a driver. Source: Linux drivers/nvdimm/pfn_devs.c. */
static int resource_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	if (!obj->region->enabled)
		return -ENXIO;
	return strbuf_printf(out, "0x%" PRIx64 "\n", obj->region->config.span.start);
}

static int extent_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return obj->region->enabled ? size_show(obj, out) : -ENXIO;
}

int sysfs_numa_node_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%d\n", obj->region->config.numa_node);
}

int sysfs_target_node_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%d\n", obj->region->config.target_node);
}

/* A file that always reads the same. */
#define SHOW_TEXT(function, text)                                            \
	static int function(const struct sysfs_obj *obj, struct strbuf *out) \
	{                                                                    \
		(void)obj;                                                   \
		return strbuf_printf(out, "%s", text);                       \
	}

/* --- the region's own directory ----------------------------------------------------------- */

static int modalias_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%s", is_pmem(obj) ? "nd:t7\n" : "platform:hmem\n");
}

static int uevent_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	const char *driver = is_pmem(obj) ? "DRIVER=dax_pmem\n" : "DRIVER=hmem\n";

	return strbuf_printf(out, "%s%sMODALIAS=%s\n", is_pmem(obj) ? "DEVTYPE=nd_dax\n" : "",
			     obj->region->enabled ? driver : "",
			     is_pmem(obj) ? "nd:t7" : "platform:hmem");
}

static int namespace_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "namespace%d.0\n", obj->region->config.id);
}

/* Made up, but the same at every start: the region's number in a fixed pattern. */
static int uuid_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "da0e0000-da7a-4da0-8da0-%012x\n",
			     (unsigned)obj->region->config.id);
}

SHOW_TEXT(driver_override_show, "(null)\n")
SHOW_TEXT(nd_dax_show, "nd_dax\n")
SHOW_TEXT(pmem_show, "pmem\n")
SHOW_TEXT(alignments_show, "4096 2097152 1073741824 \n")

/*
 * An nd dax device in use cannot be changed, and ours cannot be otherwise.
 * Source: Linux drivers/nvdimm/dax_devs.c, pfn_devs.c.
 */
static int nd_dax_store(const struct sysfs_obj *obj, const char *text)
{
	(void)text;
	return obj->region->enabled ? -EBUSY : -EOPNOTSUPP;
}

/* Its namespace can be given back. Source: Linux drivers/nvdimm/claim.c, nd_namespace_store(). */
static int namespace_store(const struct sysfs_obj *obj, const char *text)
{
	bool none = names_equal(text, "");

	if (obj->region->enabled)
		return -EBUSY;
	if (!none && strncmp(text, "namespace", strlen("namespace")) != 0)
		return -EINVAL;
	return none ? dax_region_detach(obj->region) : -EBUSY;
}

const struct sysfs_attr sysfs_region_attrs[] = {
	{ "align", 0644, align_show, nd_dax_store, .visible = if_pmem },
	{ "devtype", 0444, nd_dax_show, .visible = if_pmem },
	{ "driver_override", 0644, driver_override_show, .visible = if_hmem },
	{ "modalias", 0444, modalias_show },
	{ "mode", 0644, pmem_show, nd_dax_store, .visible = if_pmem },
	{ "namespace", 0644, namespace_show, namespace_store, .visible = if_pmem },
	{ "numa_node", 0444, sysfs_numa_node_show },
	{ "resource", 0400, resource_show, .visible = if_pmem },
	{ "size", 0444, extent_show, .visible = if_pmem },
	{ "supported_alignments", 0444, alignments_show, .visible = if_pmem },
	{ "target_node", 0444, sysfs_target_node_show, .visible = if_pmem },
	{ "uevent", 0644, uevent_show, .store_bytes = sysfs_uevent_store },
	{ "uuid", 0644, uuid_show, nd_dax_store, .visible = if_pmem },
	{ 0 },
};

/* --- dax_region/ -------------------------------------------------------------------------- */

static int id_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%d\n", obj->region->config.id);
}

static int available_size_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%" PRIu64 "\n", dax_region_available(obj->region));
}

/* A name, or an empty line. */
static int show_dev(const struct dax_dev *dev, struct strbuf *out)
{
	if (!dev)
		return strbuf_printf(out, "\n");
	return strbuf_printf(out, "dax%d.%d\n", dev->id.region, dev->id.dev);
}

static int seed_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return show_dev(obj->region->seed, out);
}

static int create_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return show_dev(obj->region->youngest, out);
}

static int create_store(const struct sysfs_obj *obj, const char *text)
{
	int value;
	int r = parse_int(text, &value);

	return r < 0 ? r : dax_region_create_dev(obj->region, value);
}

static int delete_store(const struct sysfs_obj *obj, const char *text)
{
	struct dax_id id;

	return names_parse_id(text, &id) < 0 ? -ENXIO : dax_region_delete_dev(obj->region, id);
}

const struct sysfs_attr sysfs_dax_region_attrs[] = {
	{ "align", 0400, align_show },
	{ "available_size", 0444, available_size_show, .visible = if_hmem },
	{ "create", 0644, create_show, create_store, .visible = if_hmem },
	{ "delete", 0200, NULL, delete_store, .visible = if_hmem },
	{ "id", 0444, id_show },
	{ "seed", 0444, seed_show, .visible = if_hmem },
	{ "size", 0444, size_show },
	{ 0 },
};
