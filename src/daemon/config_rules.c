/* SPDX-License-Identifier: BSD-3-Clause */
/* What must hold of one region, whatever the others are: one table of rules, and its file. */
#include "daemon/config_region.h"

#include <string.h>
#include <sys/stat.h>

#include "base/util.h"

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
	return r->span.len <= CONFIG_ADDRESS_LIMIT;
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
	return r->span.start <= CONFIG_ADDRESS_LIMIT - r->span.len;
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

static int check_rules(const struct config_region *r, const struct rule *list, size_t count,
		       struct refusal *refusal)
{
	for (size_t i = 0; i < count; i++)
		if (!list[i].holds(r))
			return config_refuse_key(r, list[i].key, list[i].text, refusal);
	return 0;
}

int config_check_start(const struct config_region *r, struct refusal *refusal)
{
	return check_rules(r, start_rules, ARRAY_SIZE(start_rules), refusal);
}

/* --- a file given by path ----------------------------------------------------------------- */

static int check_file_size(struct config_region *r, uint64_t size, struct refusal *refusal)
{
	char rule[96];

	if (!config_given(r, REGION_SIZE))
		r->span.len = size;
	if (r->span.len == size)
		return 0;
	snprintf(rule, sizeof(rule), "must be the size of the file, which has %llu bytes",
		 (unsigned long long)size);
	return config_refuse_key(r, REGION_SIZE, rule, refusal);
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
	if (!config_given(r, REGION_TYPE))
		r->kind = DAX_REGION_PMEM;
	if (r->kind != DAX_REGION_PMEM)
		return config_refuse_key(r, REGION_BACKING,
					 "a file can back a static region only, say type=static",
					 refusal);
	if (stat(r->path, &st) < 0)
		return config_refuse_key(
			r, REGION_BACKING,
			errno == ENOENT ? "there is no such file" : strerror(errno), refusal);
	if (!S_ISREG(st.st_mode))
		return config_refuse_key(r, REGION_BACKING, "must be a regular file", refusal);
	if (access(r->path, R_OK | W_OK) < 0)
		return config_refuse_key(r, REGION_BACKING, "must be readable and writable",
					 refusal);
	if (make_absolute(r) < 0)
		return config_refuse_key(r, REGION_BACKING, strerror(errno), refusal);
	return check_file_size(r, (uint64_t)st.st_size, refusal);
}

/* --- all of it ---------------------------------------------------------------------------- */

/* The memory is to lie there. Node 0 is everywhere, also without NUMA. */
static bool numa_node_exists(const struct config_region *r)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d", r->numa_node);
	return !r->numa_node || !access(path, F_OK);
}

int config_resolve_region(struct config_region *r, struct refusal *refusal)
{
	int e = resolve_file(r, refusal);

	if (e < 0)
		return e;
	if (!numa_node_exists(r))
		return config_refuse_key(r, REGION_NUMA_NODE, "this machine has no such node",
					 refusal);
	if (!config_given(r, REGION_SIZE) && r->backing != BACKING_FILE)
		return refuse(refusal, "%s: size is missing: say how much, as in size=2G",
			      r->where);
	return check_rules(r, rules, ARRAY_SIZE(rules), refusal);
}
