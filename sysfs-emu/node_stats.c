/* SPDX-License-Identifier: BSD-3-Clause */
/* The counters of a node. Recorded: 61-node. */
#include "sysfs-emu/node_stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "sysfs-emu/tree.h"

/* Which kernels have a line. */
#define ALL	   (DAX_STATS_6_1 | DAX_STATS_6_12 | DAX_STATS_7_2)
#define UNTIL_6_12 (DAX_STATS_6_1 | DAX_STATS_6_12)
#define SINCE_6_12 (DAX_STATS_6_12 | DAX_STATS_7_2)
#define SINCE_7_2  DAX_STATS_7_2

struct counter {
	const char *name;
	unsigned kernels; /* enum dax_stats */
	bool ours;	  /* counts the bytes of ours that are online */
	bool narrow;	  /* has a blank less */
};

/* Units: KiB, but pages of their own size where no unit is printed. */
static const struct counter meminfo[] = {
	{ "MemTotal", ALL, true },
	{ "MemFree", ALL, true },
	{ "MemUsed", ALL },
	{ "SwapCached", ALL },
	{ "Active", ALL },
	{ "Inactive", ALL },
	{ "Active(anon)", ALL },
	{ "Inactive(anon)", ALL },
	{ "Active(file)", ALL },
	{ "Inactive(file)", ALL },
	{ "Unevictable", ALL },
	{ "Mlocked", ALL },
	{ "Dirty", ALL },
	{ "Writeback", ALL },
	{ "FilePages", ALL },
	{ "Mapped", ALL },
	{ "AnonPages", ALL },
	{ "Shmem", ALL },
	{ "KernelStack", ALL },
	{ "PageTables", ALL },
	{ "SecPageTables", ALL },
	{ "NFS_Unstable", ALL },
	{ "Bounce", ALL },
	{ "WritebackTmp", ALL },
	{ "KReclaimable", ALL },
	{ "Slab", ALL },
	{ "SReclaimable", ALL },
	{ "SUnreclaim", ALL },
	{ "AnonHugePages", ALL },
	{ "ShmemHugePages", ALL },
	{ "ShmemPmdMapped", ALL },
	{ "FileHugePages", SINCE_6_12 },
	{ "FilePmdMapped", SINCE_6_12 },
	{ "FileHugePages", DAX_STATS_6_1, .narrow = true },
	{ "FilePmdMapped", DAX_STATS_6_1, .narrow = true },
	{ "Unaccepted", SINCE_6_12 },
	{ "Balloon", SINCE_7_2 },
	{ "GPUActive", SINCE_7_2 },
	{ "GPUReclaim", SINCE_7_2 },
	{ "HugePages_Total", ALL },
	{ "HugePages_Free", ALL },
	{ "HugePages_Surp", ALL },
};

