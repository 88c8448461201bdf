/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The seeds of an NVDIMM region: what a kernel would make an nd dax, pfn or btt device of. They
 * never grow: a text that a kernel takes is refused by EOPNOTSUPP, any other by the kernel's errno.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "base/util.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/names.h"

/* A file that always reads the same. */
#define SHOW_TEXT(function, text)                                            \
	static int function(const struct sysfs_obj *obj, struct strbuf *out) \
	{                                                                    \
		(void)obj;                                                   \
		return strbuf_printf(out, "%s", text);                       \
	}

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

SHOW_TEXT(nothing_show, "\n")
SHOW_TEXT(seed_align_show, "2097152\n")
SHOW_TEXT(seed_mode_show, "none\n")
SHOW_TEXT(alignments_show, "4096 2097152 1073741824 \n")
SHOW_TEXT(log_zero_flags_show, "Y\n")
SHOW_TEXT(sector_size_show, "512 520 528 4096 4104 4160 4224 \n")

/* Of an alignment there is a choice, as sysfs lists it. */
static int align_store(const struct sysfs_obj *obj, const char *text)
{
	uint64_t align;
	int r = parse_u64(text, 0, &align);

	(void)obj;
	if (r < 0)
		return r;
	return sysfs_stays(align == 4 * KIB || align == 2 * MIB || align == GIB, align == 2 * MIB);
}

static int mode_store(const struct sysfs_obj *obj, const char *text)
{
	bool none = names_equal(text, "none");

	(void)obj;
	return sysfs_stays(none || names_equal(text, "pmem") || names_equal(text, "ram"), none);
}

static int uuid_store(const struct sysfs_obj *obj, const char *text)
{
	(void)obj;
	return sysfs_stays(names_is_uuid(text), false);
}

static int sector_size_store(const struct sysfs_obj *obj, const char *text)
{
	static const uint64_t sizes[] = { 512, 520, 528, 4096, 4104, 4160, 4224 };
	bool valid = false;
	uint64_t size;
	int r = parse_u64(text, 0, &size);

	(void)obj;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(sizes); i++)
		valid |= size == sizes[i];
	return r < 0 ? r : sysfs_stays(valid, false);
}

/* Source: Linux drivers/nvdimm/claim.c, nd_namespace_store(). */
static int namespace_store(const struct sysfs_obj *obj, const char *text)
{
	char own[SYSFS_NAME_MAX];

	if (names_equal(text, ""))
		return 0;
	if (strncmp(text, "namespace", strlen("namespace")) != 0)
		return -EINVAL;
	snprintf(own, sizeof(own), "namespace%d.0", obj->region->config.id);
	if (!names_equal(text, own))
		return -ENODEV;
	return obj->region->detached ? -EOPNOTSUPP : -EBUSY;
}

const struct sysfs_attr sysfs_seed_attrs[] = {
	{ "align", 0644, seed_align_show, align_store, .visible = unless_btt },
	{ "devtype", 0444, seed_devtype_show },
	{ "log_zero_flags", 0444, log_zero_flags_show, .visible = if_btt },
	{ "modalias", 0444, seed_modalias_show },
	{ "mode", 0644, seed_mode_show, mode_store, .visible = unless_btt },
	{ "namespace", 0644, nothing_show, namespace_store },
	{ "numa_node", 0444, sysfs_numa_node_show },
	{ "resource", 0400, no_extent_show, .visible = unless_btt },
	{ "sector_size", 0644, sector_size_show, sector_size_store, .visible = if_btt },
	{ "size", 0444, no_extent_show },
	{ "supported_alignments", 0444, alignments_show, .visible = unless_btt },
	{ "target_node", 0444, sysfs_target_node_show },
	{ "uevent", 0644, seed_uevent_show, .store_bytes = sysfs_uevent_store },
	{ "uuid", 0644, nothing_show, uuid_store },
	{ 0 },
};
