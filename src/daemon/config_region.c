/* SPDX-License-Identifier: BSD-3-Clause */
/* What the user asked for: regions. One table of keys, one of rules. */
#include <assert.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/parse.h"
#include "base/util.h"
#include "daemon/config.h"
#include "daemon/config_nvdimm.h"
#include "daemon/options.h"

/* Where the first region lies unless told otherwise, and what the next ones are rounded to. */
#define DEFAULT_START (4 * GIB)
#define DEFAULT_STEP  GIB
/* x86-64 has 52 bits of physical address. */
#define ADDRESS_LIMIT (UINT64_C(1) << 52)
/* A bit of dax_model_config.online_nodes each. */
#define MAX_NODE      63
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
	return set_int(value, 0, MAX_NODE, &region->numa_node);
}

static int set_target_node(struct config_region *region, const char *value)
{
	return set_int(value, -1, MAX_NODE, &region->target_node);
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

/* "2G", "3M", "12345": what parse_size() reads back. */
static void show_size(uint64_t size, char *out, size_t len)
{
	const char *suffix = "\0KMGT";

	for (; suffix[1] && size && !(size % KIB); suffix++)
		size /= KIB;
	snprintf(out, len, "%llu%c", (unsigned long long)size, *suffix);
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
	if (region->given & 1u << i)
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

/* --- rules of one region ------------------------------------------------------------------ */

static bool size_is_some(const struct config_region *r)
{
	return r->span.len > 0;
}

static bool size_is_2m(const struct config_region *r)
{
	return is_aligned(r->span.len, DAX_SUBSECTION_SIZE);
}

static bool size_is_aligned(const struct config_region *r)
{
	return is_aligned(r->span.len, r->align);
}

static bool size_fits(const struct config_region *r)
{
	return r->span.len <= ADDRESS_LIMIT;
}

static bool start_is_2m(const struct config_region *r)
{
	return is_aligned(r->span.start, DAX_SUBSECTION_SIZE);
}

static bool start_is_aligned(const struct config_region *r)
{
	return is_aligned(r->span.start, r->align);
}

static bool start_fits(const struct config_region *r)
{
	return r->span.start <= ADDRESS_LIMIT - r->span.len;
}

static bool align_is_huge(const struct config_region *r)
{
	return r->backing != BACKING_HUGETLB || r->align >= 2 * MIB;
}

static bool kmem_has_node(const struct config_region *r)
{
	return r->driver != CONFIG_KMEM || r->target_node >= 0;
}

#define ONLY_STATIC "only a static region has it, say type=static"

static bool flush_is_static(const struct config_region *r)
{
	return r->kind == DAX_REGION_PMEM || r->deep_flush == DAX_FLUSH_ABSENT;
}

static bool persistence_is_static(const struct config_region *r)
{
	return r->kind == DAX_REGION_PMEM || r->persistence == DAX_PERSIST_ABSENT;
}

static bool bad_is_static(const struct config_region *r)
{
	return r->kind == DAX_REGION_PMEM || !r->bad.nr;
}

static bool bad_fits(const struct config_region *r)
{
	return !r->bad.nr || dax_range_end(r->bad.runs[r->bad.nr - 1]) <= r->span.len;
}

/* In order: a rule may rely on those before it. */
static const struct rule {
	enum config_region_key key;
	bool (*holds)(const struct config_region *region);
	const char *text;
} rules[] = {
	{ REGION_SIZE, size_is_some, "must be more than 0" },
	{ REGION_SIZE, size_is_2m, "must be a multiple of 2M" },
	{ REGION_SIZE, size_is_aligned, "must be a multiple of align" },
	{ REGION_SIZE, size_fits, "must fit into 52 bits of physical address" },
	{ REGION_ALIGN, align_is_huge, "a region of huge pages cannot be aligned to less than 2M" },
	{ REGION_DRIVER, kmem_has_node, "kmem needs a target-node of 0 or more" },
	{ REGION_DEEP_FLUSH, flush_is_static, ONLY_STATIC },
	{ REGION_PERSISTENCE, persistence_is_static, ONLY_STATIC },
	{ REGION_BADBLOCKS, bad_is_static, ONLY_STATIC },
	{ REGION_BADBLOCKS, bad_fits, "must lie within the device" },
};

static const struct rule start_rules[] = {
	{ REGION_START, start_is_2m, "must be a multiple of 2M" },
	{ REGION_START, start_is_aligned, "must be a multiple of align" },
	{ REGION_START, start_fits, "the region must end within 52 bits of physical address" },
};

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

static int refuse_key(const struct config_region *r, enum config_region_key key, const char *rule,
		      struct refusal *refusal)
{
	char value[PATH_MAX];

	show_key(r, key, value, sizeof(value));
	return refuse(refusal, "%s: %s=%.200s: %s", r->where, region_key_defs[key].name, value,
		      rule);
}

static int check_rules(const struct config_region *r, const struct rule *list, size_t count,
		       struct refusal *refusal)
{
	for (size_t i = 0; i < count; i++)
		if (!list[i].holds(r))
			return refuse_key(r, list[i].key, list[i].text, refusal);
	return 0;
}

/* --- a file given by path ----------------------------------------------------------------- */

static bool given(const struct config_region *r, enum config_region_key key)
{
	return r->given & 1u << key;
}

static int check_file_size(struct config_region *r, uint64_t size, struct refusal *refusal)
{
	char rule[96];

	if (!given(r, REGION_SIZE))
		r->span.len = size;
	if (r->span.len == size)
		return 0;
	snprintf(rule, sizeof(rule), "must be the size of the file, which has %llu bytes",
		 (unsigned long long)size);
	return refuse_key(r, REGION_SIZE, rule, refusal);
}

/* The daemon works elsewhere, and one file may have several names. */
static int make_absolute(struct config_region *r)
{
	char *path = realpath(r->path, NULL);

	if (!path)
		return -errno;
	free(r->path);
	r->path = path;
	return 0;
}

static int resolve_file(struct config_region *r, struct refusal *refusal)
{
	struct stat st;

	if (r->backing != BACKING_FILE)
		return 0;
	if (!given(r, REGION_TYPE))
		r->kind = DAX_REGION_PMEM;
	if (r->kind != DAX_REGION_PMEM)
		return refuse_key(r, REGION_BACKING,
				  "a file can back a static region only, say type=static", refusal);
	if (stat(r->path, &st) < 0)
		return refuse_key(r, REGION_BACKING,
				  errno == ENOENT ? "there is no such file" : strerror(errno),
				  refusal);
	if (!S_ISREG(st.st_mode))
		return refuse_key(r, REGION_BACKING, "must be a regular file", refusal);
	if (access(r->path, R_OK | W_OK) < 0)
		return refuse_key(r, REGION_BACKING, "must be readable and writable", refusal);
	if (make_absolute(r) < 0)
		return refuse_key(r, REGION_BACKING, strerror(errno), refusal);
	return check_file_size(r, (uint64_t)st.st_size, refusal);
}

/* The memory is to lie there. Node 0 is everywhere, also without NUMA. */
static bool numa_node_exists(const struct config_region *r)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d", r->numa_node);
	return !r->numa_node || !access(path, F_OK);
}

static int resolve_alone(struct config_region *r, struct refusal *refusal)
{
	int e = resolve_file(r, refusal);

	if (e < 0)
		return e;
	if (!numa_node_exists(r))
		return refuse_key(r, REGION_NUMA_NODE, "this machine has no such node", refusal);
	if (!given(r, REGION_SIZE) && r->backing != BACKING_FILE)
		return refuse(refusal, "%s: size is missing: say how much, as in size=2G",
			      r->where);
	return check_rules(r, rules, ARRAY_SIZE(rules), refusal);
}

/* --- regions among each other ------------------------------------------------------------- */

static bool id_taken(const struct config *config, const struct config_region *but, int id)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		const struct config_region *r = &config->regions[i];

		if (r != but && given(r, REGION_ID) && r->id == id)
			return true;
	}
	return false;
}

