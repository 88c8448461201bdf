/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nodes, which are the host's or ours, and memory tiers: that of the host's nodes, and that of
 * nodes whose only memory is ours.
 */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

/* --- objects and names -------------------------------------------------------------------- */

/* The power/ of a real node is real. */
static bool is_own_node(const struct sysfs_obj *obj)
{
	return !dax_node_is_real(obj->model, (int)obj->ref.index);
}

static int resolve_node(struct sysfs_obj *obj)
{
	return dax_node_exists(obj->model, (int)obj->ref.index) ? 0 : -ENODEV;
}

/* What is below a real node is real. */
static int resolve_own_node(struct sysfs_obj *obj)
{
	return is_own_node(obj) ? resolve_node(obj) : -ENODEV;
}

static void name_node(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "node%u", obj->ref.index);
}

static void name_huge_size(const struct sysfs_obj *obj, char *name)
{
	snprintf(name, SYSFS_NAME_MAX, "hugepages-%ukB", (unsigned)obj->ref.serial);
}

static void parent_is_node(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	*parent = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = obj->ref.index };
}

static void parent_is_hugepages(const struct sysfs_obj *obj, struct sysfs_ref *parent)
{
	*parent = (struct sysfs_ref){ .kind = SYSFS_NODE_HUGEPAGES, .index = obj->ref.index };
}

/* --- sets: nodes -------------------------------------------------------------------------- */

static int node_block_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	int r = sysfs_block_at(dir, i, child);

	return r || dir->model->blocks[i].node == (int)dir->ref.index ? r : 1;
}

static int node_block_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	int r = sysfs_block_find(dir, name, child);

	if (r < 0)
		return r;
	return dax_block_find(dir->model, child->serial)->node == (int)dir->ref.index ? 0 : -ENOENT;
}

static int node_host_block_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	int r = sysfs_host_block_at(dir, i, child);

	return r || dir->tree->host.blocks[i].node == (int)dir->ref.index ? r : 1;
}

static int node_host_block_find(const struct sysfs_obj *dir, const char *name,
				struct sysfs_ref *child)
{
	int r = sysfs_host_block_find(dir, name, child);

	if (r < 0)
		return r;
	return host_block_find(&dir->tree->host, child->serial)->node == (int)dir->ref.index
		       ? 0
		       : -ENOENT;
}

/* Nodes of the host's come first, then those that are ours alone. */
#define REAL_NODES 64

static bool is_first_of_node(const struct dax_model *model, size_t block)
{
	for (size_t i = 0; i < block; i++) {
		if (model->blocks[i].node == model->blocks[block].node)
			return false;
	}
	return !dax_node_is_real(model, model->blocks[block].node);
}

static int node_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	const struct dax_model *model = dir->model;

	*child = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)i };
	if (i < REAL_NODES)
		return dax_node_is_real(model, (int)i) ? 0 : 1;
	i -= REAL_NODES;
	if (i >= model->nr_blocks)
		return -ENOENT;
	child->index = (uint32_t)model->blocks[i].node;
	return is_first_of_node(model, i) ? 0 : 1;
}

static int node_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	uint64_t node;

	if (names_parse_number(name, "node", &node) < 0 || node >= 1u << SYSFS_INDEX_BITS)
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)node };
	return dax_node_exists(dir->model, (int)node) ? 0 : -ENOENT;
}

/* A link's serial says which node. */
static int to_node(const struct sysfs_obj *dir, uint64_t serial, struct sysfs_ref *out)
{
	(void)dir;
	*out = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)serial };
	return 0;
}

static const struct sysfs_set node_block_links = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_BLOCK,
	.at = node_block_at,
	.find = node_block_find,
	.target = sysfs_to_block,
};
static const struct sysfs_set node_host_block_links = {
	.type = SYSFS_TYPE_LINK,
	.kind = SYSFS_HOST_BLOCK,
	.at = node_host_block_at,
	.find = node_host_block_find,
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

/* --- sets: what is in a node -------------------------------------------------------------- */

static const struct node_part {
	const char *name;
	enum sysfs_kind kind;
} node_part_table[] = {
	{ "hugepages", SYSFS_NODE_HUGEPAGES },
	{ "memory_failure", SYSFS_NODE_FAILURES },
	{ "x86", SYSFS_NODE_X86 },
};

static void name_node_part(const struct sysfs_obj *obj, char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(node_part_table); i++) {
		if (node_part_table[i].kind == obj->ref.kind)
			snprintf(name, SYSFS_NAME_MAX, "%s", node_part_table[i].name);
	}
}

