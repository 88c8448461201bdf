/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One instance: the model, its lock, the memory, the FUSE file system and the broker, wired to
 * each other. The one place that knows every part.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "core/model.h"
#include "daemon/config.h"
#include "daemon/setup.h"

struct instance {
	const struct config *config; /* lent */
	struct setup setup;	     /* owned; what the parts took is -1 */
	struct dax_profile profile;  /* the configured one, with the major that is in use */
	struct dax_model *model;
	pthread_rwlock_t lock; /* the model lock */
	struct events *events;
	struct cuse *cuse; /* makes the device files; NULL: the file system does */
	struct fs *fs;
	struct broker *broker;
	struct refusal refusal; /* of the operation under way */
};

/**
 * instance_new() - build everything, serve nothing yet
 * @config: lent until instance_free()
 * @setup:  its files are taken, also on failure
 *
 * Return: 0, -errno with @refusal set.
 */
int instance_new(struct instance **out, const struct config *config, struct setup *setup,
		 struct refusal *refusal);

/* Starts to serve. Return: 0, -errno with @refusal set. */
int instance_start(struct instance *instance, struct refusal *refusal);

/* Stops serving and frees; users' files are complete afterwards. */
void instance_free(struct instance *instance);

/**
 * instance_module() - what modprobe and rmmod do to a driver
 * @name: device_dax, kmem, fsdev_dax
 *
 * Return: 0 (also if it is so already), -ENODEV (no such module, in this kernel), -EBUSY (in use).
 */
int instance_module(struct instance *instance, const char *name, bool load);

/* What `daxemu inject` asks for, see daemon/inject.h. Return: 0, -errno with @refusal set. */
int instance_inject(struct instance *instance, const char *spec, struct refusal *refusal);

/* JSON to free(); NULL without memory. Take the read side of the model lock themselves. */
char *instance_status(struct instance *instance);
char *instance_maps(struct instance *instance);
