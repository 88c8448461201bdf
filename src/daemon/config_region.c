/* SPDX-License-Identifier: BSD-3-Clause */
/* One region, as the user wrote it: a table of keys, and how a value is said in a refusal. */
#include "daemon/config_region.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "base/parse.h"
#include "base/util.h"
#include "daemon/config_nvdimm.h"
#include "daemon/options.h"

#define MAX_REGION_ID 9999

static int set_size(struct config_region *region, const char *value)
{
	return parse_size(value, &region->span.len);
}

static int set_type(struct config_region *region, const char *value)
{
	bool is_static = !strcmp(value, "static");

	if (!is_static && strcmp(value, "dynamic"))
		return -EINVAL;
	region->kind = is_static ? DAX_REGION_PMEM : DAX_REGION_HMEM;
	return 0;
}

static int set_int(const char *value, int min, int max, int *out)
{
	int n;

	if (parse_int(value, &n) < 0 || n < min || n > max)
		return -EINVAL;
	*out = n;
	return 0;
}

static int set_id(struct config_region *region, const char *value)
{
	return set_int(value, 0, MAX_REGION_ID, &region->id);
}

static int set_start(struct config_region *region, const char *value)
{
	return parse_size(value, &region->span.start);
}

static int set_align(struct config_region *region, const char *value)
{
	uint64_t align;

	if (parse_size(value, &align) < 0)
		return -EINVAL;
	if (align != 4 * KIB && align != 2 * MIB && align != GIB)
		return -EINVAL;
	region->align = align;
	return 0;
}

static int set_backing_file(struct config_region *region, const char *path)
{
	char *copy;

	if (!*path)
		return -EINVAL;
	copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	free(region->path);
	region->path = copy;
	region->backing = BACKING_FILE;
	return 0;
}

static int set_backing(struct config_region *region, const char *value)
{
	if (!strncmp(value, "file:", 5))
		return set_backing_file(region, value + 5);
	if (strcmp(value, "memfd") && strcmp(value, "hugetlb"))
		return -EINVAL;
	region->backing = *value == 'm' ? BACKING_MEMFD : BACKING_HUGETLB;
	return 0;
}

static int set_numa_node(struct config_region *region, const char *value)
{
	return set_int(value, 0, CONFIG_MAX_NODE, &region->numa_node);
}

static int set_target_node(struct config_region *region, const char *value)
{
	return set_int(value, -1, CONFIG_MAX_NODE, &region->target_node);
}

static const char *const driver_names[] = { "device_dax", "kmem", "none" };

static int set_driver(struct config_region *region, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(driver_names); i++) {
		if (strcmp(driver_names[i], value))
			continue;
		region->driver = (enum config_driver)i;
		return 0;
	}
	return -EINVAL;
}

/* Indexed by enum config_region_key, as is region_key_defs. */
static const struct key {
	int (*set)(struct config_region *region, const char *value);
	const char *rule;
} keys[] = {
	[REGION_SIZE] = { set_size, "must be a size such as 2G, 512M or a number of bytes" },
	[REGION_TYPE] = { set_type, "must be dynamic or static" },
	[REGION_ID] = { set_id, "must be a number from 0 to 9999" },
	[REGION_START] = { set_start, "must be an address such as 0x100000000 or 4G" },
	[REGION_ALIGN] = { set_align, "must be 4K, 2M or 1G" },
	[REGION_BACKING] = { set_backing, "must be memfd, hugetlb or file:PATH" },
	[REGION_NUMA_NODE] = { set_numa_node, "must be a number from 0 to 63" },
	[REGION_TARGET_NODE] = { set_target_node, "must be a number from 0 to 63, or -1" },
	[REGION_DRIVER] = { set_driver, "must be device_dax, kmem or none" },
	[REGION_DEEP_FLUSH] = { config_set_deep_flush,
				"must be absent, 0, 1, read-only or failing" },
	[REGION_PERSISTENCE] = { config_set_persistence,
				 "must be absent, cpu_cache or memory_controller" },
	[REGION_BADBLOCKS] = { config_set_badblocks,
			       "must be OFFSET[+LEN], multiples of 512, more after a colon, "
			       "and 512 runs of 256K at most" },
};
static_assert(ARRAY_SIZE(keys) == NR_REGION_KEYS, "one entry per key");

