/* SPDX-License-Identifier: BSD-3-Clause */
/* The memory of an instance: what the core asks to be made, filled, taken away and dropped. */
#include <string.h>

#include "backing/backing.h"
#include "base/log.h"
#include "base/util.h"
#include "daemon/instance_priv.h"

static const struct config_region *region_config(const struct config *config, int id)
{
	for (size_t i = 0; i < config->nr_regions; i++)
		if (config->regions[i].id == id)
			return &config->regions[i];
	return NULL;
}

static int op_region_added(void *user, struct dax_region *region)
{
	struct instance *instance = user;
	const struct config_region *c = region_config(instance->config, region->config.id);
	struct backing_region_config config = {
		.kind = c->backing,
		.path = c->path,
		.span = region->config.span,
		.numa_node = region->config.numa_node,
		.memfs_fd = instance->setup.fds[SETUP_MEMFS],
	};
	struct backing_region *backing;
	struct backing_error error = { "" };
	int r = backing_region_new(&backing, &config, &error);

	if (r < 0) {
		refuse(&instance->refusal, "%s: backing=%s%s: region %d: %s", c->where,
		       config_backing_name(c->backing), c->path ? c->path : "", c->id,
		       *error.text ? error.text : strerror(-r));
		return r;
	}
	region->user = backing;
	return 0;
}

static void op_region_gone(void *user, struct dax_region *region)
{
	(void)user;
	backing_region_free(region->user);
	region->user = NULL;
}

static int dev_backing(struct dax_dev *dev)
{
	struct backing_dev *backing;
	char name[32];
	int r;

	if (dev->user)
		return 0;
	snprintf(name, sizeof(name), "dax%d.%d", dev->id.region, dev->id.dev);
	r = backing_dev_new(&backing, dev->region->user, name);
	if (!r)
		dev->user = backing;
	return r;
}

static int op_dev_up(void *user, struct dax_dev *dev)
{
	_cleanup_free_ struct dax_range *ranges = calloc(dev->nr_maps + 1, sizeof(*ranges));
	int r = ranges ? dev_backing(dev) : -ENOMEM;

	(void)user;
	if (r < 0)
		return r;
	for (size_t i = 0; i < dev->nr_maps; i++)
		ranges[i] = dax_mapping_pages(&dev->maps[i]);
	return backing_dev_up(dev->user, ranges, dev->nr_maps);
}

static void op_dev_down(void *user, struct dax_dev *dev)
{
	(void)user;
	if (dev->user)
		backing_dev_down(dev->user);
}

static int op_zero(void *user, struct dax_region *region, struct dax_range phys)
{
	(void)user;
	return backing_zero(region->user, region->nr_devs ? region->devs[0]->user : NULL, phys);
}

static void op_dev_deleted(void *user, struct dax_dev *dev)
{
	(void)user;
	if (dev->user)
		backing_dev_unname(dev->user);
}

static void op_dev_free(void *user, struct dax_dev *dev)
{
	(void)user;
	if (dev->user)
		backing_dev_free(dev->user);
	dev->user = NULL;
}

const struct dax_ops instance_dax_ops = {
	.region_added = op_region_added,
	.region_gone = op_region_gone,
	.dev_up = op_dev_up,
	.dev_down = op_dev_down,
	.zero = op_zero,
	.dev_deleted = op_dev_deleted,
	.dev_free = op_dev_free,
};

static void drop_memory(const struct dax_region *region)
{
	for (size_t i = 0; i < region->nr_devs; i++) {
		struct backing_dev *backing = region->devs[i]->user;
		int fd = backing ? backing_dev_fd(backing, true) : -1;

		if (fd >= 0 && ftruncate(fd, 0) < 0)
			log_debug("daemon", "region %d: %s", region->config.id, strerror(errno));
	}
}

void instance_drop_memory(const struct instance *instance)
{
	const struct dax_model *model = instance->model;

	for (size_t i = 0; model && i < model->nr_regions; i++) {
		const struct dax_region *region = model->regions[i];

		if (region_config(instance->config, region->config.id)->backing != BACKING_FILE)
			drop_memory(region);
	}
}
