/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The shape of the tree: one row per kind of directory, in a table per area. The functions of
 * tree.h walk it, and know no name themselves.
 */
#pragma once

#include "sysfs-emu/attr.h"
#include "sysfs-emu/names.h"
#include "sysfs-emu/tree.h"

/* A link with a fixed name. */
struct sysfs_link {
	const char *name;
	/* Return: 0, -ENOENT while it does not exist. */
	int (*target)(const struct sysfs_obj *dir, struct sysfs_ref *out);
};

/* Children that come from the model: directories, links to directories, device files. */
struct sysfs_set {
	enum sysfs_type type; /* DIR, LINK, CHR or TWIN */
	/* The @i-th child's (or link target's) ref. Return: 0, 1 (not in here), -ENOENT (end). */
	int (*at)(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child);
	/* The child's (or link target's) ref, by name. Return: 0, -ENOENT. */
	int (*find)(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child);
	/* Name of the entry; NULL: that of the child's own directory. */
	void (*name)(const struct sysfs_obj *child, char *name);
	/* LINK: target of the link of that serial; NULL: kind @kind with that serial. The serial
	 * of a link is its child's, or index where it has no serial. */
	int (*target)(const struct sysfs_obj *dir, uint64_t serial, struct sysfs_ref *out);
	enum sysfs_kind kind;
	bool mixed; /* LINK: the children's kinds differ; for SYSFS_BUS_ND_DEVICES only */
};

#define SYSFS_MAX_SETS 3

struct sysfs_dir {
	const char *name;	/* NULL: named after its object */
	enum sysfs_kind parent; /* NULL name: only where every such directory has the same */
	bool merged;		/* shows the real directory of the same path too */
	/* power/. NULL: has none. */
	bool (*has_power)(const struct sysfs_obj *obj);
	bool unlisted; /* found by name only */
	/* The kernel may keep the listing: watch.c notes each change of it, and its end. */
	bool keep_list;
	const struct sysfs_attr *attrs;
	const struct sysfs_link *links;
	const struct sysfs_set *sets[SYSFS_MAX_SETS];
	/* Finds the object. Return: 0, -ENODEV when it is gone. NULL: there always. */
	int (*resolve)(struct sysfs_obj *obj);
	/* Directories with a fixed name only. NULL: always shown. */
	bool (*visible)(const struct sysfs_obj *obj);
	/* NULL: @parent. */
	void (*find_parent)(const struct sysfs_obj *obj, struct sysfs_ref *parent);
	/* NULL: @name. */
	void (*make_name)(const struct sysfs_obj *obj, char *name);
};

/* The row of that kind. */
const struct sysfs_dir *sysfs_dir_of(enum sysfs_kind kind);

/* One table per area, as enum sysfs_kind groups them: of all kinds from the area's first on. */
extern const struct sysfs_dir sysfs_top_dirs[];
extern const struct sysfs_dir sysfs_dax_dirs[];
extern const struct sysfs_dir sysfs_region_dirs[];
extern const struct sysfs_dir sysfs_platform_dirs[];
extern const struct sysfs_dir sysfs_nd_dirs[];
extern const struct sysfs_dir sysfs_memory_dirs[];
extern const struct sysfs_dir sysfs_node_dirs[];
extern const struct sysfs_dir sysfs_tier_dirs[];
extern const struct sysfs_dir sysfs_module_dirs[];
extern const struct sysfs_dir sysfs_devfs_dirs[];

/* N of memory_tierN. Source: Linux include/linux/memory-tiers.h: MEMTIER_ADISTANCE_DRAM and
 * MEMTIER_DEFAULT_DAX_ADISTANCE, in chunks of 128. */
enum { SYSFS_DRAM_TIER = 4, SYSFS_SLOW_TIER = 22 };

/* Finds the object of a directory. Return: 0, -ENODEV. */
int sysfs_resolve(const struct sysfs_tree *tree, struct sysfs_ref dir, struct sysfs_obj *obj);

/* The kernel module of a driver or of a region's own driver, as an index for SYSFS_MODULE. */
enum sysfs_module {
	SYSFS_MODULE_DEVICE_DAX, /* as enum dax_driver_id */
	SYSFS_MODULE_KMEM,
	SYSFS_MODULE_FSDEV_DAX,
	SYSFS_MODULE_DAX_HMEM,
	SYSFS_MODULE_DAX_PMEM,
	SYSFS_MODULE_LIBNVDIMM,
	SYSFS_MODULE_ND_E820,
	SYSFS_MODULE_ND_PMEM,
	SYSFS_MODULE_ND_BTT,
	SYSFS_NR_MODULES,
};

