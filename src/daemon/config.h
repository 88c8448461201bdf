/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the user asked for, checked. Reads option values and the configuration file, fills in the
 * defaults, and refuses what cannot be with one sentence that names the option, the value and the
 * rule. Nothing is created here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backing/backing.h"
#include "core/model.h"
#include "core/profile.h"
#include "core/range.h"
#include "daemon/refuse.h"

enum config_driver { CONFIG_DEVICE_DAX, CONFIG_KMEM, CONFIG_NO_DRIVER };

/* Bits of struct config_region.given, in the order of region_key_defs. */
enum config_region_key {
	REGION_SIZE,
	REGION_TYPE,
	REGION_ID,
	REGION_START,
	REGION_ALIGN,
	REGION_BACKING,
	REGION_NUMA_NODE,
	REGION_TARGET_NODE,
	REGION_DRIVER,
	REGION_DEEP_FLUSH,
	REGION_PERSISTENCE,
	REGION_BADBLOCKS,
	NR_REGION_KEYS,
};

struct config_region {
	unsigned given; /* bit per enum config_region_key: the user said it */
	int id;
	enum dax_region_kind kind;
	struct dax_range span;
	uint64_t align;
	enum backing_kind backing;
	char *path; /* BACKING_FILE, else NULL; owned */
	int numa_node;
	int target_node;
	enum config_driver driver;
	enum dax_deep_flush deep_flush;
	enum dax_persistence persistence;
	struct dax_bad bad; /* from the start of the device */
	char where[128];    /* "--region" or "FILE: [region NAME]", for refusals */
};

enum config_node { CONFIG_NODE_AUTO, CONFIG_NODE_CUSE, CONFIG_NODE_FUSE };

/* Who hears uevents by netlink. */
enum config_uevents { CONFIG_UEVENTS_AUTO, CONFIG_UEVENTS_PRIVATE, CONFIG_UEVENTS_OFF };

struct config {
	char instance[64];
	const struct dax_profile *profile;
	enum config_node node;
	enum config_uevents uevents;
	uint64_t memblock_size; /* bytes */
	enum dax_online_policy auto_online;
	bool memmap_on_memory;
	struct config_region *regions; /* owned */
	size_t nr_regions;
};

/* One option as it was given; both lent. @value is NULL for an option without argument. */
struct config_value {
	const char *name; /* of option_defs[] */
	const char *value;
};

/**
 * config_load() - the configuration of an instance
 * @values: from the command line, in order; a --config among them is read first
 *
 * Looks at the files that regions name, changes nothing.
 *
 * Return: 0, -EINVAL with @refusal set, -ENOMEM with @refusal set. Nothing to free on failure.
 */
int config_load(struct config *out, const struct config_value *values, size_t count,
		struct refusal *refusal);

void config_free(struct config *config);

/* "memfd", "hugetlb", "file:". */
const char *config_backing_name(enum backing_kind kind);

/* Checks an instance name. Return: 0 or -EINVAL with @refusal set. */
int config_check_instance(const char *option, const char *name, struct refusal *refusal);

/* --- between the files of this layer ----------------------------------------------------- */

/* Sets one option of [daxemu] or of the command line. @where: "--" or "FILE: ". */
int config_set(struct config *config, const char *where, const char *name, const char *value,
	       struct refusal *refusal);

/* Appends a region that has all its defaults. NULL without memory. */
struct config_region *config_add_region(struct config *config, const char *where);

void config_drop_regions(struct config *config);

/* Sets one key of a region. */
int config_region_set(struct config_region *region, const char *key, const char *value,
		      struct refusal *refusal);

/* Reads KEY=VALUE,... */
int config_region_parse(struct config_region *region, const char *spec, struct refusal *refusal);

/* Fills in what was not said, checks every region alone and against the others. */
int config_regions_resolve(struct config *config, struct refusal *refusal);

/* Reads an INI file. */
int config_read_file(struct config *config, const char *path, struct refusal *refusal);
