/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random operations with fixed seeds; after each, what must always hold: allocations sorted, apart
 * and inside; their sum is what is used; every range is one allocation and page offsets add up;
 * every device is found by its three names; claims and blocks sorted and apart.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/util.h"
#include "core/internal.h"
#include "rows.h"
#include "script.h"

enum { STEPS = 20000, DEVS = 12, MANY = 4096 };

static uint64_t next_random(uint64_t *seed)
{
	/* xorshift64: the same everywhere */
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static unsigned pick(uint64_t *seed, unsigned n)
{
	return (unsigned)(next_random(seed) >> 20) % n;
}

static void check_dev(const struct dax_dev *dev)
{
	const struct dax_model *model = dev->region->model;
	uint64_t size = 0;

	for (size_t i = 0; i < dev->nr_maps; i++) {
		assert_int_equal(dev->maps[i].pgoff, size / DAX_PAGE_SIZE);
		assert_int_not_equal(dev->maps[i].range.len, 0);
		size += dev->maps[i].range.len;
	}
	assert_int_equal(dax_dev_size(dev), size);
	assert_ptr_equal(dax_dev_find(model, dev->id), dev);
	assert_ptr_equal(dax_dev_by_minor(model, dev->minor), dev);
	assert_ptr_equal(dax_dev_by_serial(model, dev->serial), dev);
}

static bool dev_has(const struct dax_dev *dev, struct dax_range range)
{
	for (size_t i = 0; i < dev->nr_maps; i++)
		if (dev->maps[i].range.start == range.start)
			return dev->maps[i].range.len == range.len;
	return false;
}

static void check_region(const struct dax_region *region)
{
	uint64_t used = 0, end = region->config.span.start;
	size_t maps = 0;

	for (size_t i = 0; i < region->nr_allocs; i++) {
		const struct dax_alloc *alloc = &region->allocs[i];

		assert_true(alloc->range.start >= end);
		assert_true(dev_has(alloc->dev, alloc->range));
		end = dax_range_end(alloc->range);
		used += alloc->range.len;
	}
	assert_true(end <= dax_range_end(region->config.span));
	assert_int_equal(region->used, used);
	for (size_t i = 0; i < region->nr_devs; i++) {
		check_dev(region->devs[i]);
		maps += region->devs[i]->nr_maps;
	}
	assert_int_equal(maps, region->nr_allocs);
}

static void check_memory(const struct dax_model *model)
{
	for (size_t i = 1; i < model->nr_claims; i++)
		assert_true(dax_range_end(model->claims[i - 1].range) <=
			    model->claims[i].range.start);
	for (size_t i = 1; i < model->nr_blocks; i++)
		assert_true(model->blocks[i - 1].index < model->blocks[i].index);
}

/* A size, often a good one. */
static uint64_t random_size(uint64_t *seed)
{
	uint64_t bytes = (uint64_t)pick(seed, 130) * 2 * MIB;

	return pick(seed, 20) ? bytes : bytes + 4096;
}

/* Something anybody may do to a device. */
static void random_dev_step(struct dax_model *model, struct dax_dev *dev, uint64_t *seed)
{
	static const uint64_t aligns[] = { 4096, 2 * MIB, GIB, 8192 };
	enum dax_driver_id driver = (enum dax_driver_id)pick(seed, DAX_NR_DRIVERS);

	switch (pick(seed, 8)) {
	case 0:
	case 1:
	case 2:
		dax_dev_resize(dev, random_size(seed));
		break;
	case 3:
		dax_dev_add_mapping(dev, (struct dax_range){ 4 * GIB + random_size(seed) * 4,
							     random_size(seed) });
		break;
	case 4:
		dax_dev_set_align(dev, aligns[pick(seed, ARRAY_SIZE(aligns))]);
		break;
	case 5:
		dax_driver_bind(dev, driver);
		break;
	case 6:
		dax_driver_unbind(dev, driver);
		break;
	default:
		dax_driver_new_id(model, driver, dev->id);
	}
}

static void random_model_step(struct dax_model *model, uint64_t *seed)
{
	struct dax_region *region = model->regions[0];

	switch (pick(seed, 40)) {
	case 0:
		dax_region_disable(region);
		break;
	case 1:
		dax_region_enable(region);
		break;
	case 2:
		dax_driver_unload(model, (enum dax_driver_id)pick(seed, DAX_NR_DRIVERS));
		break;
	case 3:
	case 4:
		dax_driver_load(model, (enum dax_driver_id)pick(seed, DAX_NR_DRIVERS));
		break;
	case 5:
	case 6:
	case 7:
		dax_block_set(model, 32 + pick(seed, 16), (enum dax_online_policy)pick(seed, 4));
		break;
	case 8:
		dax_driver_remove_id(model, (enum dax_driver_id)pick(seed, DAX_NR_DRIVERS),
				     (struct dax_id){ 0, (int)pick(seed, DEVS) });
		break;
	default:
		if (pick(seed, 2) && region->nr_devs < DEVS)
			dax_region_create_dev(region, 1);
		else
			dax_region_delete_dev(region, (struct dax_id){ 0, (int)pick(seed, DEVS) });
	}
}

struct random_case {
	const char *name;
	const char *abi;
	uint64_t seed;
};

static const struct random_case cases[] = {
	{ "6.1, seed 1", "6.1", 1 }, { "6.12, seed 2", "6.12", 2 }, { "6.12, seed 3", "6.12", 3 },
	{ "7.2, seed 4", "7.2", 4 }, { "7.2, seed 5", "7.2", 5 },
};

static void random_step(struct dax_model *model, uint64_t *seed)
{
	struct dax_region *region = model->regions[0];

	if (region->nr_devs && pick(seed, 4))
		random_dev_step(model, region->devs[pick(seed, (unsigned)region->nr_devs)], seed);
	else
		random_model_step(model, seed);
}

static void test_random(void **state)
{
	const struct random_case *c = *state;
	const struct sequence sequence = { .abi = c->abi };
	uint64_t seed = c->seed;
	struct script s;

	script_begin(&s, &sequence);
	for (int i = 0; i < STEPS; i++) {
		s.events[0] = '\0';
		s.ops[0] = '\0';
		random_step(s.model, &seed);
		check_region(s.model->regions[0]);
		check_memory(s.model);
	}
	script_end(&s);
}

/* Thousands of devices are made, sized, bound and found. */
static void test_many(void **state)
{
	const struct sequence sequence = { .setup = "region 0 100000000 400000000 hmem none" };
	struct dax_model *model;
	struct script s;

	(void)state;
	script_begin(&s, &sequence);
	model = s.model;
	model->watchers = NULL;
	model->config.ops = &(const struct dax_ops){ 0 };
	dax_dev_resize(script_dev(&s, "0"), 0);
	for (int i = 1; i < MANY; i++) {
		struct dax_id id = { 0, i };

		assert_int_equal(dax_region_create_dev(model->regions[0], 1), 0);
		assert_int_equal(dax_dev_resize(dax_dev_find(model, id), 4 * MIB), 0);
		assert_int_equal(dax_driver_new_id(model, DAX_DEVICE_DAX, id), 0);
	}
	check_region(model->regions[0]);
	assert_int_equal(model->nr_claims, MANY - 1);
	script_end(&s);
}

int main(void)
{
	static struct CMUnitTest units[ARRAY_SIZE(cases) + 1];
	size_t n = row_tests(units, ROWS(cases, name), test_random);

	units[n] = (struct CMUnitTest){ .name = "4096 devices", .test_func = test_many };
	return cmocka_run_group_tests_name("core.random", units, NULL, NULL);
}
