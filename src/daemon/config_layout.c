/* SPDX-License-Identifier: BSD-3-Clause */
/* Regions among each other: ids, target nodes, addresses and files that no two may share. */
#include "daemon/config_region.h"

#include <string.h>

#include "base/util.h"

/* Where the first region lies unless told otherwise, and what the next ones are rounded to. */
#define DEFAULT_START (4 * GIB)
#define DEFAULT_STEP  GIB

/* --- ids and nodes ------------------------------------------------------------------------ */

static bool id_taken(const struct config *config, const struct config_region *but, int id)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		const struct config_region *r = &config->regions[i];

		if (r != but && config_given(r, REGION_ID) && r->id == id)
			return true;
	}
	return false;
}

static int resolve_ids(struct config *config, struct refusal *refusal)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		struct config_region *r = &config->regions[i];

		if (config_given(r, REGION_ID) && id_taken(config, r, r->id))
			return config_refuse_key(r, REGION_ID,
						 "two regions cannot have the same id", refusal);
		while (!config_given(r, REGION_ID) && id_taken(config, r, r->id))
			r->id++;
		r->given |= 1u << REGION_ID;
	}
	return 0;
}

static bool target_taken(const struct config *config, int node)
{
	for (size_t i = 0; i < config->nr_regions; i++)
		if (config_given(&config->regions[i], REGION_TARGET_NODE) &&
		    config->regions[i].target_node == node)
			return true;
	return false;
}

static void resolve_target_nodes(struct config *config)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		struct config_region *r = &config->regions[i];
		int node = 1;

		if (config_given(r, REGION_TARGET_NODE))
			continue;
		while (node < CONFIG_MAX_NODE && target_taken(config, node))
			node++;
		r->target_node = node;
		r->given |= 1u << REGION_TARGET_NODE;
	}
}

/* --- addresses ---------------------------------------------------------------------------- */

static struct dax_range span_of(const struct config_region *r)
{
	return r->span;
}

/* All that it takes: of a static region, its namespace. */
static struct dax_range footprint(const struct config_region *r)
{
	return r->kind == DAX_REGION_PMEM ? dax_namespace_of(r->span, r->align) : r->span;
}

/* The first region that has its place and whose @extent touches that of @r; NULL. */
static const struct config_region *
in_the_way(const struct config *config, const struct config_region *r,
	   struct dax_range (*extent)(const struct config_region *))
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		const struct config_region *other = &config->regions[i];

		if (other != r && config_given(other, REGION_START) &&
		    dax_range_overlaps(extent(other), extent(r)))
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
	return config_refuse_key(r, REGION_START, rule, refusal);
}

static int check_places(const struct config *config, struct refusal *refusal)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		const struct config_region *r = &config->regions[i];
		const struct config_region *other;
		int e;

		if (!config_given(r, REGION_START))
			continue;
		e = config_check_start(r, refusal);
		if (e < 0)
			return e;
		other = in_the_way(config, r, span_of);
		if (other && other < r)
			return refuse_overlap(r, other, refusal);
	}
	return 0;
}

/* What its namespace keeps in front lies at @start. */
static void put_at(struct config_region *r, uint64_t start)
{
	r->span.start = CONFIG_ADDRESS_LIMIT; /* where there is room for it */
	r->span.start = start + r->span.start - footprint(r).start;
}

/* After the last region in its way, as often as needed. */
static void place(const struct config *config, struct config_region *r)
{
	const struct config_region *other;

	put_at(r, DEFAULT_START);
	while ((other = in_the_way(config, r, footprint)) != NULL)
		put_at(r, align_up(dax_range_end(other->span), DEFAULT_STEP));
	r->given |= 1u << REGION_START;
}

static int resolve_places(struct config *config, struct refusal *refusal)
{
	int e = check_places(config, refusal);

	for (size_t i = 0; i < config->nr_regions && !e; i++) {
		struct config_region *r = &config->regions[i];

		if (config_given(r, REGION_START))
			continue;
		place(config, r);
		e = config_check_start(r, refusal);
	}
	return e;
}

/* --- all of it ---------------------------------------------------------------------------- */

static int check_same_file(const struct config *config, struct refusal *refusal)
{
	for (size_t i = 0; i < config->nr_regions; i++)
		for (size_t j = 0; j < i; j++) {
			const struct config_region *a = &config->regions[i],
						   *b = &config->regions[j];

			if (a->path && b->path && !strcmp(a->path, b->path))
				return config_refuse_key(a, REGION_BACKING,
							 "two regions cannot share one file",
							 refusal);
		}
	return 0;
}

int config_regions_resolve(struct config *config, struct refusal *refusal)
{
	int e;

	resolve_target_nodes(config);
	e = resolve_ids(config, refusal);
	for (size_t i = 0; i < config->nr_regions && !e; i++)
		e = config_resolve_region(&config->regions[i], refusal);
	if (!e)
		e = resolve_places(config, refusal);
	return e ? e : check_same_file(config, refusal);
}
