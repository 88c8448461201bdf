/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /sys/devices/system/node: the host's lists with our nodes added, and the directory of a node that
 * exists only because device memory was hot-plugged into it. Also the tiers such nodes are in.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/parse.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/dirs.h"
#include "sysfs-emu/node_stats.h"
#include "sysfs-emu/nodelist.h"
#include "sysfs-emu/tree.h"

/* --- the lists ---------------------------------------------------------------------------- */

/* Adds the host's list at @path. Return: whether there is one. */
static bool add_list(const struct sysfs_obj *obj, const char *path, struct nodelist *list)
{
	char text[SYSFS_PAGE];

	if (sysfs_real_text(obj->tree, path, text, sizeof(text)) < 0)
		return false;
	nodelist_parse(list, text);
	return true;
}

/* Adds the host's list of that name. A host without NUMA has one node, 0. */
static void add_real(const struct sysfs_obj *obj, const char *name, struct nodelist *list)
{
	char path[64];

	snprintf(path, sizeof(path), "devices/system/node/%s", name);
	if (!add_list(obj, path, list))
		nodelist_add(list, 0);
}

static bool any_block(const struct dax_block *block)
{
	(void)block;
	return true;
}

static bool online_block(const struct dax_block *block)
{
	return block->online;
}

static bool normal_block(const struct dax_block *block)
{
	return block->online && block->kind != DAX_ONLINE_MOVABLE;
}

static int show_list(const struct sysfs_obj *obj, struct strbuf *out, const char *name,
		     bool (*counts)(const struct dax_block *block))
{
	const struct dax_model *model = obj->model;
	struct nodelist list = { 0 };

	add_real(obj, name, &list);
	for (size_t i = 0; i < model->nr_blocks; i++) {
		if (counts(&model->blocks[i]))
			nodelist_add(&list, model->blocks[i].node);
	}
	return nodelist_print(&list, out);
}

static int online_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return show_list(obj, out, "online", any_block);
}

static int has_memory_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return show_list(obj, out, "has_memory", online_block);
}

static int has_normal_memory_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return show_list(obj, out, "has_normal_memory", normal_block);
}

/* Target nodes are possible from boot. */
static int possible_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	struct nodelist list = { 0 };

	add_real(obj, "possible", &list);
	for (size_t i = 0; i < obj->model->nr_regions; i++)
		nodelist_add(&list, obj->model->regions[i]->config.target_node);
	return nodelist_print(&list, out);
}

/* has_cpu, has_generic_initiator and what else there is are the host's. */
const struct sysfs_attr sysfs_nodes_attrs[] = {
	{ "has_memory", 0444, has_memory_show },
	{ "has_normal_memory", 0444, has_normal_memory_show },
	{ "online", 0444, online_show },
	{ "possible", 0444, possible_show },
	{ 0 },
};

/* --- one node ----------------------------------------------------------------------------- */

static mode_t hidden_if_real(const struct sysfs_obj *obj, mode_t mode)
{
	return dax_node_is_real(obj->model, (int)obj->ref.index) ? 0 : mode;
}

static mode_t reclaim_mode(const struct sysfs_obj *obj, mode_t mode)
{
	return obj->model->config.profile->has_node_reclaim ? hidden_if_real(obj, mode) : 0;
}

static int compact_store(const struct sysfs_obj *obj, const char *text)
{
	(void)obj;
	(void)text;
	return 0;
}

/* There is nothing to reclaim: a page is one too many. Source: Linux mm/vmscan.c,
 * user_proactive_reclaim(). */
static int reclaim_store(const struct sysfs_obj *obj, const char *text)
{
	uint64_t bytes;

	(void)obj;
	return parse_u64(text, 0, &bytes) == 0 && bytes < DAX_PAGE_SIZE ? 0 : -EAGAIN;
}

/* No CPU is near device memory. */
static int cpulist_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "\n");
}

/* As wide as the host's. */
static int cpumap_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	char text[SYSFS_PAGE] = "0\n";

	sysfs_real_text(obj->tree, "devices/system/node/node0/cpumap", text, sizeof(text));
	for (char *s = text; *s; s++) {
		if (isxdigit((unsigned char)*s))
			*s = '0';
	}
	return strbuf_printf(out, "%s", text);
}

/* The host's row of distances: one for each of its online nodes. */
struct row {
	struct nodelist online;
	char text[SYSFS_PAGE];
	char *rest; /* what is not used yet */
};

static void row_read(const struct sysfs_obj *obj, struct row *row)
{
	char path[64];

	*row = (struct row){ .rest = row->text };
	snprintf(path, sizeof(path), "devices/system/node/node%u/distance", obj->ref.index);
	add_real(obj, "online", &row->online);
	sysfs_real_text(obj->tree, path, row->text, sizeof(row->text));
}

