/* SPDX-License-Identifier: BSD-3-Clause */
/* What status and maps print: JSON as daxctl's, arrays of objects, integers in bytes. */
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config_nvdimm.h"
#include "daemon/events.h"
#include "daemon/inject.h"
#include "daemon/instance.h"

static void add_u64(struct json_object *to, const char *key, uint64_t value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}

static void add_int(struct json_object *to, const char *key, int value)
{
	json_object_object_add(to, key, json_object_new_int(value));
}

static void add_text(struct json_object *to, const char *key, const char *value)
{
	json_object_object_add(to, key, json_object_new_string(value));
}

static void add_bool(struct json_object *to, const char *key, bool value)
{
	json_object_object_add(to, key, json_object_new_boolean(value));
}

static struct json_object *dev_json(const struct dax_dev *dev)
{
	struct json_object *json = json_object_new_object();
	char name[32];

	snprintf(name, sizeof(name), "dax%d.%d", dev->id.region, dev->id.dev);
	add_text(json, "chardev", name);
	add_u64(json, "size", dax_dev_size(dev));
	add_u64(json, "align", dev->align);
	if (dev->driver)
		add_text(json, "driver", dev->driver->name);
	add_u64(json, "open_files", dev->holders);
	return json;
}

static struct json_object *devs_json(const struct dax_region *region,
				     struct json_object *(*one)(const struct dax_dev *dev))
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < region->nr_devs; i++)
		json_object_array_add(array, one(region->devs[i]));
	return array;
}

static const char *backing_name(const struct config *config, int id)
{
	static const char *const names[] = { "memfd", "hugetlb", "file" };

	for (size_t i = 0; i < config->nr_regions; i++)
		if (config->regions[i].id == id)
			return names[config->regions[i].backing];
	return "memfd";
}

static struct json_object *run_json(struct dax_range run)
{
	struct json_object *json = json_object_new_object();

	add_u64(json, "offset", run.start);
	add_u64(json, "size", run.len);
	return json;
}

/* What an NVDIMM is like, by the keys of a static region. */
static void add_nvdimm(struct json_object *to, const struct dax_region *region)
{
	struct json_object *runs = json_object_new_array();

	for (size_t i = 0; i < region->bad.nr; i++)
		json_object_array_add(runs, run_json(region->bad.runs[i]));
	add_text(to, "deep_flush", config_deep_flush_name(region->config.deep_flush));
	add_text(to, "persistence_domain", config_persistence_name(region->config.persistence));
	json_object_object_add(to, "badblocks", runs);
}

static struct json_object *region_json(const struct config *config, const struct dax_region *region)
{
	struct json_object *json = json_object_new_object();

	add_int(json, "id", region->config.id);
	add_text(json, "type", region->config.kind == DAX_REGION_PMEM ? "static" : "dynamic");
	add_u64(json, "start", region->config.span.start);
	add_u64(json, "size", region->config.span.len);
	add_u64(json, "available_size", dax_region_available(region));
	add_u64(json, "align", region->config.align);
	add_text(json, "backing", backing_name(config, region->config.id));
	add_int(json, "numa_node", region->config.numa_node);
	add_int(json, "target_node", region->config.target_node);
	add_bool(json, "enabled", region->enabled);
	if (region->config.kind == DAX_REGION_PMEM)
		add_nvdimm(json, region);
	json_object_object_add(json, "devices", devs_json(region, dev_json));
	return json;
}

/* As they were said to inject. */
static struct json_object *faults_json(const struct dax_model *model)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < model->nr_faults; i++) {
		_cleanup_strbuf_ struct strbuf text = { 0 };

		if (!inject_print(&model->faults[i], &text))
			json_object_array_add(array, json_object_new_string(text.text));
	}
	return array;
}

static struct json_object *instance_json(const struct instance *instance)
{
	static const char *const policies[] = { "offline", "online", "online_kernel",
						"online_movable" };
	const struct dax_model *model = instance->model;
	struct json_object *json = json_object_new_object();
	struct json_object *regions = json_object_new_array();

	add_text(json, "instance", instance->config->instance);
	add_int(json, "pid", getpid());
	add_text(json, "runtime", instance->setup.runtime);
	add_text(json, "abi", instance->config->profile->name);
	add_text(json, "node", instance->cuse ? "cuse" : "fuse");
	add_u64(json, "memblock_size", model->config.memblock_size);
	add_text(json, "auto_online", policies[model->config.auto_online]);
	add_bool(json, "memmap_on_memory", model->config.memmap_on_memory);
	add_bool(json, "netlink_uevents", events_on_netlink(instance->events));
	json_object_object_add(json, "faults", faults_json(model));
	for (size_t i = 0; i < model->nr_regions; i++)
		json_object_array_add(regions, region_json(instance->config, model->regions[i]));
	json_object_object_add(json, "regions", regions);
	return json;
}

/* Gives the reference away. */
static char *json_text(struct json_object *json)
{
	const int style = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;
	char *text = strdup(json_object_to_json_string_ext(json, style));

	json_object_put(json);
	return text;
}

char *instance_status(struct instance *instance)
{
	struct json_object *array = json_object_new_array();

	pthread_rwlock_rdlock(&instance->lock);
	json_object_array_add(array, instance_json(instance));
	pthread_rwlock_unlock(&instance->lock);
	return json_text(array);
}

/* --- maps ----------------------------------------------------------------------------------- */

static struct json_object *mapping_json(const struct dax_mapping *mapping)
{
	struct json_object *json = json_object_new_object();

	add_u64(json, "page_offset", mapping->pgoff);
	add_u64(json, "start", mapping->range.start);
	add_u64(json, "end", dax_range_last(mapping->range));
	add_u64(json, "size", mapping->range.len);
	return json;
}

static struct json_object *dev_maps_json(const struct dax_dev *dev)
{
	struct json_object *json = dev_json(dev);
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < dev->nr_maps; i++)
		json_object_array_add(array, mapping_json(&dev->maps[i]));
	json_object_object_add(json, "mappings", array);
	return json;
}

static struct json_object *region_maps_json(const struct dax_region *region)
{
	struct json_object *json = json_object_new_object();

	add_int(json, "id", region->config.id);
	add_u64(json, "start", region->config.span.start);
	add_u64(json, "end", dax_range_last(region->config.span));
	add_u64(json, "size", region->config.span.len);
	json_object_object_add(json, "devices", devs_json(region, dev_maps_json));
	return json;
}

char *instance_maps(struct instance *instance)
{
	struct json_object *array = json_object_new_array();

	pthread_rwlock_rdlock(&instance->lock);
	for (size_t i = 0; i < instance->model->nr_regions; i++)
		json_object_array_add(array, region_maps_json(instance->model->regions[i]));
	pthread_rwlock_unlock(&instance->lock);
	return json_text(array);
}
