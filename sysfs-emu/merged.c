/* SPDX-License-Identifier: BSD-3-Clause */
/* Merged directories: which of the host's files are not seen beside ours. */
#include <string.h>

#include "sysfs-emu/tree.h"
#include "sysfs-emu/tree_priv.h"

bool sysfs_is_merged(struct sysfs_ref dir)
{
	return dir.leaf == SYSFS_LEAF_DIR && dir_of(dir)->merged;
}

/*
 * A block of the host's memory that is not shown: where the emulated machine has a region there is
 * device memory, and system memory only once kmem made it so. Blocks of another size are cut anew.
 */
static bool hides_block(const struct sysfs_tree *tree, const char *name)
{
	uint64_t index;

	if (names_parse_number(name, "memory", &index) < 0)
		return false;
	return tree->host.nr || sysfs_block_in_region(tree->model, index);
}

static bool is_driver_module(const char *name)
{
	for (int i = 0; i < DAX_NR_DRIVERS; i++) {
		if (strcmp(name, sysfs_modules[i].name) == 0)
			return true;
	}
	return false;
}

/* Of the machine's NVDIMM bus, which ours stands for. */
static bool is_other_ndctl(const struct sysfs_tree *tree, const char *name)
{
	uint64_t number;

	return sysfs_has_regions(tree->model, DAX_REGION_PMEM) &&
	       names_parse_number(name, "ndctl", &number) == 0;
}

bool sysfs_hides(const struct sysfs_tree *tree, struct sysfs_ref dir, const char *name)
{
	struct dax_id id;

	switch (dir.kind) {
	case SYSFS_CLASS:
		/* daxctl takes /sys/class/dax for the old layout. */
		return strcmp(name, "dax") == 0;
	case SYSFS_MODULES:
		return is_driver_module(name);
	case SYSFS_MEMORY:
	case SYSFS_BUS_MEMORY_DEVICES:
	case SYSFS_NODE:
		return hides_block(tree, name);
	case SYSFS_DEVFS:
		return names_parse_dev(name, &id) == 0 || is_other_ndctl(tree, name);
	default:
		return false;
	}
}
