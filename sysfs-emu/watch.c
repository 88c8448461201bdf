/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From events of the model to names of the tree. A name is noted whether it appeared or vanished:
 * the kernel caches that it is not there, too. Runs with the write side of the model lock held.
 */
#include "sysfs-emu/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "sysfs-emu/dirs.h"

static struct sysfs_ref fixed(enum sysfs_kind kind)
{
	return (struct sysfs_ref){ .kind = kind };
}

static struct sysfs_ref indexed(enum sysfs_kind kind, unsigned index)
{
	return (struct sysfs_ref){ .kind = kind, .index = index };
}

static struct sysfs_ref owned(enum sysfs_kind kind, uint64_t serial)
{
	return (struct sysfs_ref){ .kind = kind, .serial = serial };
}

/* --- devices ------------------------------------------------------------------------------ */

/* The names of a device that follow from X.Y and the driver. */
static void note_driver(struct watch *watch, const struct dax_dev *dev)
{
	dirty_name(watch->dirty, owned(SYSFS_DEVICE, dev->serial), "driver");
	for (unsigned i = 0; i < DAX_NR_DRIVERS; i++)
		dirty_name(watch->dirty, indexed(SYSFS_DRIVER, i), "dax%d.%d", dev->id.region,
			   dev->id.dev);
}

static void note_names(struct watch *watch, const struct dax_dev *dev)
{
	static const enum sysfs_kind by_name[] = { SYSFS_BUS_DAX_DEVICES, SYSFS_DEVFS };
	static const enum sysfs_kind by_number[] = { SYSFS_DEV_CHAR, SYSFS_DEVFS_TWINS };
	struct sysfs_ref region = owned(SYSFS_REGION, (uint64_t)dev->id.region);
	unsigned major = watch->tree->model->config.profile->major;

	for (size_t i = 0; i < ARRAY_SIZE(by_name); i++)
		dirty_name(watch->dirty, fixed(by_name[i]), "dax%d.%d", dev->id.region,
			   dev->id.dev);
	for (size_t i = 0; i < ARRAY_SIZE(by_number); i++)
		dirty_name(watch->dirty, fixed(by_number[i]), "%u:%u", major, dev->minor);
	dirty_name(watch->dirty, region, "dax%d.%d", dev->id.region, dev->id.dev);
	dirty_file(watch->dirty, region);
}

