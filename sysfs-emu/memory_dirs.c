/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory blocks, merged with the host's. */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>

/* Of the serial its low bits are enough to tell a block from the one that was there before. */
static uint32_t generation(const struct dax_block *block)
{
	return block->serial & ((1u << SYSFS_INDEX_BITS) - 1);
}

static struct sysfs_ref block_ref(const struct dax_block *block)
{
	return (struct sysfs_ref){ .kind = SYSFS_BLOCK,
				   .index = generation(block),
				   .serial = block->index };
}

static int resolve_block(struct sysfs_obj *obj)
{
	obj->block = dax_block_find(obj->model, obj->ref.serial);
	return obj->block && generation(obj->block) == obj->ref.index ? 0 : -ENODEV;
}

bool sysfs_block_in_region(const struct dax_model *model, uint64_t index)
{
	struct dax_range block = { .len = model->config.memblock_size };

	if (__builtin_mul_overflow(index, block.len, &block.start))
		return false;
	for (size_t i = 0; i < model->nr_regions; i++) {
		if (dax_range_overlaps(block, model->regions[i]->config.span))
			return true;
	}
	return false;
}

static int resolve_host_block(struct sysfs_obj *obj)
{
	obj->host_block = host_block_find(&obj->tree->host, obj->ref.serial);
	return obj->host_block && !sysfs_block_in_region(obj->model, obj->ref.serial) ? 0 : -ENODEV;
}

static void name_host_block(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "memory%llu", (unsigned long long)obj->host_block->index);
}

static void name_block(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "memory%llu", (unsigned long long)obj->block->index);
}

/* --- sets --------------------------------------------------------------------------------- */

int sysfs_block_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	if (i >= dir->model->nr_blocks)
		return -ENOENT;
	*child = block_ref(&dir->model->blocks[i]);
	return 0;
}

int sysfs_to_block(const struct sysfs_obj *dir, uint64_t serial, struct sysfs_ref *out)
{
	const struct dax_block *block = dax_block_find(dir->model, serial);

	if (!block)
		return -ENOENT;
	*out = block_ref(block);
	return 0;
}

int sysfs_block_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t index;

	return names_parse_number(name, "memory", &index) < 0 ? -ENOENT
							      : sysfs_to_block(dir, index, child);
}

int sysfs_host_block_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	const struct host_memory *host = &dir->tree->host;

	if (i >= host->nr)
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_HOST_BLOCK, .serial = host->blocks[i].index };
	return sysfs_block_in_region(dir->model, child->serial);
}

int sysfs_host_block_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	const struct host_block *block;
	uint64_t index;

	if (names_parse_number(name, "memory", &index) < 0)
		return -ENOENT;
	block = host_block_find(&dir->tree->host, index);
	if (!block || sysfs_block_in_region(dir->model, index))
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_HOST_BLOCK, .serial = index };
	return 0;
}

/* Of ours or of the host's. */
static int node_of(const struct sysfs_obj *dir)
{
	return dir->block ? dir->block->node : dir->host_block->node;
}

/* The node of a block: the one link of this set. */
static int block_node_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	*child = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)node_of(dir) };
	return i || node_of(dir) < 0 ? -ENOENT : 0;
}

static int block_node_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t node;

	if (names_parse_number(name, "node", &node) < 0 || node != (uint64_t)node_of(dir))
		return -ENOENT;
	return block_node_at(dir, 0, child);
}

static int to_block_node(const struct sysfs_obj *dir, uint64_t serial, struct sysfs_ref *out)
{
	(void)serial;
	return block_node_at(dir, 0, out);
}

static const struct sysfs_set block_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_BLOCK, .at = sysfs_block_at, .find = sysfs_block_find
};
static const struct sysfs_set host_block_dirs = {
	.type = SYSFS_TYPE_DIR,
	.kind = SYSFS_HOST_BLOCK,
	.at = sysfs_host_block_at,
	.find = sysfs_host_block_find,
};
static const struct sysfs_set host_block_links = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_HOST_BLOCK,
	.at = sysfs_host_block_at,
	.find = sysfs_host_block_find,
};
static const struct sysfs_set block_links = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_BLOCK,
	.at = sysfs_block_at,
	.find = sysfs_block_find,
	.target = sysfs_to_block,
};
static const struct sysfs_set block_node_link = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_NODE,
	.at = block_node_at,
	.find = block_node_find,
	.target = to_block_node,
};

/* --- links -------------------------------------------------------------------------------- */

LINK_TO(to_bus_memory, SYSFS_BUS_MEMORY)

static const struct sysfs_link block_link_table[] = { { "subsystem", to_bus_memory }, { 0 } };

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_memory_dirs[] = {
	[SYSFS_BUS_MEMORY -
	 SYSFS_BUS_MEMORY] = { .name = "memory", .parent = SYSFS_BUS, .merged = true },
	[SYSFS_BUS_MEMORY_DEVICES -
		SYSFS_BUS_MEMORY] = { .name = "devices",
				      .parent = SYSFS_BUS_MEMORY,
				      .merged = true,
				      .sets = { &block_links, &host_block_links } },
	[SYSFS_MEMORY - SYSFS_BUS_MEMORY] = { .name = "memory",
					      .parent = SYSFS_SYSTEM,
					      .merged = true,
					      .has_power = sysfs_always,
					      .attrs = sysfs_memory_attrs,
					      .sets = { &block_dirs, &host_block_dirs } },
	[SYSFS_BLOCK - SYSFS_BUS_MEMORY] = { .parent = SYSFS_MEMORY,
					     .has_power = sysfs_always,
					     .attrs = sysfs_block_attrs,
					     .links = block_link_table,
					     .sets = { &block_node_link },
					     .resolve = resolve_block,
					     .make_name = name_block },
	[SYSFS_HOST_BLOCK - SYSFS_BUS_MEMORY] = { .parent = SYSFS_MEMORY,
						  .has_power = sysfs_always,
						  .attrs = sysfs_host_block_attrs,
						  .links = block_link_table,
						  .sets = { &block_node_link },
						  .resolve = resolve_host_block,
						  .make_name = name_host_block },
};
