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

/*
 * Kinds of directories, and the kinds of files that stand outside sysfs, area by area: each
 * has a file of its own with their rows, in this order (see dirs.h).
 */
enum sysfs_kind {
	/* dirs.c */
	SYSFS_MOUNT, /* the root of the FUSE mount: sys/ and dev/ */
	SYSFS_SYS,
	SYSFS_BUS,
	SYSFS_CLASS,
	SYSFS_DEV,
	SYSFS_DEVICES,
	SYSFS_SYSTEM,
	/* dax_dirs.c */
	SYSFS_BUS_DAX,
	SYSFS_BUS_DAX_DEVICES,
	SYSFS_BUS_DAX_DRIVERS,
	SYSFS_DRIVER, /* index: enum dax_driver_id */
	SYSFS_DEV_CHAR,
	/* region_dirs.c */
	SYSFS_REGION,	  /* serial: region id; the region's own directory, enabled or not */
	SYSFS_DAX_REGION, /* serial: that of the region while enabled */
	SYSFS_DEVICE,	  /* serial: that of the device; so for the next, and CHR and TWIN */
	SYSFS_MAPPING,	  /* index: N of mappingN */
	/* platform_dirs.c */
	SYSFS_BUS_PLATFORM,
	SYSFS_BUS_PLATFORM_DEVICES,
	SYSFS_BUS_PLATFORM_DRIVERS,
	SYSFS_HMEM_DRIVER,
	SYSFS_HMEM_PLATFORM_DRIVER,
	SYSFS_E820_DRIVER,
	SYSFS_PLATFORM,
	SYSFS_HMEM_PLATFORM,
	SYSFS_E820,
	/* nd_dirs.c */
	SYSFS_BUS_ND,
	SYSFS_BUS_ND_DEVICES,
	SYSFS_BUS_ND_DRIVERS,
	SYSFS_DAX_PMEM_DRIVER,
	SYSFS_ND_BUS_DRIVER,
	SYSFS_ND_PMEM_DRIVER,
	SYSFS_ND_REGION_DRIVER,
	SYSFS_NVDIMM_DRIVER,
	SYSFS_CLASS_ND,
	SYSFS_NDBUS,
	SYSFS_NDBUS_FIRMWARE,
	SYSFS_NDBUS_NFIT,
	SYSFS_NDBUS_ND,
	SYSFS_NDCTL,
	SYSFS_ND_REGION, /* serial: region id; so for the next four */
	SYSFS_NAMESPACE,
	SYSFS_DAX_SEED,
	SYSFS_PFN_SEED,
	SYSFS_BTT_SEED,
	/* memory_dirs.c */
	SYSFS_BUS_MEMORY,
	SYSFS_BUS_MEMORY_DEVICES,
	SYSFS_MEMORY,
	SYSFS_BLOCK,	  /* serial: index of the block; index: low bits of its serial */
	SYSFS_HOST_BLOCK, /* serial: index of the block */
	/* node_dirs.c */
	SYSFS_BUS_NODE,
	SYSFS_BUS_NODE_DEVICES,
	SYSFS_NODES,
	SYSFS_NODE, /* index: number of the node; so for the next four */
	SYSFS_NODE_HUGEPAGES,
	SYSFS_NODE_HUGE_SIZE, /* serial: KiB of a page */
	SYSFS_NODE_FAILURES,
	SYSFS_NODE_X86,
	/* tier_dirs.c */
	SYSFS_BUS_TIERS,
	SYSFS_BUS_TIERS_DEVICES,
	SYSFS_VIRTUAL,
	SYSFS_TIERS,
	SYSFS_TIER, /* index: N of memory_tierN */
	/* module_dirs.c */
	SYSFS_MODULES,
	SYSFS_MODULE, /* index: in the table of modules */
	SYSFS_REGION_IDLE_PARAMETERS,
	SYSFS_MEMORY_HOTPLUG,
	SYSFS_MEMORY_HOTPLUG_PARAMETERS,
	/* devfs_dirs.c */
	SYSFS_DEVFS, /* dev/ of the mount */
	SYSFS_DEVFS_HIDDEN,
	SYSFS_DEVFS_SOCK, /* a regular file, to bind the broker's socket over */
	SYSFS_DEVFS_CTL,  /* so for the control socket */
	SYSFS_DEVFS_PROC, /* files to bind over those of /proc */
	SYSFS_DEVFS_TWINS,
	SYSFS_CHR,  /* index: minor; /dev/daxX.Y */
	SYSFS_TWIN, /* index: minor; /dev/.daxemu/twin/MAJOR:MINOR */
	SYSFS_NDCTL_CHR,
	SYSFS_NDCTL_TWIN,
	SYSFS_NR_KINDS,
};

