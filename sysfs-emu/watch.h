/* SPDX-License-Identifier: BSD-3-Clause */
/* Watches the model, and says which names of the tree each change touches. */
#pragma once

#include "core/model.h"
#include "sysfs-emu/dirty.h"
#include "sysfs-emu/tree.h"

struct watch {
	struct dax_watcher watcher;
	struct sysfs_tree *tree;
	struct dirty *dirty;
	size_t *nr_maps; /* by minor: mappings the kernel may know of */
	size_t nr_minors;
};

/* Starts to watch the tree's model. @watch must outlive it, or its last change. */
void watch_init(struct watch *watch, struct sysfs_tree *tree, struct dirty *dirty);
void watch_free(struct watch *watch);