/* Units: pages, or events. */
static const struct counter vmstat[] = {
	{ "nr_free_pages", ALL, true },
	{ "nr_free_pages_blocks", SINCE_7_2, true },
	{ "nr_zone_inactive_anon", ALL },
	{ "nr_zone_active_anon", ALL },
	{ "nr_zone_inactive_file", ALL },
	{ "nr_zone_active_file", ALL },
	{ "nr_zone_unevictable", ALL },
	{ "nr_zone_write_pending", ALL },
	{ "nr_mlock", ALL },
	{ "nr_bounce", UNTIL_6_12 },
	{ "nr_zspages", ALL },
	{ "nr_free_cma", ALL },
	{ "nr_unaccepted", SINCE_6_12 },
	{ "numa_hit", ALL },
	{ "numa_miss", ALL },
	{ "numa_foreign", ALL },
	{ "numa_interleave", ALL },
	{ "numa_local", ALL },
	{ "numa_other", ALL },
	{ "nr_inactive_anon", ALL },
	{ "nr_active_anon", ALL },
	{ "nr_inactive_file", ALL },
	{ "nr_active_file", ALL },
	{ "nr_unevictable", ALL },
	{ "nr_slab_reclaimable", ALL },
	{ "nr_slab_unreclaimable", ALL },
	{ "nr_isolated_anon", ALL },
	{ "nr_isolated_file", ALL },
	{ "workingset_nodes", ALL },
	{ "workingset_refault_anon", ALL },
	{ "workingset_refault_file", ALL },
	{ "workingset_activate_anon", ALL },
	{ "workingset_activate_file", ALL },
	{ "workingset_restore_anon", ALL },
	{ "workingset_restore_file", ALL },
	{ "workingset_nodereclaim", ALL },
	{ "nr_anon_pages", ALL },
	{ "nr_mapped", ALL },
	{ "nr_file_pages", ALL },
	{ "nr_dirty", ALL },
	{ "nr_writeback", ALL },
	{ "nr_writeback_temp", UNTIL_6_12 },
	{ "nr_shmem", ALL },
	{ "nr_shmem_hugepages", ALL },
	{ "nr_shmem_pmdmapped", ALL },
	{ "nr_file_hugepages", ALL },
	{ "nr_file_pmdmapped", ALL },
	{ "nr_anon_transparent_hugepages", ALL },
	{ "nr_vmscan_write", ALL },
	{ "nr_vmscan_immediate_reclaim", ALL },
	{ "nr_dirtied", ALL },
	{ "nr_written", ALL },
	{ "nr_throttled_written", ALL },
	{ "nr_kernel_misc_reclaimable", ALL },
	{ "nr_foll_pin_acquired", ALL },
	{ "nr_foll_pin_released", ALL },
	{ "nr_vmalloc", SINCE_7_2 },
	{ "nr_kernel_stack", ALL },
	{ "nr_page_table_pages", ALL },
	{ "nr_sec_page_table_pages", ALL },
	{ "nr_iommu_pages", SINCE_6_12 },
	{ "nr_swapcached", ALL },
	{ "pgpromote_success", ALL },
	{ "pgpromote_candidate", ALL },
	{ "pgpromote_candidate_nrl", SINCE_7_2 },
	{ "pgdemote_kswapd", SINCE_6_12 },
	{ "pgdemote_direct", SINCE_6_12 },
	{ "pgdemote_khugepaged", SINCE_6_12 },
	{ "pgdemote_proactive", SINCE_7_2 },
	{ "pgsteal_kswapd", SINCE_7_2 },
	{ "pgsteal_direct", SINCE_7_2 },
	{ "pgsteal_khugepaged", SINCE_7_2 },
	{ "pgsteal_proactive", SINCE_7_2 },
	{ "pgsteal_anon", SINCE_7_2 },
	{ "pgsteal_file", SINCE_7_2 },
	{ "pgscan_kswapd", SINCE_7_2 },
	{ "pgscan_direct", SINCE_7_2 },
	{ "pgscan_khugepaged", SINCE_7_2 },
	{ "pgscan_proactive", SINCE_7_2 },
	{ "pgscan_anon", SINCE_7_2 },
	{ "pgscan_file", SINCE_7_2 },
	{ "pgrefill", SINCE_7_2 },
	{ "nr_hugetlb", SINCE_7_2 },
	{ "nr_balloon_pages", SINCE_7_2 },
	{ "nr_kernel_file_pages", SINCE_7_2 },
	{ "nr_gpu_active", SINCE_7_2 },
	{ "nr_gpu_reclaim", SINCE_7_2 },
};

struct stats {
	const char *file; /* of a real node */
	const struct counter *counters;
	size_t nr;
	uint64_t unit; /* bytes */
	/* A line of the host's. Return: 2 when it has a name and a value. */
	int (*scan)(const char *line, char name[32], uint64_t *value);
	int (*print)(struct strbuf *out, unsigned node, const struct counter *counter,
		     uint64_t value);
};

/* Bytes of blocks online in the node that are not taken by their own struct pages of 64 bytes. */
static uint64_t online_bytes(const struct sysfs_obj *obj)
{
	const struct dax_model *model = obj->model;
	uint64_t size = model->config.memblock_size, bytes = 0;

	for (size_t i = 0; i < model->nr_blocks; i++) {
		const struct dax_block *b = &model->blocks[i];

		if (b->node == (int)obj->ref.index && b->online)
			bytes += b->memmap_on_memory ? size - size / DAX_PAGE_SIZE * 64 : size;
	}
	return bytes;
}