static int resolve_ids(struct config *config, struct refusal *refusal)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		struct config_region *r = &config->regions[i];

		if (given(r, REGION_ID) && id_taken(config, r, r->id))
			return refuse_key(&config->regions[i], REGION_ID,
					  "two regions cannot have the same id", refusal);
		while (!given(r, REGION_ID) && id_taken(config, r, r->id))
			r->id++;
		r->given |= 1u << REGION_ID;
	}
	return 0;
}

static bool target_taken(const struct config *config, int node)
{
	for (size_t i = 0; i < config->nr_regions; i++)
		if (given(&config->regions[i], REGION_TARGET_NODE) &&
		    config->regions[i].target_node == node)
			return true;
	return false;
}

static void resolve_target_nodes(struct config *config)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		struct config_region *r = &config->regions[i];
		int node = 1;

		if (given(r, REGION_TARGET_NODE))
			continue;
		while (node < MAX_NODE && target_taken(config, node))
			node++;
		r->target_node = node;
		r->given |= 1u << REGION_TARGET_NODE;
	}
}

/* A region that has its place and lies over @r; NULL. */
static const struct config_region *overlapping(const struct config *config,
					       const struct config_region *r)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		const struct config_region *other = &config->regions[i];

		if (other != r && given(other, REGION_START) &&
		    dax_range_overlaps(other->span, r->span))
			return other;
	}
	return NULL;
}

