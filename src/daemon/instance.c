/* SPDX-License-Identifier: BSD-3-Clause */
/* One instance: everything made and wired to each other, and freed again. */
#include "daemon/instance.h"

#include <numa.h>
#include <string.h>

#include "base/util.h"
#include "cuse/cuse.h"
#include "daemon/events.h"
#include "daemon/instance_priv.h"
#include "daemon/node.h"
#include "sysfs-emu/fs.h"

/* --- the model ------------------------------------------------------------------------------ */

/* Nodes of the real machine, a bit each. */
static uint64_t online_nodes(void)
{
	uint64_t nodes = 0;

	if (numa_available() < 0)
		return 1;
	for (unsigned i = 0; i < 64; i++)
		if (numa_bitmask_isbitset(numa_all_nodes_ptr, i))
			nodes |= UINT64_C(1) << i;
	return nodes ? nodes : 1;
}

static int new_model(struct instance *instance)
{
	const struct config *config = instance->config;
	struct dax_model_config model = {
		.profile = &instance->profile,
		.memblock_size = config->memblock_size,
		.auto_online = config->auto_online,
		.memmap_on_memory = config->memmap_on_memory,
		.online_nodes = online_nodes(),
		.ops = &instance_dax_ops,
		.user = instance,
	};

	return dax_model_new(&instance->model, &model);
}

/* driver=none: bound by nobody, and in nobody's list. */
static int leave_unbound(struct dax_region *region)
{
	struct dax_dev *dev = region->nr_devs ? region->devs[0] : NULL;

	if (!dev || !dev->driver)
		return 0;
	dax_driver_remove_id(region->model, dev->driver->id, dev->id);
	return dax_driver_unbind(dev, dev->driver->id);
}

static int add_region(struct instance *instance, const struct config_region *c)
{
	struct dax_region_config config = {
		.id = c->id,
		.kind = c->kind,
		.span = c->span,
		.align = c->align,
		.numa_node = c->numa_node,
		.target_node = c->target_node,
		.deep_flush = c->deep_flush,
		.persistence = c->persistence,
	};
	struct dax_region *region;
	int r;

	r = dax_region_add(instance->model, &config,
			   c->driver == CONFIG_KMEM ? DAX_KMEM : DAX_DEVICE_DAX, &region);
	if (!r && c->driver == CONFIG_NO_DRIVER)
		r = leave_unbound(region);
	for (size_t i = 0; i < c->bad.nr && !r; i++)
		r = dax_region_add_bad(region, c->bad.runs[i]);
	if (r < 0 && !*instance->refusal.text)
		refuse(&instance->refusal, "%s: region %d cannot be made: %s", c->where, c->id,
		       strerror(-r));
	return r;
}

static int add_regions(struct instance *instance)
{
	int r = 0;

	for (size_t i = 0; i < instance->config->nr_regions && !r; i++)
		r = add_region(instance, &instance->config->regions[i]);
	return r;
}

/* --- the parts around it -------------------------------------------------------------------- */

static int new_events(struct instance *instance)
{
	struct events_config config = {
		.model = instance->model,
		.lock = &instance->lock,
		.netlink = steal_fd(&instance->setup.fds[SETUP_UEVENTS]),
	};

	return events_new(&instance->events, &config);
}

static int new_node(struct instance *instance)
{
	return node_new(&instance->cuse, instance->config->node, instance->model, &instance->lock,
			&instance->profile, &instance->refusal);
}

static int on_uevent(void *user, const struct sysfs_obj *obj, const struct uevent_request *event)
{
	struct instance *instance = user;

	return events_request(instance->events, obj, event);
}

/* Device files are there, or gone, before anybody is told. */
static void on_changed(void *user)
{
	struct instance *instance = user;

	if (instance->cuse)
		cuse_settle(instance->cuse);
	events_deliver(instance->events);
}

static int new_fs(struct instance *instance)
{
	int *fds = instance->setup.fds;
	struct fs_config config = {
		.model = instance->model,
		.lock = &instance->lock,
		.fuse_fd = steal_fd(&fds[SETUP_FUSE]),
		.real_sys = fds[SETUP_REAL_SYS],
		.real_dev = fds[SETUP_REAL_DEV],
		.real_proc = fds[SETUP_PROC],
		/* With CUSE too: the number opens the device, wherever /dev comes from. */
		.device_files = true,
		.uevent = on_uevent,
		.changed = on_changed,
		.user = instance,
	};

	return fs_new(&instance->fs, &config);
}

static int new_broker(struct instance *instance)
{
	struct broker_config config = {
		.model = instance->model,
		.lock = &instance->lock,
		.listen_fd = steal_fd(&instance->setup.fds[SETUP_BROKER]),
		.ops = &instance_broker_ops,
		.user = instance,
	};

	return broker_new(&instance->broker, &config);
}

/* --- all of it ------------------------------------------------------------------------------ */

/* In this order, each with what to say when it fails. */
static const struct part {
	int (*make)(struct instance *instance);
	const char *what;
} parts[] = {
	{ new_model, "the model" },
	{ add_regions, "the regions" },
	{ new_events, "the delivery of uevents" },
	{ new_node, "the device files" },
	{ new_fs, "the file system" },
	{ new_broker, "the broker" },
};

static int make_parts(struct instance *instance, struct refusal *refusal)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		int r;

		*instance->refusal.text = '\0';
		r = parts[i].make(instance);
		if (!r)
			continue;
		if (*instance->refusal.text)
			*refusal = instance->refusal;
		else
			refuse(refusal, "%s cannot be made: %s", parts[i].what, strerror(-r));
		return r;
	}
	return 0;
}

int instance_new(struct instance **out, const struct config *config, struct setup *setup,
		 struct refusal *refusal)
{
	struct instance *instance = calloc(1, sizeof(*instance));
	int r;

	if (!instance) {
		setup_close(setup);
		return refuse(refusal, "out of memory");
	}
	instance->config = config;
	instance->profile = *config->profile;
	instance->setup = *setup;
	setup_init(setup);
	pthread_rwlock_init(&instance->lock, NULL);
	r = make_parts(instance, refusal);
	if (r < 0) {
		instance_free(instance);
		return r;
	}
	*out = instance;
	return 0;
}

int instance_start(struct instance *instance, struct refusal *refusal)
{
	int r = fs_start(instance->fs);

	if (r < 0)
		return refuse(refusal, "the file system cannot be served: %s", strerror(-r));
	return 0;
}

void instance_free(struct instance *instance)
{
	if (instance->fs)
		fs_free(instance->fs);
	if (instance->broker)
		broker_free(instance->broker);
	if (instance->cuse)
		cuse_free(instance->cuse);
	instance_drop_memory(instance);
	if (instance->model)
		dax_model_free(instance->model);
	if (instance->events)
		events_free(instance->events);
	setup_close(&instance->setup);
	pthread_rwlock_destroy(&instance->lock);
	free(instance);
}