/* What chmod and chown did to its files ends with a device. */
static void forget_meta(struct watch *watch, const struct dax_dev *dev)
{
	static const enum sysfs_kind kinds[] = {
		SYSFS_DEVICE,	SYSFS_MAPPING,	       SYSFS_CHR,
		SYSFS_DEV_CHAR, SYSFS_BUS_DAX_DEVICES, SYSFS_DRIVER,
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		sysfs_drop_meta(watch->tree, kinds[i], dev->serial);
}

/* The count the kernel may have seen; NULL without memory. */
static size_t *seen_maps(struct watch *watch, unsigned minor)
{
	size_t nr = watch->nr_minors;
	size_t *counts;

	if (minor < nr)
		return &watch->nr_maps[minor];
	counts = reallocarray(watch->nr_maps, (size_t)minor + 64, sizeof(*counts));
	if (!counts)
		return NULL;
	memset(counts + nr, 0, ((size_t)minor + 64 - nr) * sizeof(*counts));
	watch->nr_maps = counts;
	watch->nr_minors = (size_t)minor + 64;
	return &counts[minor];
}

/* The mappings that came or went since the last look. */
static void note_mappings(struct watch *watch, const struct dax_dev *dev)
{
	size_t *seen = seen_maps(watch, dev->minor);
	size_t first = seen ? *seen : 0;
	size_t end = dev->nr_maps;
	struct sysfs_ref dir = owned(SYSFS_DEVICE, dev->serial);

	if (seen)
		*seen = dev->nr_maps;
	if (first == end)
		return;
	if (first > end) {
		end = first;
		first = dev->nr_maps;
	}
	for (size_t i = first; i < end; i++)
		dirty_name(watch->dirty, dir, "mapping%zu", i);
	dirty_file(watch->dirty, dir);
}

static void dev_changed(void *user, const struct dax_dev *dev)
{
	struct watch *watch = user;

	note_mappings(watch, dev);
	note_driver(watch, dev);
}

static void dev_event(struct watch *watch, const struct dax_event *event)
{
	size_t *seen;

	note_driver(watch, event->dev);
	if (event->action != DAX_ADD && event->action != DAX_REMOVE)
		return;
	note_names(watch, event->dev);
	/* The next device of this minor is another directory. */
	seen = seen_maps(watch, event->dev->minor);
	if (seen)
		*seen = 0;
	if (event->action == DAX_ADD)
		note_mappings(watch, event->dev);
	else
		forget_meta(watch, event->dev);
}

/* --- regions, drivers, memory ------------------------------------------------------------- */

static void region_event(struct watch *watch, const struct dax_event *event)
{
	static const enum sysfs_kind hmem[] = { SYSFS_PLATFORM, SYSFS_HMEM_PLATFORM,
						SYSFS_BUS_PLATFORM_DEVICES, SYSFS_HMEM_DRIVER };
	int id = event->region->config.id;
	struct sysfs_ref dir = owned(SYSFS_REGION, (uint64_t)id);

	for (size_t i = 0; i < ARRAY_SIZE(hmem); i++)
		dirty_name(watch->dirty, fixed(hmem[i]), "hmem.%d", id);
	dirty_name(watch->dirty, fixed(SYSFS_DAX_PMEM_DRIVER), "dax%d.0", id);
	dirty_name(watch->dirty, fixed(SYSFS_BUS_ND_DEVICES), "dax%d.0", id);
	dirty_name(watch->dirty, owned(SYSFS_ND_REGION, (uint64_t)id), "dax%d.0", id);
	dirty_file(watch->dirty, owned(SYSFS_ND_REGION, (uint64_t)id));
	dirty_file(watch->dirty, fixed(SYSFS_BUS_ND_DEVICES));
	dirty_name(watch->dirty, dir, "dax_region");
	dirty_name(watch->dirty, dir, "driver");
	dirty_file(watch->dirty, dir);
	if (event->action == DAX_REMOVE)
		sysfs_drop_meta(watch->tree, SYSFS_REGION, (uint64_t)id);
}

static void driver_event(struct watch *watch, const struct dax_event *event)
{
	const char *name = dax_driver(event->driver)->name;

	dirty_name(watch->dirty, fixed(SYSFS_BUS_DAX_DRIVERS), "%s", name);
	dirty_name(watch->dirty, fixed(SYSFS_MODULES), "%s", name);
	dirty_file(watch->dirty, fixed(SYSFS_BUS_DAX_DRIVERS));
	dirty_file(watch->dirty, fixed(SYSFS_MODULES));
}

/* A node also of the host's becomes ours with its first block of device memory. */
static void note_node(struct watch *watch, int node)
{
	if (node < 0)
		return;
	dirty_name(watch->dirty, fixed(SYSFS_NODES), "node%d", node);
	dirty_name(watch->dirty, fixed(SYSFS_BUS_NODE_DEVICES), "node%d", node);
	dirty_file(watch->dirty, fixed(SYSFS_NODES));
}

static void block_event(struct watch *watch, const struct dax_event *event)
{
	const struct dax_model *model = watch->tree->model;
	unsigned long long index = event->block;

	if (event->action != DAX_ADD && event->action != DAX_REMOVE)
		return;
	dirty_name(watch->dirty, fixed(SYSFS_MEMORY), "memory%llu", index);
	dirty_name(watch->dirty, fixed(SYSFS_BUS_MEMORY_DEVICES), "memory%llu", index);
	for (size_t i = 0; i < model->nr_regions; i++) {
		int node = model->regions[i]->config.target_node;

		dirty_name(watch->dirty, indexed(SYSFS_NODE, (unsigned)node), "memory%llu", index);
		note_node(watch, node);
	}
	dirty_file(watch->dirty, fixed(SYSFS_MEMORY));
	if (event->action == DAX_REMOVE)
		sysfs_drop_meta(watch->tree, SYSFS_BLOCK, index);
}

static void tier_event(struct watch *watch)
{
	static const enum sysfs_kind kinds[] = { SYSFS_TIERS, SYSFS_BUS_TIERS_DEVICES };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		dirty_name(watch->dirty, fixed(kinds[i]), "memory_tier%d", SYSFS_SLOW_TIER);
	dirty_file(watch->dirty, fixed(SYSFS_TIERS));
}

static void on_event(void *user, const struct dax_event *event)
{
	struct watch *watch = user;

	switch (event->object) {
	case DAX_OBJ_DEV:
		dev_event(watch, event);
		break;
	case DAX_OBJ_REGION:
		region_event(watch, event);
		break;
	case DAX_OBJ_BLOCK:
		block_event(watch, event);
		break;
	case DAX_OBJ_NODE:
		note_node(watch, event->node);
		break;
	case DAX_OBJ_TIER:
		tier_event(watch);
		break;
	case DAX_OBJ_DRIVER:
		driver_event(watch, event);
		break;
	}
}

/* --- attributes that the kernel notifies of ------------------------------------------------- */

static void notify(struct watch *watch, struct sysfs_ref dir, const char *name)
{
	struct sysfs_ref attr;

	if (sysfs_lookup(watch->tree, dir, name, &attr) == 0)
		dirty_notify(watch->dirty, attr);
}

static void notify_bad(struct watch *watch, const struct dax_region *region)
{
	notify(watch, owned(SYSFS_ND_REGION, (uint64_t)region->config.id), "badblocks");
}

/* With the first one the bus gets commands. Source: Linux drivers/nvdimm/region.c, bus.c. */
static void bad_changed(void *user, const struct dax_region *region)
{
	struct watch *watch = user;

	dirty_name(watch->dirty, fixed(SYSFS_NDBUS), "nfit");
	dirty_file(watch->dirty, fixed(SYSFS_NDBUS));
	notify_bad(watch, region);
}

/* Source: Linux drivers/acpi/nfit/core.c, ars_complete(), notify_ars_done(). */
static void scrubbed(void *user)
{
	struct watch *watch = user;
	const struct dax_model *model = watch->tree->model;

	for (size_t i = 0; i < model->nr_regions; i++)
		if (model->regions[i]->config.kind == DAX_REGION_PMEM)
			notify_bad(watch, model->regions[i]);
	notify(watch, fixed(SYSFS_NDBUS_NFIT), "scrub");
}

void watch_init(struct watch *watch, struct sysfs_tree *tree, struct dirty *dirty)
{
	*watch = (struct watch){
		.tree = tree,
		.dirty = dirty,
		.watcher = { .event = on_event,
			     .dev_changed = dev_changed,
			     .bad_changed = bad_changed,
			     .scrubbed = scrubbed },
	};
	watch->watcher.user = watch;
	dax_model_watch(tree->model, &watch->watcher);
}

void watch_free(struct watch *watch)
{
	free(watch->nr_maps);
}
