/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /sys/devices/system/node: the host's lists with our nodes added, and the directory of a node that
 * exists only because device memory was hot-plugged into it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "base/util.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/dirs.h"
#include "sysfs-emu/nodelist.h"
#include "sysfs-emu/tree.h"

/* --- the lists ---------------------------------------------------------------------------- */

/* Adds the host's list of that name. A host without NUMA has one node, 0. */
static void add_real(const struct sysfs_obj *obj, const char *name, struct nodelist *list)
{
	char path[64], text[4096];
	_cleanup_fd_ int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "devices/system/node/%s", name);
	if (obj->tree->real_sys >= 0)
		fd = openat(obj->tree->real_sys, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n < 0) {
		nodelist_add(list, 0);
		return;
	}
	text[n] = '\0';
	nodelist_parse(list, text);
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
	return sysfs_node_is_real(obj->model, (int)obj->ref.index) ? 0 : mode;
}

static int compact_store(const struct sysfs_obj *obj, const char *text)
{
	(void)obj;
	(void)text;
	return 0;
}

/* No CPU is near device memory. */
static int cpulist_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "\n");
}

static int cpumap_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "0\n");
}

/* 10 to itself, 20 to every other node that is online, as without a distance table. */
static int distance_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	_cleanup_strbuf_ struct strbuf online = { 0 };
	struct nodelist list = { 0 };
	const char *blank = "";
	int r = show_list(obj, &online, "online", any_block);

	if (r == 0)
		nodelist_parse(&list, online.text);
	for (int node = 0; r == 0 && node < NODELIST_MAX; node++) {
		if (!nodelist_has(&list, node))
			continue;
		r = strbuf_printf(out, "%s%d", blank, node == (int)obj->ref.index ? 10 : 20);
		blank = " ";
	}
	return r < 0 ? r : strbuf_printf(out, "\n");
}

/* Bytes of blocks online in the node that are not taken by their own struct pages. */
static uint64_t online_bytes(const struct sysfs_obj *obj)
{
	const struct dax_model *model = obj->model;
	uint64_t bytes = 0;

	for (size_t i = 0; i < model->nr_blocks; i++) {
		if (model->blocks[i].node == (int)obj->ref.index && model->blocks[i].online)
			bytes += model->config.memblock_size;
	}
	return bytes;
}

/* Nothing of it is in use: programs cannot allocate there. */
static int meminfo_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	unsigned node = obj->ref.index;
	uint64_t kib = online_bytes(obj) / KIB;

	return strbuf_printf(out,
			     "Node %u MemTotal:       %8" PRIu64 " kB\n"
			     "Node %u MemFree:        %8" PRIu64 " kB\n"
			     "Node %u MemUsed:        %8d kB\n",
			     node, kib, node, kib, node, 0);
}

static int numastat_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "numa_hit 0\nnuma_miss 0\nnuma_foreign 0\n"
				  "interleave_hit 0\nlocal_node 0\nother_node 0\n");
}

static int vmstat_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "nr_free_pages %" PRIu64 "\n", online_bytes(obj) / DAX_PAGE_SIZE);
}

const struct sysfs_attr sysfs_node_attrs[] = {
	{ "compact", 0200, NULL, compact_store, .visible = hidden_if_real },
	{ "cpulist", 0444, cpulist_show, .visible = hidden_if_real },
	{ "cpumap", 0444, cpumap_show, .visible = hidden_if_real },
	{ "distance", 0444, distance_show, .visible = hidden_if_real },
	{ "meminfo", 0444, meminfo_show, .visible = hidden_if_real },
	{ "numastat", 0444, numastat_show, .visible = hidden_if_real },
	{ "uevent", 0644, sysfs_show_nothing, .store_bytes = sysfs_uevent_store,
	  .visible = hidden_if_real },
	{ "vmstat", 0444, vmstat_show, .visible = hidden_if_real },
	{ 0 },
};
