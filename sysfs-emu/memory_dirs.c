/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory blocks, merged with the host's, and nodes, which are the host's or ours. */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>

bool sysfs_node_is_real(const struct dax_model *model, int node)
{
	return node >= 0 && node < 64 && model->config.online_nodes >> node & 1;
}

bool sysfs_node_exists(const struct dax_model *model, int node)
{
	if (sysfs_node_is_real(model, node))
		return true;
	for (size_t i = 0; i < model->nr_blocks; i++) {
		if (model->blocks[i].node == node)
			return true;
	}
	return false;
}

/* The power/ of a real node is real. */
static bool is_own_node(const struct sysfs_obj *obj)
{
	return !sysfs_node_is_real(obj->model, (int)obj->ref.index);
}

static int resolve_block(struct sysfs_obj *obj)
{
	obj->block = dax_block_find(obj->model, obj->ref.serial);
	return obj->block ? 0 : -ENODEV;
}

static int resolve_node(struct sysfs_obj *obj)
{
	return sysfs_node_exists(obj->model, (int)obj->ref.index) ? 0 : -ENODEV;
}

static void name_block(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "memory%llu", (unsigned long long)obj->block->index);
}

static void name_node(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "node%u", obj->ref.index);
}

/* --- sets --------------------------------------------------------------------------------- */

static int block_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	if (i >= dir->model->nr_blocks)
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_BLOCK, .serial = dir->model->blocks[i].index };
	return 0;
}

static int block_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t index;

	if (names_parse_number(name, "memory", &index) < 0 || !dax_block_find(dir->model, index))
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_BLOCK, .serial = index };
	return 0;
}

static int node_block_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	int r = block_at(dir, i, child);

	return r || dir->model->blocks[i].node == (int)dir->ref.index ? r : 1;
}

static int node_block_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	int r = block_find(dir, name, child);

	if (r < 0)
		return r;
	return dax_block_find(dir->model, child->serial)->node == (int)dir->ref.index ? 0 : -ENOENT;
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

/* Nodes of the host's come first, then those that are ours alone. */
#define REAL_NODES 64

static bool is_first_of_node(const struct dax_model *model, size_t block)
{
	for (size_t i = 0; i < block; i++) {
		if (model->blocks[i].node == model->blocks[block].node)
			return false;
	}
	return !sysfs_node_is_real(model, model->blocks[block].node);
}

static int node_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	const struct dax_model *model = dir->model;

	*child = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)i };
	if (i < REAL_NODES)
		return sysfs_node_is_real(model, (int)i) ? 0 : 1;
	i -= REAL_NODES;
	if (i >= model->nr_blocks)
		return -ENOENT;
	child->index = (uint32_t)model->blocks[i].node;
	return is_first_of_node(model, i) ? 0 : 1;
}

/* A link's serial says which node. */
static int to_node(const struct sysfs_obj *dir, uint64_t serial, struct sysfs_ref *out)
{
	(void)dir;
	*out = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)serial };
	return 0;
}

static int node_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t node;

	if (names_parse_number(name, "node", &node) < 0 || node >= 1u << SYSFS_INDEX_BITS)
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)node };
	return sysfs_node_exists(dir->model, (int)node) ? 0 : -ENOENT;
}

static const struct sysfs_set block_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_BLOCK, .at = block_at, .find = block_find
};
static const struct sysfs_set block_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_BLOCK, .at = block_at, .find = block_find
};
static const struct sysfs_set node_block_links = {
	.type = SYSFS_TYPE_LINK, .kind = SYSFS_BLOCK, .at = node_block_at, .find = node_block_find
};
static const struct sysfs_set block_node_link = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_NODE,
	.at = block_node_at,
	.find = block_node_find,
	.target = to_block_node,
};
static const struct sysfs_set node_links = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_NODE,
	.at = node_at,
	.find = node_find,
	.target = to_node,
};
static const struct sysfs_set node_dirs = {
	.type = SYSFS_TYPE_DIR, .kind = SYSFS_NODE, .at = node_at, .find = node_find
};

/* --- links -------------------------------------------------------------------------------- */

LINK_TO(to_bus_memory, SYSFS_BUS_MEMORY)
LINK_TO(to_bus_node, SYSFS_BUS_NODE)

/* A real node has a real link. */
static int to_node_bus(const struct sysfs_obj *dir, struct sysfs_ref *out)
{
	return sysfs_node_is_real(dir->model, (int)dir->ref.index) ? -ENOENT
								   : to_bus_node(dir, out);
}

static const struct sysfs_link node_link_table[] = { { "subsystem", to_node_bus }, { 0 } };
static const struct sysfs_link block_link_table[] = { { "subsystem", to_bus_memory }, { 0 } };

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_memory_dirs[] = {
	[SYSFS_BUS_MEMORY -
	 SYSFS_BUS_MEMORY] = { .name = "memory", .parent = SYSFS_BUS, .merged = true },
	[SYSFS_BUS_MEMORY_DEVICES - SYSFS_BUS_MEMORY] = { .name = "devices",
							  .parent = SYSFS_BUS_MEMORY,
							  .merged = true,
							  .sets = { &block_links } },
	[SYSFS_BUS_NODE -
		SYSFS_BUS_MEMORY] = { .name = "node", .parent = SYSFS_BUS, .merged = true },
	[SYSFS_BUS_NODE_DEVICES - SYSFS_BUS_MEMORY] = { .name = "devices",
							.parent = SYSFS_BUS_NODE,
							.merged = true,
							.sets = { &node_links } },
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
	[SYSFS_NODES - SYSFS_BUS_MEMORY] = { .name = "node",
					     .parent = SYSFS_SYSTEM,
					     .merged = true,
					     .attrs = sysfs_nodes_attrs,
					     .sets = { &node_dirs } },
	[SYSFS_NODE - SYSFS_BUS_MEMORY] = { .parent = SYSFS_NODES,
					    .merged = true,
					    .has_power = is_own_node,
					    .attrs = sysfs_node_attrs,
					    .links = node_link_table,
					    .sets = { &node_block_links },
					    .resolve = resolve_node,
					    .make_name = name_node },
};
