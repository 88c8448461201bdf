/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory tiers: that of the host's nodes, and that of nodes whose only memory is ours. What else
 * the host has passes through.
 */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>

#include "base/util.h"

static int resolve_tier(struct sysfs_obj *obj)
{
	bool there = obj->ref.index == SYSFS_DRAM_TIER ||
		     (obj->ref.index == SYSFS_SLOW_TIER && dax_tier_exists(obj->model));

	return there ? 0 : -ENODEV;
}

static void name_tier(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "memory_tier%u", obj->ref.index);
}

static int tier_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	static const uint32_t tiers[] = { SYSFS_DRAM_TIER, SYSFS_SLOW_TIER };

	if (i >= ARRAY_SIZE(tiers))
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_TIER, .index = tiers[i] };
	return tiers[i] == SYSFS_SLOW_TIER && !dax_tier_exists(dir->model);
}

static int tier_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t n;

	if (names_parse_number(name, "memory_tier", &n) < 0)
		return -ENOENT;
	for (size_t i = 0;; i++) {
		int r = tier_at(dir, i, child);

		if (r < 0 || (r == 0 && child->index == n))
			return r;
	}
}

/* A link's serial says which tier. */
static int to_tier(const struct sysfs_obj *dir, uint64_t serial, struct sysfs_ref *out)
{
	(void)dir;
	*out = (struct sysfs_ref){ .kind = SYSFS_TIER, .index = (uint32_t)serial };
	return 0;
}

static const struct sysfs_set tier_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_TIER, .at = tier_at, .find = tier_find
};
static const struct sysfs_set tier_links = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_TIER,
	.at = tier_at,
	.find = tier_find,
	.target = to_tier,
};

/* --- the rows ----------------------------------------------------------------------------- */

LINK_TO(to_bus_tiers, SYSFS_BUS_TIERS)

static const struct sysfs_link tier_link_table[] = { { "subsystem", to_bus_tiers }, { 0 } };

const struct sysfs_dir sysfs_tier_dirs[] = {
	[SYSFS_BUS_TIERS -
	 SYSFS_BUS_TIERS] = { .name = "memory_tiering", .parent = SYSFS_BUS, .merged = true },
	[SYSFS_BUS_TIERS_DEVICES - SYSFS_BUS_TIERS] = { .name = "devices",
							.parent = SYSFS_BUS_TIERS,
							.merged = true,
							.sets = { &tier_links } },
	[SYSFS_VIRTUAL -
		SYSFS_BUS_TIERS] = { .name = "virtual", .parent = SYSFS_DEVICES, .merged = true },
	[SYSFS_TIERS - SYSFS_BUS_TIERS] = { .name = "memory_tiering",
					    .parent = SYSFS_VIRTUAL,
					    .merged = true,
					    .has_power = sysfs_always,
					    .attrs = sysfs_tiers_attrs,
					    .sets = { &tier_dirs } },
	[SYSFS_TIER - SYSFS_BUS_TIERS] = { .parent = SYSFS_TIERS,
					   .has_power = sysfs_always,
					   .attrs = sysfs_tier_attrs,
					   .links = tier_link_table,
					   .resolve = resolve_tier,
					   .make_name = name_tier },
};