static int node_part_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	if (i >= ARRAY_SIZE(node_part_table) || !is_own_node(dir))
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = node_part_table[i].kind, .index = dir->ref.index };
	return child->kind == SYSFS_NODE_FAILURES &&
	       !dir->model->config.profile->has_node_memory_failure;
}

static int node_part_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	for (size_t i = 0; i < ARRAY_SIZE(node_part_table); i++) {
		if (strcmp(name, node_part_table[i].name) == 0)
			return node_part_at(dir, i, child) ? -ENOENT : 0;
	}
	return -ENOENT;
}

/* KiB. Source: Linux, x86-64. */
static const uint64_t huge_sizes[] = { 1048576, 2048 };

static int huge_size_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	if (i >= ARRAY_SIZE(huge_sizes))
		return -ENOENT;
	*child = (struct sysfs_ref){ .kind = SYSFS_NODE_HUGE_SIZE,
				     .index = dir->ref.index,
				     .serial = huge_sizes[i] };
	return 0;
}

static int huge_size_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	char own[SYSFS_NAME_MAX];

	for (size_t i = 0; huge_size_at(dir, i, child) == 0; i++) {
		snprintf(own, sizeof(own), "hugepages-%ukB", (unsigned)huge_sizes[i]);
		if (strcmp(name, own) == 0)
			return 0;
	}
	return -ENOENT;
}

static const struct sysfs_set node_parts = {
	.type = SYSFS_TYPE_DIR,
	.kind = SYSFS_NODE_HUGEPAGES,
	.at = node_part_at,
	.find = node_part_find,
};
static const struct sysfs_set huge_size_dirs = {
	.type = SYSFS_TYPE_DIR,
	.kind = SYSFS_NODE_HUGE_SIZE,
	.at = huge_size_at,
	.find = huge_size_find,
};

/* --- links -------------------------------------------------------------------------------- */

/* A real node has a real link. */
LINK_IF(to_bus_node, is_own_node, SYSFS_BUS_NODE)

static const struct sysfs_link node_link_table[] = { { "subsystem", to_bus_node }, { 0 } };
/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_node_dirs[] = {
	[SYSFS_BUS_NODE - SYSFS_BUS_NODE] = { .name = "node", .parent = SYSFS_BUS, .merged = true },
	[SYSFS_BUS_NODE_DEVICES - SYSFS_BUS_NODE] = { .name = "devices",
						      .parent = SYSFS_BUS_NODE,
						      .merged = true,
						      .sets = { &node_links } },
	[SYSFS_NODES - SYSFS_BUS_NODE] = { .name = "node",
					   .parent = SYSFS_SYSTEM,
					   .merged = true,
					   .attrs = sysfs_nodes_attrs,
					   .sets = { &node_dirs } },
	[SYSFS_NODE - SYSFS_BUS_NODE] = { .parent = SYSFS_NODES,
					  .merged = true,
					  .has_power = is_own_node,
					  .attrs = sysfs_node_attrs,
					  .links = node_link_table,
					  .sets = { &node_block_links, &node_host_block_links,
						    &node_parts },
					  .resolve = resolve_node,
					  .make_name = name_node },
	[SYSFS_NODE_HUGEPAGES - SYSFS_BUS_NODE] = { .sets = { &huge_size_dirs },
						    .resolve = resolve_own_node,
						    .find_parent = parent_is_node,
						    .make_name = name_node_part },
	[SYSFS_NODE_HUGE_SIZE - SYSFS_BUS_NODE] = { .attrs = sysfs_huge_size_attrs,
						    .resolve = resolve_own_node,
						    .find_parent = parent_is_hugepages,
						    .make_name = name_huge_size },
	[SYSFS_NODE_FAILURES - SYSFS_BUS_NODE] = { .attrs = sysfs_failures_attrs,
						   .resolve = resolve_own_node,
						   .find_parent = parent_is_node,
						   .make_name = name_node_part },
	[SYSFS_NODE_X86 - SYSFS_BUS_NODE] = { .resolve = resolve_own_node,
					      .find_parent = parent_is_node,
					      .make_name = name_node_part },
};
