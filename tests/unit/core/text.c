/* SPDX-License-Identifier: BSD-3-Clause */
/* A model as text: answers to a row's question, and all of it, to see that nothing moved. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "script.h"

/* Appends to the text in @out. */
static void __attribute__((format(printf, 3, 4)))
add(char *out, size_t size, const char *format, ...)
{
	size_t len = strlen(out);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(out + len, size - len, format, args);
	va_end(args);
	assert_in_range(n, 0, size - len - 1);
}

static void add_geom(const struct dax_dev *dev, char *out, size_t size)
{
	add(out, size, "size=%" PRIu64 " align=%" PRIu64, dax_dev_size(dev), dev->align);
	for (size_t i = 0; i < dev->nr_maps; i++)
		add(out, size, " mapping%zu=%#" PRIx64 "-%#" PRIx64 "@0x%" PRIx64, i,
		    dev->maps[i].range.start, dax_range_last(dev->maps[i].range),
		    dev->maps[i].pgoff);
}

static const char *driver_name(const struct dax_dev *dev)
{
	return dev->driver ? dev->driver->name : "none";
}

static void add_name(const struct dax_dev *dev, char *out, size_t size)
{
	if (dev)
		add(out, size, "dax%d.%d", dev->id.region, dev->id.dev);
}

static void add_blocks(const struct dax_model *model, char *out, size_t size)
{
	if (!model->nr_blocks)
		add(out, size, "none");
	for (size_t i = 0; i < model->nr_blocks; i++)
		add(out, size, "%s%" PRIu64 ":%s", i ? " " : "", model->blocks[i].index,
		    model->blocks[i].online ? "online" : "offline");
}

static const char *zone(const struct dax_model *model, const struct dax_block *block)
{
	enum dax_online_policy kind = block->kind;

	if (!block->online)
		kind = dax_block_default_kind(model, block);
	return kind == DAX_ONLINE_MOVABLE ? "Movable" : "Normal";
}

static void add_zones(const struct dax_model *model, char *out, size_t size)
{
	for (size_t i = 0; i < model->nr_blocks; i++)
		add(out, size, "%s%" PRIu64 ":%s%s", i ? " " : "", model->blocks[i].index,
		    zone(model, &model->blocks[i]),
		    model->blocks[i].memmap_on_memory ? "+memmap" : "");
}

static void add_claims(const struct dax_model *model, char *out, size_t size)
{
	if (!model->nr_claims)
		add(out, size, "none");
	for (size_t i = 0; i < model->nr_claims; i++) {
		const struct dax_claim *c = &model->claims[i];

		add(out, size, "%s%" PRIx64 "-%" PRIx64 ":dax%d.%d%s%s", i ? " " : "",
		    c->range.start, dax_range_last(c->range), c->dev.region, c->dev.dev,
		    c->kmem ? ",kmem" : "", c->stuck ? ",stuck" : "");
	}
}

static void add_opens(const struct dax_model *model, const char *driver, char *out, size_t size)
{
	for (int id = 0; id < DAX_NR_DRIVERS; id++)
		if (!strcmp(dax_driver((enum dax_driver_id)id)->name, driver))
			add(out, size, "%u", dax_driver_opens(model, (enum dax_driver_id)id));
}

static void add_devs(const struct dax_region *region, char *out, size_t size)
{
	for (size_t i = 0; i < region->nr_devs; i++) {
		add(out, size, "%s", i ? " " : "");
		add_name(region->devs[i], out, size);
	}
}

static void add_bad(const struct dax_region *region, char *out, size_t size)
{
	struct dax_range run;

	for (uint64_t at = 0; dax_bad_next(&region->bad, at, &run); at = dax_range_end(run))
		add(out, size, "%s%" PRIu64 "+%" PRIu64, at ? " " : "", run.start, run.len);
}

/* Questions about a device. Return: whether it was one. */
static bool ask_dev(const struct script *script, const char *what, const char *arg, char *out,
		    size_t size)
{
	struct dax_dev *dev = script_dev(script, arg);

	if (!strcmp(what, "geom"))
		add_geom(dev, out, size);
	else if (!strcmp(what, "driver"))
		add(out, size, "%s", dev ? driver_name(dev) : "gone");
	else if (!strcmp(what, "minor"))
		add(out, size, "%u", dev->minor);
	else if (!strcmp(what, "mom"))
		add(out, size, "%d", dev->memmap_on_memory);
	else
		return false;
	return true;
}