#define SYSFS_KIND_BITS	  7
#define SYSFS_LEAF_BITS	  6
#define SYSFS_INDEX_BITS  17
#define SYSFS_SERIAL_BITS 33

static_assert(1 + SYSFS_KIND_BITS + SYSFS_LEAF_BITS + SYSFS_INDEX_BITS + SYSFS_SERIAL_BITS == 64,
	      "one number holds it all");
static_assert(SYSFS_NR_KINDS <= 1 << SYSFS_KIND_BITS, "fits its bits");

/* What inside the directory: itself, or one of its files. */
enum sysfs_leaf {
	SYSFS_LEAF_DIR = 0,
	SYSFS_LEAF_ATTR = 1,   /* and up: the directory's table of attributes */
	SYSFS_LEAF_LINK = 27,  /* and up: its table of links */
	SYSFS_LEAF_POWER = 34, /* its power/ */
	SYSFS_LEAF_POWER_ATTR = 35,
	SYSFS_LEAF_SET = 56, /* and up: a link of its sets of children; serial: the child's */
	SYSFS_NR_LEAVES = 1 << SYSFS_LEAF_BITS,
};

struct sysfs_ref {
	enum sysfs_kind kind;
	unsigned leaf;	 /* enum sysfs_leaf */
	uint32_t index;	 /* below 1 << SYSFS_INDEX_BITS */
	uint64_t serial; /* its low SYSFS_SERIAL_BITS are kept */
};

/* Bit 63 sets emulated files apart from the real ones passed through. */
#define SYSFS_REF_EMULATED (UINT64_C(1) << 63)

#define SYSFS_INDEX_SHIFT SYSFS_SERIAL_BITS
#define SYSFS_LEAF_SHIFT  (SYSFS_INDEX_SHIFT + SYSFS_INDEX_BITS)
#define SYSFS_KIND_SHIFT  (SYSFS_LEAF_SHIFT + SYSFS_LEAF_BITS)

static inline uint64_t sysfs_ref_bits(uint64_t value, unsigned bits)
{
	return value & ((UINT64_C(1) << bits) - 1);
}

static inline uint64_t sysfs_ref_encode(struct sysfs_ref ref)
{
	return SYSFS_REF_EMULATED | (uint64_t)ref.kind << SYSFS_KIND_SHIFT |
	       (uint64_t)ref.leaf << SYSFS_LEAF_SHIFT |
	       sysfs_ref_bits(ref.index, SYSFS_INDEX_BITS) << SYSFS_INDEX_SHIFT |
	       sysfs_ref_bits(ref.serial, SYSFS_SERIAL_BITS);
}

/* Return: false when @id cannot be one of ours. */
static inline bool sysfs_ref_decode(uint64_t id, struct sysfs_ref *ref)
{
	ref->kind = (enum sysfs_kind)sysfs_ref_bits(id >> SYSFS_KIND_SHIFT, SYSFS_KIND_BITS);
	ref->leaf = (unsigned)sysfs_ref_bits(id >> SYSFS_LEAF_SHIFT, SYSFS_LEAF_BITS);
	ref->index = (uint32_t)sysfs_ref_bits(id >> SYSFS_INDEX_SHIFT, SYSFS_INDEX_BITS);
	ref->serial = sysfs_ref_bits(id, SYSFS_SERIAL_BITS);
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
	/* A link that may lead to several directories says by its index to which. */
	if (ref.kind == SYSFS_DEVICE || ref.kind == SYSFS_BUS_ND_DEVICES)
		ref.index = 0;
	ref.leaf = SYSFS_LEAF_DIR;
	return ref;
}

/* The twin of a device file, and the other way round. Any other file is its own. */
static inline struct sysfs_ref sysfs_ref_twin(struct sysfs_ref ref)
{
	switch (ref.kind) {
	case SYSFS_CHR:
		ref.kind = SYSFS_TWIN;
		break;
	case SYSFS_TWIN:
		ref.kind = SYSFS_CHR;
		break;
	case SYSFS_NDCTL_CHR:
		ref.kind = SYSFS_NDCTL_TWIN;
		break;
	case SYSFS_NDCTL_TWIN:
		ref.kind = SYSFS_NDCTL_CHR;
		break;
	default:
		break;
	}
	return ref;
}
