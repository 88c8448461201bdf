/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files that check regions have from one another. */
#pragma once

#include "daemon/config.h"

/* x86-64 has 52 bits of physical address. */
#define CONFIG_ADDRESS_LIMIT (UINT64_C(1) << 52)
/* A bit of dax_model_config.online_nodes each. */
#define CONFIG_MAX_NODE 63

/* The user said it, or it is settled by now. */
static inline bool config_given(const struct config_region *region, enum config_region_key key)
{
	return region->given & 1u << key;
}

/* Refuses a region for the value that it has of @key. Return: -EINVAL with @refusal set. */
int config_refuse_key(const struct config_region *region, enum config_region_key key,
		      const char *rule, struct refusal *refusal);

/**
 * config_resolve_region() - check a region, without regard to others
 *
 * Looks at its file and at the machine's nodes. Sets a size and a type that were not given, and
 * makes the file's path absolute; so it comes before any comparison of files.
 *
 * Return: 0, -EINVAL with @refusal set.
 */
int config_resolve_region(struct config_region *region, struct refusal *refusal);

/* Checks where it lies, once that is known. Return: 0, -EINVAL with @refusal set. */
int config_check_start(const struct config_region *region, struct refusal *refusal);