static int key_find(const char *name)
{
	for (int i = 0; i < NR_REGION_KEYS; i++)
		if (!strcmp(region_key_defs[i].name, name))
			return i;
	return -1;
}

int config_region_set(struct config_region *region, const char *key, const char *value,
		      struct refusal *refusal)
{
	int i = key_find(key);

	if (i < 0)
		return refuse(refusal,
			      "%s: %s=%s: there is no such key, there are size, type, id, "
			      "start, align, backing, numa-node, target-node, driver, deep-flush, "
			      "persistence-domain and badblocks",
			      region->where, key, value);
	if (config_given(region, (enum config_region_key)i))
		return refuse(refusal, "%s: %s=%s: was given already, say it once", region->where,
			      key, value);
	if (keys[i].set(region, value) < 0)
		return refuse(refusal, "%s: %s=%s: %s", region->where, key, value, keys[i].rule);
	region->given |= 1u << i;
	return 0;
}

static int parse_one(struct config_region *region, char *word, struct refusal *refusal)
{
	char *value = strchr(word, '=');

	if (!value)
		return refuse(refusal, "%s: '%s': must be KEY=VALUE, as in size=2G,align=2M",
			      region->where, word);
	*value++ = '\0';
	return config_region_set(region, word, value, refusal);
}

int config_region_parse(struct config_region *region, const char *spec, struct refusal *refusal)
{
	_cleanup_free_ char *copy = strdup(spec);
	char *rest = copy;
	int r = 0;

	if (!copy)
		return refuse(refusal, "--region=%s: out of memory", spec);
	while (rest && !r)
		r = parse_one(region, strsep(&rest, ","), refusal);
	return r;
}

struct config_region *config_add_region(struct config *config, const char *where)
{
	size_t n = config->nr_regions + 1;
	struct config_region *all = realloc(config->regions, n * sizeof(*all));

	if (!all)
		return NULL;
	config->regions = all;
	config->nr_regions = n;
	all[n - 1] = (struct config_region){
		.kind = DAX_REGION_HMEM,
		.align = 2 * MIB,
		.backing = BACKING_MEMFD,
		.driver = CONFIG_DEVICE_DAX,
	};
	snprintf(all[n - 1].where, sizeof(all[n - 1].where), "%s", where);
	return &all[n - 1];
}

/* --- refusals ----------------------------------------------------------------------------- */

/* "2G", "3M", "12345": what parse_size() reads back. */
static void show_size(uint64_t size, char *out, size_t len)
{
	const char *suffix = "\0KMGT";

	for (; suffix[1] && size && !(size % KIB); suffix++)
		size /= KIB;
	snprintf(out, len, "%llu%c", (unsigned long long)size, *suffix);
}

const char *config_backing_name(enum backing_kind kind)
{
	static const char *const names[] = { "memfd", "hugetlb", "file:" };

	return names[kind];
}

/* The value of a key that a rule is about. */
static void show_key(const struct config_region *r, enum config_region_key key, char *out,
		     size_t len)
{
	switch (key) {
	case REGION_SIZE:
		show_size(r->span.len, out, len);
		break;
	case REGION_ALIGN:
		show_size(r->align, out, len);
		break;
	case REGION_START:
		snprintf(out, len, "0x%llx", (unsigned long long)r->span.start);
		break;
	case REGION_BACKING:
		snprintf(out, len, "%s%s", config_backing_name(r->backing), r->path ? r->path : "");
		break;
	case REGION_DRIVER:
		snprintf(out, len, "%s", driver_names[r->driver]);
		break;
	case REGION_ID:
		snprintf(out, len, "%d", r->id);
		break;
	case REGION_DEEP_FLUSH:
	case REGION_PERSISTENCE:
	case REGION_BADBLOCKS:
		config_show_nvdimm(r, key, out, len);
		break;
	default:
		snprintf(out, len, "%d", r->numa_node);
	}
}

int config_refuse_key(const struct config_region *r, enum config_region_key key, const char *rule,
		      struct refusal *refusal)
{
	char value[PATH_MAX];

	show_key(r, key, value, sizeof(value));
	return refuse(refusal, "%s: %s=%.200s: %s", r->where, region_key_defs[key].name, value,
		      rule);
}
