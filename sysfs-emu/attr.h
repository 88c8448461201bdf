/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What one sysfs file is. A directory is a table of these; *_attrs.c hold one table per kind of
 * object and turn text into core calls and back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "core/model.h"
#include "sysfs-emu/ref.h"

struct sysfs_tree;
struct host_block;

/* The object a directory stands for, as found in the model; NULL where it has no such. */
struct sysfs_obj {
	const struct sysfs_tree *tree;
	struct dax_model *model;
	struct sysfs_ref ref; /* the directory */
	struct dax_region *region;
	struct dax_dev *dev;
	const struct dax_mapping *mapping;
	const struct dax_block *block;
	const struct host_block *host_block;
};

struct sysfs_attr {
	const char *name;
	mode_t mode;
	/* Return: 0 or -errno, which read(2) returns. NULL: -EIO. */
	int (*show)(const struct sysfs_obj *obj, struct strbuf *out);
	/* @text ends at the first NUL. Return: 0 or -errno, which write(2) returns. NULL: -EIO. */
	int (*store)(const struct sysfs_obj *obj, const char *text);
	/* Instead of @store where the count of bytes matters. */
	int (*store_bytes)(const struct sysfs_obj *obj, const char *bytes, size_t len);
	/* The mode on this object; 0 hides the file. NULL: @mode. */
	mode_t (*visible)(const struct sysfs_obj *obj, mode_t mode);
	/* Takes out of the text what only root may know. NULL: nothing. */
	void (*redact)(struct strbuf *text);
	bool unsized; /* st_size 0, as in /proc */
	off_t size;   /* st_size; 0: a page, as most */
};

/* Tables end with an entry without name. */
extern const struct sysfs_attr sysfs_bus_attrs[];
extern const struct sysfs_attr sysfs_driver_attrs[];
extern const struct sysfs_attr sysfs_region_driver_attrs[];
extern const struct sysfs_attr sysfs_passive_driver_attrs[];
extern const struct sysfs_attr sysfs_region_attrs[];
extern const struct sysfs_attr sysfs_nd_bus_attrs[];
extern const struct sysfs_attr sysfs_nd_pmem_driver_attrs[];
extern const struct sysfs_attr sysfs_nd_region_driver_attrs[];
extern const struct sysfs_attr sysfs_nvdimm_driver_attrs[];
extern const struct sysfs_attr sysfs_nd_region_attrs[];
extern const struct sysfs_attr sysfs_namespace_attrs[];
extern const struct sysfs_attr sysfs_seed_attrs[];
extern const struct sysfs_attr sysfs_ndbus_attrs[];
extern const struct sysfs_attr sysfs_nfit_attrs[];
extern const struct sysfs_attr sysfs_ndctl_attrs[];
extern const struct sysfs_attr sysfs_e820_attrs[];
extern const struct sysfs_attr sysfs_hmem_platform_attrs[];
extern const struct sysfs_attr sysfs_dax_region_attrs[];
extern const struct sysfs_attr sysfs_dev_attrs[];
extern const struct sysfs_attr sysfs_mapping_attrs[];
extern const struct sysfs_attr sysfs_power_attrs[];
extern const struct sysfs_attr sysfs_memory_attrs[];
extern const struct sysfs_attr sysfs_block_attrs[];
extern const struct sysfs_attr sysfs_host_block_attrs[];
extern const struct sysfs_attr sysfs_nodes_attrs[];
extern const struct sysfs_attr sysfs_node_attrs[];
extern const struct sysfs_attr sysfs_huge_size_attrs[];
extern const struct sysfs_attr sysfs_failures_attrs[];
extern const struct sysfs_attr sysfs_tiers_attrs[];
extern const struct sysfs_attr sysfs_tier_attrs[];
extern const struct sysfs_attr sysfs_module_attrs[];
extern const struct sysfs_attr sysfs_region_idle_attrs[];
extern const struct sysfs_attr sysfs_memory_hotplug_attrs[];
extern const struct sysfs_attr sysfs_proc_attrs[];

/* --- shared by the tables --- */

/* Reads as empty: uevent of mappings and memory blocks. */
int sysfs_show_nothing(const struct sysfs_obj *obj, struct strbuf *out);

/* Any `uevent` file: checks the text as the kernel does, then hands the event on. */
int sysfs_uevent_store(const struct sysfs_obj *obj, const char *bytes, size_t len);

/**
 * sysfs_real_text() - the text of a file of the host's /sys
 * @path: below /sys
 * @text: on success as much as fits, with a NUL; else as it was
 *
 * Return: 0, -errno.
 */
int sysfs_real_text(const struct sysfs_tree *tree, const char *path, char *text, size_t size);

/* A device of the bus by NAME; NULL. */
struct dax_dev *sysfs_find_dev(const struct sysfs_obj *obj, const char *text);

/* numa_node and target_node of a region. */
int sysfs_numa_node_show(const struct sysfs_obj *obj, struct strbuf *out);
int sysfs_target_node_show(const struct sysfs_obj *obj, struct strbuf *out);

/* The answer to a write of something that never changes. Return: 0 (it is so), -EINVAL (no kernel
 * takes it), -EOPNOTSUPP. */
int sysfs_stays(bool valid, bool same);
