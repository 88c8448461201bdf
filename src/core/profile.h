/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What differs between kernels, as data. Adding a kernel is adding a table. The core reads the
 * rules, sysfs-emu reads the paths and attributes; neither compares profile names.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum dax_driver_id { DAX_DEVICE_DAX, DAX_KMEM, DAX_FSDEV_DAX, DAX_NR_DRIVERS };

/* Who binds a device that is in nobody's id list. Region types exist since Linux 6.8. */
enum dax_match {
	DAX_MATCH_ID,	  /* only ids in the list */
	DAX_MATCH_DEVICE, /* and devices of device-type regions (pmem, idle hmem) */
	DAX_MATCH_KMEM,	  /* and devices of kmem-type regions (hmem) */
	DAX_MATCH_ANY,	  /* every device */
	DAX_MATCH_ABSENT, /* this kernel has no such driver */
};

enum dax_online_policy { DAX_OFFLINE, DAX_ONLINE, DAX_ONLINE_KERNEL, DAX_ONLINE_MOVABLE };

/* Whose counters a node has in meminfo and vmstat: a bit each, for a table of all. */
enum dax_stats { DAX_STATS_6_1 = 1, DAX_STATS_6_12 = 2, DAX_STATS_7_2 = 4 };

struct dax_profile {
	const char *name;		      /* the word after --abi */
	const char *release;		      /* the kernel recorded, as uname -r prints it */
	enum dax_match match[DAX_NR_DRIVERS]; /* indexed by enum dax_driver_id */
	unsigned major;			      /* of /dev/daxX.Y */
	unsigned nd_major;		      /* of /dev/ndctl0 */
	const char *hmem_parent;	      /* directory of hmem.N below /sys/devices */
	bool has_hmem_platform;		      /* platform/hmem_platform.0 exists */
	bool has_memmap_on_memory;	      /* the attribute exists */
	bool bool_enable_disable;	      /* kstrtobool() takes e... and d... */
	int odd_mapping_error;		      /* `mapping` with a misaligned length: -ENXIO or 0 */
	int unaligned_split_error;	      /* mmap over part of a unit: -ENOMEM or -EINVAL */
	enum dax_online_policy auto_online;   /* the distribution kernel's default */
	bool has_crash_hotplug;		      /* memory/crash_hotplug */
	bool has_node_memory_failure;	      /* node/nodeN/memory_failure */
	bool has_node_reclaim;		      /* node/nodeN/reclaim */
	enum dax_stats node_stats;
	bool node_added_before_blocks; /* uevent order on kmem bind */
	bool iomem_soft_reserved;      /* "Soft Reserved" above the device in iomem */
	bool iomem_hmem;	       /* "hmem.N" above that */
	bool madv_guard;	       /* MADV_GUARD_INSTALL works on dax mappings */
};

/* Profile called @name, NULL if there is none. */
const struct dax_profile *dax_profile_find(const char *name);

/* The @i-th profile, oldest first; NULL past the last. */
const struct dax_profile *dax_profile_at(size_t i);

/* The profile of "6.12". */
const struct dax_profile *dax_profile_default(void);
