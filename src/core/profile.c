/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernels we mirror, one table each. Source: recordings of the releases named, see
 * tests/conformance.
 */
#include "core/profile.h"

#include <errno.h>
#include <string.h>

#include "base/util.h"

enum { DEFAULT_PROFILE = 1 };

static const struct dax_profile profiles[] = {
	{
		.name = "6.1",
		.release = "6.1.0-50-amd64",
		.match = { [DAX_DEVICE_DAX] = DAX_MATCH_ANY,
			   [DAX_KMEM] = DAX_MATCH_ID,
			   [DAX_FSDEV_DAX] = DAX_MATCH_ABSENT },
		.major = 252,
		.nd_major = 246,
		.hmem_parent = "platform",
		.odd_mapping_error = -ENXIO,
		.unaligned_split_error = -ENOMEM,
		.node_stats = DAX_STATS_6_1,
		.auto_online = DAX_OFFLINE,
		.iomem_soft_reserved = true,
		.iomem_hmem = true,
	},
	{
		.name = "6.12",
		.release = "6.12.107+deb13-amd64",
		.match = { [DAX_DEVICE_DAX] = DAX_MATCH_DEVICE,
			   [DAX_KMEM] = DAX_MATCH_KMEM,
			   [DAX_FSDEV_DAX] = DAX_MATCH_ABSENT },
		.major = 252,
		.nd_major = 245,
		.hmem_parent = "platform",
		.has_hmem_platform = true,
		.has_memmap_on_memory = true,
		.unaligned_split_error = -EINVAL,
		.node_stats = DAX_STATS_6_12,
		.auto_online = DAX_ONLINE,
		.has_crash_hotplug = true,
		.has_node_memory_failure = true,
		.iomem_soft_reserved = true,
	},
	{
		.name = "7.2",
		.release = "7.2.13+deb14-amd64",
		.match = { [DAX_DEVICE_DAX] = DAX_MATCH_DEVICE,
			   [DAX_KMEM] = DAX_MATCH_KMEM,
			   [DAX_FSDEV_DAX] = DAX_MATCH_ID },
		.major = 251,
		.nd_major = 244,
		.hmem_parent = "platform/hmem_platform.0",
		.has_hmem_platform = true,
		.has_memmap_on_memory = true,
		.bool_enable_disable = true,
		.unaligned_split_error = -EINVAL,
		.node_stats = DAX_STATS_7_2,
		.auto_online = DAX_ONLINE,
		.has_crash_hotplug = true,
		.has_node_memory_failure = true,
		.has_node_reclaim = true,
		.node_added_before_blocks = true,
		.madv_guard = true,
	},
};

const struct dax_profile *dax_profile_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
		if (!strcmp(profiles[i].name, name))
			return &profiles[i];
	return NULL;
}

const struct dax_profile *dax_profile_at(size_t i)
{
	return i < ARRAY_SIZE(profiles) ? &profiles[i] : NULL;
}

const struct dax_profile *dax_profile_default(void)
{
	return &profiles[DEFAULT_PROFILE];
}
