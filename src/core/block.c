/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory blocks of hot-plugged memory and the nodes they make appear. Source: Linux
 * mm/memory_hotplug.c, drivers/base/memory.c. */
#include <errno.h>

#include "base/util.h"
#include "core/array.h"
#include "core/internal.h"

/* Index of the first block at or after @index. */
static size_t block_position(const struct dax_model *model, uint64_t index)
{
	return ARRAY_POSITION(model->blocks, model->nr_blocks, index, index);
}

static struct dax_block *block_find(const struct dax_model *model, uint64_t index)
{
	size_t i = block_position(model, index);

	return i < model->nr_blocks && model->blocks[i].index == index ? &model->blocks[i] : NULL;
}

const struct dax_block *dax_block_find(const struct dax_model *model, uint64_t index)
{
	return block_find(model, index);
}

bool dax_node_is_real(const struct dax_model *model, int node)
{
	return node >= 0 && node < 64 && model->config.online_nodes >> node & 1;
}

bool dax_node_exists(const struct dax_model *model, int node)
{
	if (dax_node_is_real(model, node))
		return true;
	for (size_t i = 0; i < model->nr_blocks; i++)
		if (model->blocks[i].node == node)
			return true;
	return false;
}

static bool in_tier(const struct dax_model *model, const struct dax_block *block)
{
	return block->online && !dax_node_is_real(model, block->node);
}

bool dax_tier_has(const struct dax_model *model, int node)
{
	for (size_t i = 0; i < model->nr_blocks; i++)
		if (model->blocks[i].node == node && in_tier(model, &model->blocks[i]))
			return true;
	return false;
}

bool dax_tier_exists(const struct dax_model *model)
{
	for (size_t i = 0; i < model->nr_blocks; i++)
		if (in_tier(model, &model->blocks[i]))
			return true;
	return false;
}

static void emit_block(struct dax_model *model, enum dax_action action, uint64_t index, int node)
{
	dax_emit(model,
		 &(struct dax_event){
			 .action = action, .object = DAX_OBJ_BLOCK, .block = index, .node = node });
}

static void emit_blocks(struct dax_model *model, enum dax_action action, uint64_t first,
			uint64_t count, int node)
{
	for (uint64_t i = 0; i < count; i++)
		emit_block(model, action, first + i, node);
}

static void emit_node(struct dax_model *model, enum dax_action action, int node)
{
	dax_emit(model,
		 &(struct dax_event){ .action = action, .object = DAX_OBJ_NODE, .node = node });
}

/* Whether @block lies between the first and the last online block of its node and @kind. */
static bool in_zone(const struct dax_model *model, const struct dax_block *block,
		    enum dax_online_policy kind)
{
	bool below = false, above = false;

	for (size_t i = 0; i < model->nr_blocks; i++) {
		const struct dax_block *b = &model->blocks[i];

		if (!b->online || b->kind != kind || b->node != block->node)
			continue;
		below |= b->index < block->index;
		above |= b->index > block->index;
	}
	return below && above;
}

enum dax_online_policy dax_block_default_kind(const struct dax_model *model,
					      const struct dax_block *block)
{
	if (in_zone(model, block, DAX_ONLINE_MOVABLE) && !in_zone(model, block, DAX_ONLINE_KERNEL))
		return DAX_ONLINE_MOVABLE;
	return DAX_ONLINE_KERNEL;
}

/* The tier of slow memory comes with its first block and goes with its last. */
static void block_change(struct dax_model *model, struct dax_block *block,
			 enum dax_online_policy kind)
{
	bool tier = dax_tier_exists(model);
	bool online = kind != DAX_OFFLINE;

	block->online = online;
	block->kind = kind;
	if (dax_tier_exists(model) != tier)
		dax_emit(model, &(struct dax_event){ .action = tier ? DAX_REMOVE : DAX_ADD,
						     .object = DAX_OBJ_TIER,
						     .node = block->node });
	emit_block(model, online ? DAX_ONLINE_EVENT : DAX_OFFLINE_EVENT, block->index, block->node);
}

/* Onlines @count new blocks by the policy; one that cannot be stays offline. They lie together, so
 * one choice is right for all. */
static void blocks_auto_online(struct dax_model *model, struct dax_block *blocks, uint64_t count)
{
	enum dax_online_policy kind = model->config.auto_online;

	if (kind == DAX_OFFLINE)
		return;
	if (kind == DAX_ONLINE)
		kind = dax_block_default_kind(model, blocks);
	for (uint64_t i = 0; i < count; i++) {
		if (dax_fault_hit(model, DAX_FAULT_ONLINE, blocks[i].index) < 0)
			continue;
		block_change(model, &blocks[i], kind);
	}
}

int dax_blocks_add(struct dax_dev *dev, struct dax_range range)
{
	struct dax_model *model = dev->region->model;
	uint64_t first = range.start / model->config.memblock_size;
	uint64_t count = range.len / model->config.memblock_size;
	bool node_first = model->config.profile->node_added_before_blocks;
	size_t pos = block_position(model, first);
	int node = dev->region->config.target_node;
	bool new_node = !dax_node_exists(model, node);
	struct dax_block *blocks;

	blocks = array_open(model->blocks, model->nr_blocks, sizeof(*blocks), pos, count);
	if (!blocks)
		return -ENOMEM;
	for (uint64_t i = 0; i < count; i++)
		blocks[pos + i] = (struct dax_block){ .index = first + i,
						      .serial = dax_model_serial(model),
						      .node = node,
						      .memmap_on_memory = dev->memmap_on_memory };
	model->blocks = blocks;
	model->nr_blocks += count;
	if (new_node && node_first)
		emit_node(model, DAX_ADD, node);
	emit_blocks(model, DAX_ADD, first, count, node);
	if (new_node && !node_first)
		emit_node(model, DAX_ADD, node);
	blocks_auto_online(model, &blocks[pos], count);
	return 0;
}

int dax_blocks_remove(struct dax_model *model, struct dax_range range)
{
	uint64_t first = range.start / model->config.memblock_size;
	uint64_t count = range.len / model->config.memblock_size;
	size_t pos = block_position(model, first);
	int node = model->blocks[pos].node;

	for (uint64_t i = 0; i < count; i++)
		if (model->blocks[pos + i].online)
			return -EBUSY;
	array_close(model->blocks, model->nr_blocks, sizeof(*model->blocks), pos, count);
	model->nr_blocks -= count;
	emit_blocks(model, DAX_REMOVE, first, count, node);
	if (!dax_node_exists(model, node))
		emit_node(model, DAX_REMOVE, node);
	return 0;
}

int dax_block_set(struct dax_model *model, uint64_t index, enum dax_online_policy policy)
{
	struct dax_block *block = block_find(model, index);
	bool online = policy != DAX_OFFLINE;
	int r;

	if (!block)
		return -ENODEV;
	if (block->online == online)
		return -EINVAL;
	r = dax_fault_hit(model, online ? DAX_FAULT_ONLINE : DAX_FAULT_OFFLINE, index);
	if (r < 0)
		return r;
	if (policy == DAX_ONLINE)
		policy = dax_block_default_kind(model, block);
	block_change(model, block, policy);
	return 0;
}
