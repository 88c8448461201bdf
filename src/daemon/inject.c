/* SPDX-License-Identifier: BSD-3-Clause */
/* Words of `daxemu inject`. One row per point at which something can be made to fail. */
#include "daemon/inject.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/util.h"
#include "daemon/config_nvdimm.h"

struct inject_value {
	const char *name;
	int error;
};

struct inject_point {
	const char *name;
	enum dax_fault_point point;
	const struct inject_value *values; /* what Linux may answer here; NULL: a run of blocks */
	const char *rule;		   /* the same in words */
	const char *key;
	/* Whether the model can come to have the object. */
	bool (*possible)(const struct dax_model *model, uint64_t key);
	const char *impossible;
};

/* Pages in use, a signal, a notifier's veto. Source: Linux mm/memory_hotplug.c, offline_pages(). */
static const struct inject_value offline_values[] = {
	{ "EBUSY", -EBUSY },   { "EINTR", -EINTR }, { "EINVAL", -EINVAL },
	{ "ENOMEM", -ENOMEM }, { "EPERM", -EPERM }, { 0 },
};

/* Source: Linux mm/memory_hotplug.c, online_pages(). */
static const struct inject_value online_values[] = {
	{ "EINVAL", -EINVAL },
	{ "ENOMEM", -ENOMEM },
	{ "EPERM", -EPERM },
	{ 0 },
};

/* The whole block lies in a region: it can be hot-plugged, now or later. */
static bool block_is_possible(const struct dax_model *model, uint64_t block)
{
	struct dax_range range = { .len = model->config.memblock_size };

	if (__builtin_mul_overflow(block, range.len, &range.start))
		return false;
	for (size_t i = 0; i < model->nr_regions; i++)
		if (dax_range_contains(model->regions[i]->config.span, range))
			return true;
	return false;
}

/* Source: Linux drivers/nvdimm/region_devs.c, nvdimm_flush(). */
static const struct inject_value flush_values[] = { { "EIO", -EIO }, { 0 } };

static const struct dax_region *static_region(const struct dax_model *model, uint64_t id)
{
	const struct dax_region *region = id <= INT32_MAX ? dax_region_find(model, (int)id) : NULL;

	return region && region->config.kind == DAX_REGION_PMEM ? region : NULL;
}

static bool region_is_static(const struct dax_model *model, uint64_t id)
{
	return static_region(model, id);
}

static bool region_flushes(const struct dax_model *model, uint64_t id)
{
	const struct dax_region *region = static_region(model, id);

	return region && (region->config.deep_flush == DAX_FLUSH_WORKS ||
			  region->config.deep_flush == DAX_FLUSH_FAILS);
}

static const struct inject_point points[] = {
	{ "offline", DAX_FAULT_OFFLINE, offline_values,
	  "must be EBUSY, EINTR, EINVAL, ENOMEM, EPERM or none", "block", block_is_possible,
	  "no region has this memory block" },
	{ "online", DAX_FAULT_ONLINE, online_values, "must be EINVAL, ENOMEM, EPERM or none",
	  "block", block_is_possible, "no region has this memory block" },
	{ "deep_flush", DAX_FAULT_DEEP_FLUSH, flush_values, "must be EIO or none", "region",
	  region_flushes, "there is no such region whose deep_flush can be written" },
	{ "badblock", 0, NULL, "must be OFFSET[+LEN], multiples of 512", "region", region_is_static,
	  "there is no such static region" },
};

static const struct inject_point *point_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(points); i++)
		if (!strcmp(points[i].name, name))
			return &points[i];
	return NULL;
}

static const struct inject_point *point_of(enum dax_fault_point point)
{
	const struct inject_point *p = points;

	while (!p->values || p->point != point)
		p++;
	return p;
}

int inject_print(const struct dax_fault *fault, struct strbuf *out)
{
	const struct inject_point *point = point_of(fault->point);
	const struct inject_value *value = point->values;
	int r;

	while (value->error != fault->error)
		value++;
	r = strbuf_printf(out, "%s=%s", point->name, value->name);
	if (!r && !fault->every)
		r = strbuf_printf(out, ",%s=%llu", point->key, (unsigned long long)fault->key);
	if (!r && fault->count)
		r = strbuf_printf(out, ",count=%llu", (unsigned long long)fault->count);
	return r;
}

static int set_run(struct inject *inject, const char *text, struct refusal *refusal)
{
	struct dax_range *run = &inject->run;

	if (!config_parse_run(text, run) && run->len &&
	    is_aligned(run->start | run->len, DAX_BAD_BLOCK))
		return 0;
	return refuse(refusal, "inject: %s=%s: %s", inject->point->name, text, inject->point->rule);
}

