/* SPDX-License-Identifier: BSD-3-Clause */
/* One instance: everything wired to each other. */
#include "daemon/instance.h"

#include <numa.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "backing/backing.h"
#include "base/log.h"
#include "base/util.h"
#include "broker/broker.h"
#include "cuse/cuse.h"
#include "daemon/events.h"
#include "daemon/inject.h"
#include "daemon/node.h"
#include "daxemu/proto.h"
#include "sysfs-emu/fs.h"

/* --- memory: what the core needs -------------------------------------------------------- */

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

static const struct dax_ops model_ops = {
	.region_added = op_region_added,
	.region_gone = op_region_gone,
	.dev_up = op_dev_up,
	.dev_down = op_dev_down,
	.zero = op_zero,
	.dev_deleted = op_dev_deleted,
	.dev_free = op_dev_free,
};

/* --- open files: what the broker needs ------------------------------------------------------ */

/* A character device of our major, which nobody else has. */
static struct dax_dev *identify_cuse(const struct instance *instance, const struct stat *st)
{
	if (!S_ISCHR(st->st_mode) || major(st->st_rdev) != instance->profile.major)
		return NULL;
	return dax_dev_by_minor(instance->model, minor(st->st_rdev));
}

/* The inode number says it all, on our own mount (include/daxemu/proto.h). */
static struct dax_dev *op_identify(void *user, const struct stat *st)
{
	struct instance *instance = user;
	uint32_t kind = daxemu_ino_kind(st->st_ino);

	if (instance->cuse)
		return identify_cuse(instance, st);
	if (st->st_dev != instance->setup.device)
		return NULL;
	if (kind != DAXEMU_INO_TWIN && kind != DAXEMU_INO_NODE)
		return NULL;
	if (daxemu_ino_major(st->st_ino) != (instance->profile.major & 0xff))
		return NULL;
	return dax_dev_by_minor(instance->model, daxemu_ino_minor(st->st_ino));
}

static int op_memory(void *user, const struct dax_dev *dev, bool writable, uint64_t *page_size,
		     uint64_t *file_len)
{
	(void)user;
	if (!dev->user)
		return -ENXIO;
	*page_size = backing_region_page_size(dev->region->user);
	*file_len = backing_dev_len(dev->user);
	return backing_dev_fd(dev->user, writable);
}

static const struct broker_ops broker_ops = {
	.identify = op_identify,
	.memory = op_memory,
};

/* --- building ------------------------------------------------------------------------------- */

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
		.ops = &model_ops,
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

	*instance->refusal.text = '\0';
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

/* --- modules -------------------------------------------------------------------------------- */

struct module_change {
	struct dax_model *model;
	enum dax_driver_id id;
	bool load;
};

static int change_module(void *user)
{
	const struct module_change *change = user;

	return (change->load ? dax_driver_load : dax_driver_unload)(change->model, change->id);
}

int instance_module(struct instance *instance, const char *name, bool load)
{
	struct module_change change = { .model = instance->model, .load = load };

	while (change.id < DAX_NR_DRIVERS && strcmp(dax_driver(change.id)->name, name) != 0)
		change.id++;
	return change.id == DAX_NR_DRIVERS ? -ENODEV
					   : fs_change(instance->fs, change_module, &change);
}

struct injection {
	struct dax_model *model;
	struct inject inject;
	struct refusal *refusal;
};

static int change_inject(void *user)
{
	const struct injection *injection = user;

	return inject_apply(injection->model, &injection->inject, injection->refusal);
}

int instance_inject(struct instance *instance, const char *spec, struct refusal *refusal)
{
	struct injection injection = { .model = instance->model, .refusal = refusal };
	int r = inject_parse(&injection.inject, spec, refusal);

	if (r == 0)
		r = fs_change(instance->fs, change_inject, &injection);
	if (r < 0 && !*refusal->text)
		refuse(refusal, "inject: %s", strerror(-r));
	return r;
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
		.ops = &broker_ops,
		.user = instance,
	};

	return broker_new(&instance->broker, &config);
}

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
	int r = instance ? 0 : refuse(refusal, "out of memory");

	if (r < 0) {
		free(instance);
		setup_close(setup);
		return r;
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

/* The memory goes with the machine: nothing to bring home, so no bytes are copied at the end. */
static void drop_memory(const struct dax_region *region)
{
	for (size_t i = 0; i < region->nr_devs; i++) {
		struct backing_dev *backing = region->devs[i]->user;
		int fd = backing ? backing_dev_fd(backing, true) : -1;

		if (fd >= 0 && ftruncate(fd, 0) < 0)
			log_debug("daemon", "region %d: %s", region->config.id, strerror(errno));
	}
}

static void drop_memories(struct instance *instance)
{
	const struct dax_model *model = instance->model;

	for (size_t i = 0; model && i < model->nr_regions; i++) {
		const struct dax_region *region = model->regions[i];

		if (region_config(instance->config, region->config.id)->backing != BACKING_FILE)
			drop_memory(region);
	}
}

void instance_free(struct instance *instance)
{
	if (instance->fs)
		fs_free(instance->fs);
	if (instance->broker)
		broker_free(instance->broker);
	if (instance->cuse)
		cuse_free(instance->cuse);
	drop_memories(instance);
	if (instance->model)
		dax_model_free(instance->model);
	if (instance->events)
		events_free(instance->events);
	setup_close(&instance->setup);
	pthread_rwlock_destroy(&instance->lock);
	free(instance);
}
