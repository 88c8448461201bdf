/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The name of one emulated file in 64 bits: FUSE node id, inode number and key in one. It says what
 * the file is and whose, so nothing has to be remembered for the kernel, and since serials are
 * never reused the id of a removed object never comes to mean another one.
 */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

/* Kinds of directories, and the three kinds of files that stand outside sysfs. */
enum sysfs_kind {
	SYSFS_MOUNT, /* the root of the FUSE mount: sys/ and dev/ */
	SYSFS_SYS,
	SYSFS_BUS,
	SYSFS_BUS_DAX,
	SYSFS_BUS_DAX_DEVICES,
	SYSFS_BUS_DAX_DRIVERS,
	SYSFS_DRIVER, /* index: enum dax_driver_id */
	SYSFS_BUS_MEMORY,
	SYSFS_BUS_MEMORY_DEVICES,
	SYSFS_BUS_ND,
	SYSFS_BUS_ND_DEVICES,
	SYSFS_BUS_ND_DRIVERS,
	SYSFS_DAX_PMEM_DRIVER,
	SYSFS_ND_REGION_DRIVER,
	SYSFS_ND_BUS_DRIVER,
	SYSFS_BUS_NODE,
	SYSFS_BUS_NODE_DEVICES,
	SYSFS_BUS_PLATFORM,
	SYSFS_BUS_PLATFORM_DEVICES,
	SYSFS_BUS_PLATFORM_DRIVERS,
	SYSFS_HMEM_DRIVER,
	SYSFS_HMEM_PLATFORM_DRIVER,
	SYSFS_E820_DRIVER,
	SYSFS_CLASS,
	SYSFS_DEV,
	SYSFS_DEV_CHAR,
	SYSFS_DEVICES,
	SYSFS_PLATFORM,
	SYSFS_HMEM_PLATFORM,
	SYSFS_E820,
	SYSFS_NDBUS,
	SYSFS_ND_REGION,  /* serial: region id */
	SYSFS_REGION,	  /* serial: region id; the region's own directory, enabled or not */
	SYSFS_DAX_REGION, /* serial: that of the region while enabled */
	SYSFS_DEVICE,	  /* serial: that of the device; so for the next three */
	SYSFS_MAPPING,	  /* index: N of mappingN */
	SYSFS_CHR,	  /* index: minor; /dev/daxX.Y */
	SYSFS_TWIN,	  /* index: minor; /dev/.daxemu/twin/MAJOR:MINOR */
	SYSFS_SYSTEM,
	SYSFS_MEMORY,
	SYSFS_BLOCK, /* serial: index of the block */
	SYSFS_NODES,
	SYSFS_NODE, /* index: number of the node */
	SYSFS_MODULES,
	SYSFS_MODULE, /* index: in the table of modules */
	SYSFS_REGION_IDLE_PARAMETERS,
	SYSFS_MEMORY_HOTPLUG,
	SYSFS_MEMORY_HOTPLUG_PARAMETERS,
	SYSFS_DEVFS, /* dev/ of the mount */
	SYSFS_DEVFS_HIDDEN,
	SYSFS_DEVFS_SOCK, /* a regular file, to bind the broker's socket over */
	SYSFS_DEVFS_CTL,  /* so for the control socket */
	SYSFS_DEVFS_PROC, /* files to bind over those of /proc */
	SYSFS_DEVFS_TWINS,
	SYSFS_NR_KINDS,
};

static_assert(SYSFS_NR_KINDS <= 64, "fits its six bits");

/* What inside the directory: itself, or one of its files. */
enum sysfs_leaf {
	SYSFS_LEAF_DIR = 0,
	SYSFS_LEAF_ATTR = 1,   /* and up: the directory's table of attributes */
	SYSFS_LEAF_LINK = 27,  /* and up: its table of links */
	SYSFS_LEAF_POWER = 34, /* its power/ */
	SYSFS_LEAF_POWER_ATTR = 35,
	SYSFS_LEAF_SET = 56, /* and up: a link of its sets of children; serial: the child's */
	SYSFS_NR_LEAVES = 64,
};

#define SYSFS_INDEX_BITS  18
#define SYSFS_SERIAL_BITS 33

struct sysfs_ref {
	enum sysfs_kind kind;
	unsigned leaf;	 /* enum sysfs_leaf */
	uint32_t index;	 /* below 1 << SYSFS_INDEX_BITS */
	uint64_t serial; /* its low SYSFS_SERIAL_BITS are kept */
};

/* Bit 63 sets emulated files apart from the real ones passed through. */
#define SYSFS_REF_EMULATED (UINT64_C(1) << 63)

static inline uint64_t sysfs_ref_encode(struct sysfs_ref ref)
{
	uint64_t index = ref.index & ((1u << SYSFS_INDEX_BITS) - 1);
	uint64_t serial = ref.serial & ((UINT64_C(1) << SYSFS_SERIAL_BITS) - 1);

	return SYSFS_REF_EMULATED | (uint64_t)ref.kind << 57 | (uint64_t)ref.leaf << 51 |
	       index << SYSFS_SERIAL_BITS | serial;
}

/* Return: false when @id cannot be one of ours. */
static inline bool sysfs_ref_decode(uint64_t id, struct sysfs_ref *ref)
{
	ref->kind = (enum sysfs_kind)(id >> 57 & 63);
	ref->leaf = id >> 51 & 63;
	ref->index = (uint32_t)(id >> SYSFS_SERIAL_BITS) & ((1u << SYSFS_INDEX_BITS) - 1);
	ref->serial = id & ((UINT64_C(1) << SYSFS_SERIAL_BITS) - 1);
	return (id & SYSFS_REF_EMULATED) && ref->kind < SYSFS_NR_KINDS;
}

/* The serial of a set's link is its child's, but for blocks, which need their own. */
static inline bool sysfs_ref_lends_serial(struct sysfs_ref ref)
{
	return ref.leaf >= SYSFS_LEAF_SET && ref.kind != SYSFS_BLOCK;
}

/* The directory a file is in; a directory is in itself. */
static inline struct sysfs_ref sysfs_ref_dir(struct sysfs_ref ref)
{
	if (sysfs_ref_lends_serial(ref))
		ref.serial = 0;
	/* Link of a device: the index is that of the driver it leads to. */
	if (ref.kind == SYSFS_DEVICE)
		ref.index = 0;
	ref.leaf = SYSFS_LEAF_DIR;
	return ref;
}
