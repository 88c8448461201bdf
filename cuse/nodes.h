/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The device files there are. One thread at a time works on them; it serves none, for it waits for
 * the kernel, which may wait for the threads that serve.
 */
#pragma once

#include "cuse/cuse.h"

struct node;
struct orphan;
struct pool;

struct nodes {
	struct cuse_config config;
	struct pool *pool;
	struct node *list;
	struct orphan *orphans;
};

/* What a device file is made of. */
struct node_spec {
	uint64_t serial; /* of the device */
	struct dax_id id;
	unsigned minor;
};

/* With the threads that serve. Return: 0 or -errno; nodes_free() is due in both cases. */
int nodes_init(struct nodes *nodes, const struct cuse_config *config);

/* Makes a device file and serves it. Return: 0, -EEXIST (the machine has such a one), -errno. */
int nodes_add(struct nodes *nodes, const struct node_spec *spec);

/* Removes the device file of that device, if there is one. */
void nodes_remove(struct nodes *nodes, uint64_t serial);

void nodes_remove_all(struct nodes *nodes);

/* All are removed. Gives back the numbers of those whose files were still open. */
void nodes_free(struct nodes *nodes);