/* What the host says; else 10 to itself and 20 to all others, as without a distance table. */
static unsigned long row_next(struct row *row, int node, int self)
{
	unsigned long distance = 0;

	if (nodelist_has(&row->online, node))
		distance = strtoul(row->rest, &row->rest, 10);
	return distance ? distance : node == self ? 10 : 20;
}

static int distance_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	_cleanup_strbuf_ struct strbuf online = { 0 };
	struct nodelist list = { 0 };
	const char *blank = "";
	struct row row;
	int r = show_list(obj, &online, "online", any_block);

	if (r == 0)
		nodelist_parse(&list, online.text);
	row_read(obj, &row);
	for (int node = 0; r == 0 && node < NODELIST_MAX; node++) {
		if (!nodelist_has(&list, node))
			continue;
		r = strbuf_printf(out, "%s%lu", blank, row_next(&row, node, (int)obj->ref.index));
		blank = " ";
	}
	return r < 0 ? r : strbuf_printf(out, "\n");
}

/* The list of up to 8192 CPUs at its longest. Source: Linux include/linux/cpumask.h,
 * CPULIST_FILE_MAX_BYTES. */
#define CPULIST_BYTES 28672

/* What counts memory or nodes is ours also for a real node, with the host's figures in it. */
const struct sysfs_attr sysfs_node_attrs[] = {
	{ "compact", 0200, NULL, compact_store, .visible = hidden_if_real },
	{ "cpulist", 0444, cpulist_show, .visible = hidden_if_real, .size = CPULIST_BYTES },
	{ "cpumap", 0444, cpumap_show, .visible = hidden_if_real },
	{ "distance", 0444, distance_show },
	{ "meminfo", 0444, node_meminfo_show },
	{ "numastat", 0444, node_numastat_show, .visible = hidden_if_real },
	{ "reclaim", 0200, NULL, reclaim_store, .visible = reclaim_mode },
	{ "uevent", 0644, sysfs_show_nothing, .store_bytes = sysfs_uevent_store,
	  .visible = hidden_if_real },
	{ "vmstat", 0444, node_vmstat_show },
	{ 0 },
};

/* --- what is in it ------------------------------------------------------------------------ */

static int zero_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "0\n");
}

/* As many as there is memory for: none. Source: Linux mm/hugetlb.c, nr_hugepages_store_common(). */
static int huge_store(const struct sysfs_obj *obj, const char *text)
{
	uint64_t pages;

	(void)obj;
	return parse_u64(text, 10, &pages);
}

static mode_t demote_mode(const struct sysfs_obj *obj, mode_t mode)
{
	return obj->ref.serial > 2048 ? mode : 0;
}

static int demote_size_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "2048kB\n");
}

const struct sysfs_attr sysfs_huge_size_attrs[] = {
	{ "demote", 0200, NULL, huge_store, .visible = demote_mode },
	{ "demote_size", 0644, demote_size_show, .visible = demote_mode },
	{ "free_hugepages", 0444, zero_show },
	{ "nr_hugepages", 0644, zero_show, huge_store },
	{ "surplus_hugepages", 0444, zero_show },
	{ 0 },
};

const struct sysfs_attr sysfs_failures_attrs[] = {
	{ "delayed", 0444, zero_show }, { "failed", 0444, zero_show },
	{ "ignored", 0444, zero_show }, { "recovered", 0444, zero_show },
	{ "total", 0444, zero_show },	{ 0 },
};

/* --- memory tiers ------------------------------------------------------------------------- */

const struct sysfs_attr sysfs_tiers_attrs[] = {
	{ "uevent", 0644, sysfs_show_nothing, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

/* The host's own nodes stay in its tiers; without them its memory is all in that of DRAM. */
static void add_host_tier(const struct sysfs_obj *obj, struct nodelist *list)
{
	char path[80];

	snprintf(path, sizeof(path), "devices/virtual/memory_tiering/memory_tier%u/nodelist",
		 obj->ref.index);
	if (!add_list(obj, path, list) && obj->ref.index == SYSFS_DRAM_TIER)
		add_real(obj, "has_memory", list);
}

static int nodelist_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	const struct dax_model *model = obj->model;
	struct nodelist list = { 0 };

	add_host_tier(obj, &list);
	for (size_t i = 0; i < model->nr_blocks && obj->ref.index == SYSFS_SLOW_TIER; i++) {
		if (dax_tier_has(model, model->blocks[i].node))
			nodelist_add(&list, model->blocks[i].node);
	}
	return nodelist_print(&list, out);
}

const struct sysfs_attr sysfs_tier_attrs[] = {
	{ "nodelist", 0444, nodelist_show },
	{ "uevent", 0644, sysfs_show_nothing, .store_bytes = sysfs_uevent_store },
	{ 0 },
};