struct sysfs_module_info {
	const char *name;
	const char *coresize;
};

extern const struct sysfs_module_info sysfs_modules[SYSFS_NR_MODULES];

/* Some region of that kind is in the model. */
bool sysfs_has_regions(const struct dax_model *model, enum dax_region_kind kind);

/* The module is there. @module: enum sysfs_module. */
bool sysfs_module_is_loaded(const struct dax_model *model, uint32_t module);

/* --- for the areas: what more than one of them needs -------------------------------------- */

/* Conditions of rows. */
bool sysfs_always(const struct sysfs_obj *obj);
bool sysfs_has_hmem(const struct sysfs_obj *obj);
bool sysfs_has_pmem(const struct sysfs_obj *obj);

/* The directory hmem.N is in. */
enum sysfs_kind sysfs_hmem_parent(const struct dax_model *model);

/* SYSFS_REGION of a region, and struct sysfs_set's functions for regions of one kind. */
struct sysfs_ref sysfs_region_ref(const struct dax_region *region);
int sysfs_resolve_region(struct sysfs_obj *obj);
int sysfs_region_at(const struct sysfs_obj *dir, size_t i, enum dax_region_kind kind,
		    struct sysfs_ref *child);
int sysfs_region_find(const struct sysfs_obj *dir, const char *name, enum dax_region_kind kind,
		      const char *prefix, struct sysfs_ref *child);

/* Of the links in a region driver's directory: only enabled regions are bound to it. @r, @child:
 * what struct sysfs_set's at() found. */
int sysfs_if_enabled(const struct sysfs_obj *dir, int r, const struct sysfs_ref *child);

int sysfs_resolve_dev(struct sysfs_obj *obj);

/* SYSFS_DEVICE of a device. Return: 0, -ENOENT (@dev is NULL). */
int sysfs_dev_ref(const struct dax_dev *dev, struct sysfs_ref *out);

/* The @i-th device of all regions; the one named daxX.Y; the one numbered MAJOR:MINOR. NULL. */
struct dax_dev *sysfs_nth_dev(const struct dax_model *model, size_t i);
struct dax_dev *sysfs_dev_named(const struct sysfs_obj *dir, const char *name);
struct dax_dev *sysfs_dev_numbered(const struct sysfs_obj *dir, const char *name);

/* struct sysfs_set's functions for memory blocks, and its target for links to them. */
int sysfs_block_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child);
int sysfs_block_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child);
int sysfs_to_block(const struct sysfs_obj *dir, uint64_t serial, struct sysfs_ref *out);

/* Whether a block of our size touches a region. */
bool sysfs_block_in_region(const struct dax_model *model, uint64_t index);

/* struct sysfs_set's functions for blocks of the host's that were cut anew. */
int sysfs_host_block_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child);
int sysfs_host_block_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child);

/* daxX.Y and MAJOR:MINOR of obj->dev. */
void sysfs_name_dev(const struct sysfs_obj *obj, char *name);
void sysfs_name_number(const struct sysfs_obj *obj, char *name);

/* A device of the NVDIMM bus, by name. Return: 0, -ENOENT. */
int sysfs_nd_find(const struct sysfs_obj *any, const char *name, struct sysfs_ref *out);

/* MAJOR:MINOR of ndctl0. */
void sysfs_name_ndctl_number(const struct sysfs_obj *obj, char *name);

/* struct sysfs_set's functions for something that is there once, while there is an NVDIMM bus:
 * the directory of ndctl0, found by its number. */
int sysfs_ndctl_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child);
int sysfs_ndctl_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child);

/* A function for struct sysfs_link that leads to the one directory of that kind. */
#define LINK_TO(function, kind_)                                                \
	static int function(const struct sysfs_obj *dir, struct sysfs_ref *out) \
	{                                                                       \
		(void)dir;                                                      \
		*out = (struct sysfs_ref){ .kind = (kind_) };                   \
		return 0;                                                       \
	}

/* The same, while @condition holds. */
#define LINK_IF(function, condition, kind_)                                     \
	static int function(const struct sysfs_obj *dir, struct sysfs_ref *out) \
	{                                                                       \
		*out = (struct sysfs_ref){ .kind = (kind_) };                   \
		return condition(dir) ? 0 : -ENOENT;                            \
	}

/* To a module's directory. */
#define LINK_TO_MODULE(function, module)                                              \
	static int function(const struct sysfs_obj *dir, struct sysfs_ref *out)       \
	{                                                                             \
		(void)dir;                                                            \
		*out = (struct sysfs_ref){ .kind = SYSFS_MODULE, .index = (module) }; \
		return 0;                                                             \
	}
