/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The keys of a static region that say what its NVDIMM is like; the table of all keys is in
 * config_region.c.
 */
#pragma once

#include "daemon/config.h"

/* Return: 0, -EINVAL (no such value), -ENOSPC, -ENOMEM. */
int config_set_deep_flush(struct config_region *region, const char *value);
int config_set_persistence(struct config_region *region, const char *value);
int config_set_badblocks(struct config_region *region, const char *value);

/* The values as they are said. */
const char *config_deep_flush_name(enum dax_deep_flush deep_flush);
const char *config_persistence_name(enum dax_persistence persistence);

/* The value of such a key, as it is said; of badblocks the last run. */
void config_show_nvdimm(const struct config_region *region, enum config_region_key key, char *out,
			size_t len);

/**
 * config_parse_run() - OFFSET[+LEN], sizes as parse_size() reads them; LEN is DAX_BAD_BLOCK unless
 * said
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int config_parse_run(const char *text, struct dax_range *out);
