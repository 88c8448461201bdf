/* SPDX-License-Identifier: BSD-3-Clause */
/* daxX.Y/ and its mappingN/. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "base/util.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/uevent.h"

static const struct dax_profile *profile_of(const struct sysfs_obj *obj)
{
	return obj->model->config.profile;
}

static bool is_static(const struct sysfs_obj *obj)
{
	return obj->region->config.kind == DAX_REGION_PMEM;
}

/* --- visibility --------------------------------------------------------------------------- */

static mode_t read_only_if_static(const struct sysfs_obj *obj, mode_t mode)
{
	return is_static(obj) ? 0444 : mode;
}

static mode_t hidden_if_static(const struct sysfs_obj *obj, mode_t mode)
{
	return is_static(obj) ? 0 : mode;
}

static mode_t hidden_without_node(const struct sysfs_obj *obj, mode_t mode)
{
	return obj->region->config.target_node < 0 ? 0 : mode;
}

static mode_t by_profile(const struct sysfs_obj *obj, mode_t mode)
{
	return profile_of(obj)->has_memmap_on_memory ? mode : 0;
}

/* --- the device --------------------------------------------------------------------------- */

static int align_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%" PRIu64 "\n", obj->dev->align);
}

/* Whatever is wrong with the text, overflow included, is ENXIO. Source: align_store(). */
static int align_store(const struct sysfs_obj *obj, const char *text)
{
	uint64_t align;

	return parse_u64(text, 0, &align) < 0 ? -ENXIO : dax_dev_set_align(obj->dev, align);
}

static int dev_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%u:%u\n", profile_of(obj)->major, obj->dev->minor);
}

/**
 * mapping_store() - START-END, hexadecimal with or without 0x
 *
 * Source: Linux drivers/dax/bus.c, range_parse(): split at the first dash.
 */
static int mapping_store(const struct sysfs_obj *obj, const char *text)
{
	_cleanup_free_ char *start_text = strdup(text);
	char *dash = start_text ? strchr(start_text, '-') : NULL;
	uint64_t start, end;
	int r;

	if (!dash)
		return start_text ? -EINVAL : -ENOMEM;
	*dash = '\0';
	r = parse_u64(start_text, 16, &start);
	if (r == 0)
		r = parse_u64(dash + 1, 16, &end);
	if (r < 0)
		return r;
	return dax_dev_add_mapping(obj->dev, (struct dax_range){ start, end - start + 1 });
}

static int memmap_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%d\n", obj->dev->memmap_on_memory);
}

static int memmap_store(const struct sysfs_obj *obj, const char *text)
{
	bool on;
	int r = parse_bool(text, profile_of(obj)->bool_enable_disable, &on);

	return r < 0 ? r : dax_dev_set_memmap_on_memory(obj->dev, on);
}

static int modalias_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "dax:t0\n");
}

static int numa_node_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%d\n", obj->region->config.numa_node);
}

/* An empty device shows where its region starts. */
static int resource_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	const struct dax_dev *dev = obj->dev;
	uint64_t start = dev->nr_maps ? dev->maps[0].range.start : obj->region->config.span.start;

	return strbuf_printf(out, "0x%" PRIx64 "\n", start);
}

static int size_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%" PRIu64 "\n", dax_dev_size(obj->dev));
}

static int size_store(const struct sysfs_obj *obj, const char *text)
{
	uint64_t size;
	int r = parse_u64(text, 0, &size);

	return r < 0 ? r : dax_dev_resize(obj->dev, size);
}

static int target_node_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%d\n", obj->region->config.target_node);
}

static int uevent_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	const struct dax_dev *dev = obj->dev;

	return strbuf_printf(out, "MAJOR=%u\nMINOR=%u\nDEVNAME=dax%d.%d\n%s%s%sMODALIAS=dax:t0\n",
			     profile_of(obj)->major, dev->minor, dev->id.region, dev->id.dev,
			     dev->driver ? "DRIVER=" : "", dev->driver ? dev->driver->name : "",
			     dev->driver ? "\n" : "");
}

const struct sysfs_attr sysfs_dev_attrs[] = {
	{ "align", 0644, align_show, align_store, .visible = read_only_if_static },
	{ "dev", 0444, dev_show },
	{ "mapping", 0200, NULL, mapping_store, .visible = hidden_if_static },
	{ "memmap_on_memory", 0644, memmap_show, memmap_store, .visible = by_profile },
	{ "modalias", 0444, modalias_show },
	{ "numa_node", 0444, numa_node_show },
	{ "resource", 0400, resource_show },
	{ "size", 0644, size_show, size_store, .visible = read_only_if_static },
	{ "target_node", 0444, target_node_show, .visible = hidden_without_node },
	{ "uevent", 0644, uevent_show, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

/* --- a mapping ---------------------------------------------------------------------------- */

/* The kernel's %#llx writes 0x0 where C's writes 0. */
static int show_hex(struct strbuf *out, uint64_t value)
{
	return strbuf_printf(out, "0x%" PRIx64 "\n", value);
}

static int start_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return show_hex(out, obj->mapping->range.start);
}

static int end_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return show_hex(out, dax_range_last(obj->mapping->range));
}

static int page_offset_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return show_hex(out, obj->mapping->pgoff);
}

/* A mapping has no subsystem: its events are checked, and go nowhere. */
static int mapping_uevent_store(const struct sysfs_obj *obj, const char *bytes, size_t len)
{
	struct uevent_request event;

	(void)obj;
	return uevent_parse(bytes, len, &event);
}

const struct sysfs_attr sysfs_mapping_attrs[] = {
	{ "end", 0400, end_show },
	{ "page_offset", 0400, page_offset_show },
	{ "start", 0400, start_show },
	{ "uevent", 0644, sysfs_show_nothing, .store_bytes = mapping_uevent_store },
	{ 0 },
};