static int set_value(struct inject *inject, const char *text, struct refusal *refusal)
{
	if (!inject->point->values)
		return set_run(inject, text, refusal);
	inject->none = !strcmp(text, "none");
	for (const struct inject_value *v = inject->point->values; v->name && !inject->none; v++)
		if (!strcmp(v->name, text))
			inject->fault.error = v->error;
	if (inject->none || inject->fault.error)
		return 0;
	return refuse(refusal, "inject: %s=%s: %s", inject->point->name, text, inject->point->rule);
}

/* KEY=VALUE after the first. */
static int set_key(struct inject *inject, const char *key, const char *text,
		   struct refusal *refusal)
{
	struct dax_fault *fault = &inject->fault;
	bool is_count = !strcmp(key, "count"), counts = inject->point->values;
	uint64_t n;

	if (is_count ? !counts : strcmp(key, inject->point->key) != 0)
		return refuse(refusal, "inject: %s=%s: there is no such key, there %s %s%s", key,
			      text, counts ? "are" : "is", inject->point->key,
			      counts ? " and count" : "");
	if (is_count ? fault->count != 0 : !fault->every)
		return refuse(refusal, "inject: %s=%s: was given already, say it once", key, text);
	if (is_count && inject->none)
		return refuse(refusal, "inject: count=%s: cannot be said with %s=none", text,
			      inject->point->name);
	if (strchr(text, '\n') || parse_u64(text, 0, &n) < 0 || (is_count && !n))
		return refuse(refusal, "inject: %s=%s: must be a number%s", key, text,
			      is_count ? " from 1 on" : "");
	if (is_count)
		fault->count = n;
	else
		fault->key = n;
	fault->every &= is_count;
	return 0;
}

static int parse_first(struct inject *inject, const char *name, const char *value,
		       struct refusal *refusal)
{
	inject->point = point_find(name);
	if (!inject->point)
		return refuse(refusal,
			      "inject: %s=%s: there is no such point, there are offline, "
			      "online, deep_flush and badblock",
			      name, value);
	inject->fault.point = inject->point->point;
	return set_value(inject, value, refusal);
}

static int parse_word(struct inject *inject, char *word, struct refusal *refusal)
{
	char *value = strchr(word, '=');

	if (!value)
		return refuse(refusal,
			      "inject: '%s': must be KEY=VALUE, as in offline=EBUSY,block=32",
			      word);
	*value++ = '\0';
	return inject->point ? set_key(inject, word, value, refusal)
			     : parse_first(inject, word, value, refusal);
}

int inject_parse(struct inject *out, const char *spec, struct refusal *refusal)
{
	_cleanup_free_ char *copy = strdup(spec);
	struct inject inject = { .fault = { .every = true } };
	char *rest = copy;
	int r = 0;

	if (!copy)
		return refuse(refusal, "inject: %s: out of memory", spec);
	while (rest && !r)
		r = parse_word(&inject, strsep(&rest, ","), refusal);
	if (!r && !inject.point->values && inject.fault.every)
		r = refuse(refusal, "inject: %s: say in which region, as in region=0", spec);
	if (!r)
		*out = inject;
	return r;
}

/* Blocks fail. */
static int apply_run(struct dax_model *model, const struct inject *inject, struct refusal *refusal)
{
	struct dax_region *region = dax_region_find(model, (int)inject->fault.key);
	int r = dax_region_add_bad(region, inject->run);

	if (r == 0)
		return 0;
	return refuse(refusal, "inject: %s=0x%llx+0x%llx: %s", inject->point->name,
		      (unsigned long long)inject->run.start, (unsigned long long)inject->run.len,
		      r == -EINVAL   ? "must lie within the device"
		      : r == -ENOSPC ? "there are 512 runs of 256K already"
				     : "out of memory");
}

int inject_apply(struct dax_model *model, const struct inject *inject, struct refusal *refusal)
{
	const struct inject_point *point = inject->point;
	const struct dax_fault *fault = &inject->fault;

	if (!fault->every && !point->possible(model, fault->key))
		return refuse(refusal, "inject: %s=%llu: %s", point->key,
			      (unsigned long long)fault->key, point->impossible);
	if (!point->values)
		return apply_run(model, inject, refusal);
	if (inject->none)
		dax_fault_clear(model, fault->point, fault->every, fault->key);
	else if (dax_fault_set(model, fault) < 0)
		return refuse(refusal, "inject: out of memory");
	return 0;
}
