/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How device files are made: by CUSE, as devices of the machine itself, where root may; else by the
 * FUSE file system, which needs nothing more than is there.
 */
#pragma once

#include <pthread.h>

#include "core/model.h"
#include "daemon/config.h"
#include "daemon/refuse.h"

struct cuse;

/**
 * node_new() - make the device files by CUSE, if that is wanted and possible
 * @out:     given; NULL: FUSE is to do it
 * @profile: of @model; its major becomes one that the machine has free
 *
 * With --node=auto whatever stands in the way, such as another instance whose devices have the same
 * names, leaves it to FUSE. Return: 0 or -EINVAL with @refusal set.
 */
int node_new(struct cuse **out, enum config_node wanted, struct dax_model *model,
	     pthread_rwlock_t *lock, struct dax_profile *profile, struct refusal *refusal);
