/* SPDX-License-Identifier: BSD-3-Clause */
/* The model as a whole: its birth and end, serial numbers, and telling the watchers. */
#include <errno.h>
#include <stdlib.h>

#include "base/util.h"
#include "core/internal.h"

uint64_t dax_model_serial(struct dax_model *model)
{
	return ++model->priv->last_serial;
}

static void load_all_drivers(struct dax_model *model)
{
	struct dax_model_priv *priv = model->priv;

	for (int id = 0; id < DAX_NR_DRIVERS; id++)
		if (model->config.profile->match[id] != DAX_MATCH_ABSENT)
			priv->loaded[priv->nr_loaded++] = (enum dax_driver_id)id;
}

int dax_model_new(struct dax_model **out, const struct dax_model_config *config)
{
	static const struct dax_ops no_ops;
	_cleanup_free_ struct dax_model_priv *priv = NULL;
	struct dax_model *model;

	if (!is_power_of_two(config->memblock_size) || config->memblock_size < DAX_SUBSECTION_SIZE)
		return -EINVAL;
	priv = calloc(1, sizeof(*priv));
	model = calloc(1, sizeof(*model));
	if (!priv || !model) {
		free(model);
		return -ENOMEM;
	}
	model->config = *config;
	if (!config->ops)
		model->config.ops = &no_ops;
	model->autoprobe = true;
	model->priv = priv;
	priv = NULL;
	load_all_drivers(model);
	*out = model;
	return 0;
}

void dax_model_free(struct dax_model *model)
{
	struct dax_model_priv *priv;

	if (!model)
		return;
	priv = model->priv;
	model->watchers = NULL;
	for (size_t i = 0; i < model->nr_regions; i++)
		dax_region_disable(model->regions[i]);
	while (priv->nr_devs)
		dax_dev_destroy(priv->devs[priv->nr_devs - 1]);
	while (model->nr_regions)
		dax_region_free(model->regions[model->nr_regions - 1]);
	for (int id = 0; id < DAX_NR_DRIVERS; id++)
		free(priv->ids[id].ids);
	free(priv->devs);
	free(priv->minors.at);
	free(priv);
	free(model->regions);
	free(model->blocks);
	free(model->claims);
	free(model->faults);
	free(model);
}

void dax_model_watch(struct dax_model *model, struct dax_watcher *watcher)
{
	struct dax_watcher **end = &model->watchers;

	while (*end)
		end = &(*end)->next;
	watcher->next = NULL;
	*end = watcher;
}

void dax_emit(struct dax_model *model, const struct dax_event *event)
{
	for (struct dax_watcher *w = model->watchers; w; w = w->next)
		if (w->event)
			w->event(w->user, event);
}

void dax_emit_dev(const struct dax_dev *dev, enum dax_action action)
{
	dax_emit(dev->region->model, &(struct dax_event){ .action = action,
							  .object = DAX_OBJ_DEV,
							  .dev = dev,
							  .region = dev->region });
}

void dax_dev_changed(const struct dax_dev *dev)
{
	for (struct dax_watcher *w = dev->region->model->watchers; w; w = w->next)
		if (w->dev_changed)
			w->dev_changed(w->user, dev);
}

void dax_bad_changed(const struct dax_region *region)
{
	for (struct dax_watcher *w = region->model->watchers; w; w = w->next)
		if (w->bad_changed)
			w->bad_changed(w->user, region);
}

void dax_model_scrub(struct dax_model *model)
{
	model->scrubs++;
	for (struct dax_watcher *w = model->watchers; w; w = w->next)
		if (w->scrubbed)
			w->scrubbed(w->user);
}

/* Where the device of @serial is among priv->devs, or would be. */
static size_t serial_position(const struct dax_model_priv *priv, uint64_t serial)
{
	size_t low = 0, high = priv->nr_devs;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (priv->devs[mid]->serial < serial)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct dax_dev *dax_dev_by_serial(const struct dax_model *model, uint64_t serial)
{
	size_t i = serial_position(model->priv, serial);

	if (i == model->priv->nr_devs || model->priv->devs[i]->serial != serial)
		return NULL;
	return model->priv->devs[i];
}

struct dax_dev *dax_dev_by_minor(const struct dax_model *model, unsigned minor)
{
	return dax_slots_get(&model->priv->minors, minor);
}

struct dax_dev *dax_dev_find(const struct dax_model *model, struct dax_id id)
{
	struct dax_region *region = dax_region_find(model, id.region);

	return region && id.dev >= 0 ? dax_slots_get(&region->ids, (size_t)id.dev) : NULL;
}

struct dax_region *dax_region_find(const struct dax_model *model, int id)
{
	for (size_t i = 0; i < model->nr_regions; i++)
		if (model->regions[i]->config.id == id)
			return model->regions[i];
	return NULL;
}