static const struct counter *find_counter(const struct stats *stats, const char *name)
{
	for (size_t i = 0; i < stats->nr; i++) {
		if (strcmp(stats->counters[i].name, name) == 0)
			return &stats->counters[i];
	}
	return NULL;
}

/* A line of the host's: as it is, or with ours added. */
static int print_real(const struct sysfs_obj *obj, const struct stats *stats, const char *line,
		      struct strbuf *out)
{
	const struct counter *counter = NULL;
	char name[32];
	uint64_t value;

	if (stats->scan(line, name, &value) == 2)
		counter = find_counter(stats, name);
	if (!counter || !counter->ours)
		return strbuf_printf(out, "%s\n", line);
	return stats->print(out, obj->ref.index, counter, value + online_bytes(obj) / stats->unit);
}

static int show_real(const struct sysfs_obj *obj, const struct stats *stats, char *text,
		     struct strbuf *out)
{
	char *line;
	int r = 0;

	while (r == 0 && (line = strsep(&text, "\n")) && *line)
		r = print_real(obj, stats, line, out);
	return r;
}

static int show_own(const struct sysfs_obj *obj, const struct stats *stats, struct strbuf *out)
{
	uint64_t ours = online_bytes(obj) / stats->unit;
	int r = 0;

	for (size_t i = 0; r == 0 && i < stats->nr; i++) {
		const struct counter *c = &stats->counters[i];

		if (c->kernels & obj->model->config.profile->node_stats)
			r = stats->print(out, obj->ref.index, c, c->ours ? ours : 0);
	}
	return r;
}

static int show(const struct sysfs_obj *obj, const struct stats *stats, struct strbuf *out)
{
	char path[80], text[SYSFS_PAGE + 1];

	snprintf(path, sizeof(path), "devices/system/node/node%u/%s", obj->ref.index, stats->file);
	if (dax_node_is_real(obj->model, (int)obj->ref.index) &&
	    sysfs_real_text(obj->tree, path, text, sizeof(text)) == 0)
		return show_real(obj, stats, text, out);
	return show_own(obj, stats, out);
}

/* --- meminfo ------------------------------------------------------------------------------ */

static int meminfo_scan(const char *line, char name[32], uint64_t *value)
{
	return sscanf(line, "Node %*u %31[^:]: %" SCNu64, name, value);
}

static int meminfo_print(struct strbuf *out, unsigned node, const struct counter *counter,
			 uint64_t value)
{
	char label[32];

	snprintf(label, sizeof(label), "%s:", counter->name);
	if (strncmp(label, "HugePages_", 10) == 0)
		return strbuf_printf(out, "Node %u %-17s%5" PRIu64 "\n", node, label, value);
	return strbuf_printf(out, "Node %u %-*s%8" PRIu64 " kB\n", node, counter->narrow ? 15 : 16,
			     label, value);
}

int node_meminfo_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	static const struct stats stats = { "meminfo", meminfo,	     ARRAY_SIZE(meminfo),
					    KIB,       meminfo_scan, meminfo_print };

	return show(obj, &stats, out);
}

/* --- vmstat, numastat --------------------------------------------------------------------- */

static int vmstat_scan(const char *line, char name[32], uint64_t *value)
{
	return sscanf(line, "%31s %" SCNu64, name, value);
}

static int vmstat_print(struct strbuf *out, unsigned node, const struct counter *counter,
			uint64_t value)
{
	(void)node;
	return strbuf_printf(out, "%s %" PRIu64 "\n", counter->name, value);
}

int node_vmstat_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	static const struct stats stats = { "vmstat",	   vmstat,	ARRAY_SIZE(vmstat),
					    DAX_PAGE_SIZE, vmstat_scan, vmstat_print };

	return show(obj, &stats, out);
}

int node_numastat_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	return strbuf_printf(out, "numa_hit 0\nnuma_miss 0\nnuma_foreign 0\n"
				  "interleave_hit 0\nlocal_node 0\nother_node 0\n");
}