static int refuse_overlap(const struct config_region *r, const struct config_region *other,
			  struct refusal *refusal)
{
	char rule[128];

	snprintf(rule, sizeof(rule), "overlaps region %d, which has 0x%llx to 0x%llx", other->id,
		 (unsigned long long)other->span.start,
		 (unsigned long long)dax_range_last(other->span));
	return refuse_key(r, REGION_START, rule, refusal);
}

static int check_places(const struct config *config, struct refusal *refusal)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		const struct config_region *r = &config->regions[i];
		const struct config_region *other;
		int e;

		if (!given(r, REGION_START))
			continue;
		e = check_rules(r, start_rules, ARRAY_SIZE(start_rules), refusal);
		if (e < 0)
			return e;
		other = overlapping(config, r);
		if (other && other < r)
			return refuse_overlap(r, other, refusal);
	}
	return 0;
}

/* All that it takes: of a static region, its namespace. */
static struct dax_range footprint(const struct config_region *r)
{
	return r->kind == DAX_REGION_PMEM ? dax_namespace_of(r->span, r->align) : r->span;
}

/* A region that has its place and is in the way of @r; NULL. */
static const struct config_region *in_the_way(const struct config *config,
					      const struct config_region *r)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		const struct config_region *other = &config->regions[i];

		if (other != r && given(other, REGION_START) &&
		    dax_range_overlaps(footprint(other), footprint(r)))
			return other;
	}
	return NULL;
}

/* What its namespace keeps in front lies at @start. */
static void put_at(struct config_region *r, uint64_t start)
{
	r->span.start = ADDRESS_LIMIT; /* where there is room for it */
	r->span.start = start + r->span.start - footprint(r).start;
}

/* After the last region in its way, as often as needed. */
static void place(const struct config *config, struct config_region *r)
{
	const struct config_region *other;

	put_at(r, DEFAULT_START);
	while ((other = in_the_way(config, r)) != NULL)
		put_at(r, align_up(dax_range_end(other->span), DEFAULT_STEP));
	r->given |= 1u << REGION_START;
}

static int resolve_places(struct config *config, struct refusal *refusal)
{
	int e = check_places(config, refusal);

	for (size_t i = 0; i < config->nr_regions && !e; i++) {
		struct config_region *r = &config->regions[i];

		if (given(r, REGION_START))
			continue;
		place(config, r);
		e = check_rules(r, start_rules, ARRAY_SIZE(start_rules), refusal);
	}
	return e;
}

static int check_same_file(const struct config *config, struct refusal *refusal)
{
	for (size_t i = 0; i < config->nr_regions; i++)
		for (size_t j = 0; j < i; j++) {
			const struct config_region *a = &config->regions[i],
						   *b = &config->regions[j];

			if (a->path && b->path && !strcmp(a->path, b->path))
				return refuse_key(a, REGION_BACKING,
						  "two regions cannot share one file", refusal);
		}
	return 0;
}

int config_regions_resolve(struct config *config, struct refusal *refusal)
{
	int e;

	resolve_target_nodes(config);
	e = resolve_ids(config, refusal);
	for (size_t i = 0; i < config->nr_regions && !e; i++)
		e = resolve_alone(&config->regions[i], refusal);
	if (!e)
		e = resolve_places(config, refusal);
	return e ? e : check_same_file(config, refusal);
}