static bool ask_region(const struct script *script, const char *what, const char *arg, char *out,
		       size_t size)
{
	const struct dax_region *region = dax_region_find(script->model, *arg ? *arg - '0' : 0);

	if (!strcmp(what, "seed"))
		add_name(region->seed, out, size);
	else if (!strcmp(what, "youngest"))
		add_name(region->youngest, out, size);
	else if (!strcmp(what, "avail"))
		add(out, size, "%" PRIu64, dax_region_available(region));
	else if (!strcmp(what, "devs"))
		add_devs(region, out, size);
	else if (!strcmp(what, "bad"))
		add_bad(region, out, size);
	else
		return false;
	return true;
}

static bool ask_model(const struct script *script, const char *what, const char *arg, char *out,
		      size_t size)
{
	const struct dax_model *model = script->model;

	if (!strcmp(what, "blocks"))
		add_blocks(model, out, size);
	else if (!strcmp(what, "zones"))
		add_zones(model, out, size);
	else if (!strcmp(what, "claims"))
		add_claims(model, out, size);
	else if (!strcmp(what, "nodes"))
		add(out, size, "%d", dax_node_exists(model, *arg - '0'));
	else if (!strcmp(what, "tier"))
		add(out, size, "%d", dax_tier_has(model, *arg - '0'));
	else if (!strcmp(what, "opens"))
		add_opens(model, arg, out, size);
	else if (!strcmp(what, "events"))
		add(out, size, "%s", script->events);
	else if (!strcmp(what, "ops"))
		add(out, size, "%s", script->ops);
	else
		return false;
	return true;
}

void text_ask(const struct script *script, const char *question, char *out, size_t size)
{
	char what[16] = "", arg[16] = "";
	bool known;

	*out = '\0';
	sscanf(question, "%15s %15s", what, arg);
	known = ask_model(script, what, arg, out, size) ||
		ask_region(script, what, arg, out, size) || ask_dev(script, what, arg, out, size);
	assert_true(known);
}

static void dump_dev(const struct dax_dev *dev, char *out, size_t size)
{
	add(out, size, "\n  ");
	add_name(dev, out, size);
	add(out, size, " serial %" PRIu64 " minor %u %s mom %d: ", dev->serial, dev->minor,
	    driver_name(dev), dev->memmap_on_memory);
	add_geom(dev, out, size);
}

static void dump_region(const struct dax_region *region, char *out, size_t size)
{
	add(out, size, "region %d serial %" PRIu64 " enabled %d detached %d used %" PRIu64 " seed ",
	    region->config.id, region->serial, region->enabled, region->detached, region->used);
	add_name(region->seed, out, size);
	add(out, size, " youngest ");
	add_name(region->youngest, out, size);
	add(out, size, " bad ");
	add_bad(region, out, size);
	for (size_t i = 0; i < region->nr_devs; i++)
		dump_dev(region->devs[i], out, size);
	add(out, size, "\n");
}

void text_dump(const struct dax_model *model, char *out, size_t size)
{
	*out = '\0';
	for (size_t i = 0; i < model->nr_regions; i++)
		dump_region(model->regions[i], out, size);
	add(out, size, "blocks ");
	add_blocks(model, out, size);
	add(out, size, "\nzones ");
	add_zones(model, out, size);
	add(out, size, "\nclaims ");
	add_claims(model, out, size);
	for (int id = 0; id < DAX_NR_DRIVERS; id++)
		add(out, size, "\nloaded %d", dax_driver_loaded(model, (enum dax_driver_id)id));
}

void text_event(const struct dax_event *event, char *out, size_t size)
{
	static const char *const actions[] = { "add",	 "remove", "bind",
					       "unbind", "online", "offline" };

	*out = '\0';
	add(out, size, "%s ", actions[event->action]);
	if (event->object == DAX_OBJ_BLOCK)
		add(out, size, "memory%" PRIu64, event->block);
	else if (event->object == DAX_OBJ_NODE)
		add(out, size, "node%d", event->node);
	else if (event->object == DAX_OBJ_TIER)
		add(out, size, "tier");
	else if (event->object == DAX_OBJ_DRIVER)
		add(out, size, "driver %s", dax_driver(event->driver)->name);
	else if (event->object == DAX_OBJ_REGION)
		add(out, size, "region%d", event->region->config.id);
	else
		add_name(event->dev, out, size);
	if (event->object == DAX_OBJ_DEV && event->dev->driver)
		add(out, size, " %s", event->dev->driver->name);
}
