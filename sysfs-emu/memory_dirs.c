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

/* The node of a block: the one link of this set. */
static int block_node_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	*child = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)dir->block->node };
	return i ? -ENOENT : 0;
}

static int block_node_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t node;

	if (names_parse_number(name, "node", &node) < 0 || node != (uint64_t)dir->block->node)
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
	[SYSFS_BUS_MEMORY_DEVICES - SYSFS_BUS_MEMORY] = { .name = "devices",
							  .parent = SYSFS_BUS_MEMORY,
							  .merged = true,
							  .sets = { &block_links } },
	[SYSFS_MEMORY - SYSFS_BUS_MEMORY] = { .name = "memory",
					      .parent = SYSFS_SYSTEM,
					      .merged = true,
					      .has_power = sysfs_always,
					      .attrs = sysfs_memory_attrs,
					      .sets = { &block_dirs } },
	[SYSFS_BLOCK - SYSFS_BUS_MEMORY] = { .parent = SYSFS_MEMORY,
					     .has_power = sysfs_always,
					     .attrs = sysfs_block_attrs,
					     .links = block_link_table,
					     .sets = { &block_node_link },
					     .resolve = resolve_block,
					     .make_name = name_block },
};
