/* SPDX-License-Identifier: BSD-3-Clause */
/* What chmod and chown changed, until the file is gone. Few entries: a sorted array. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sysfs_meta_entry {
	uint64_t key;
	mode_t mode; /* permission bits, -1 unchanged */
	uid_t uid;
	gid_t gid;
};

/* Zero-initialised is empty. */
struct sysfs_meta {
	struct sysfs_meta_entry *entries; /* by key */
	size_t nr;
};

/* NULL when nothing was changed. */
const struct sysfs_meta_entry *meta_find(const struct sysfs_meta *meta, uint64_t key);

/* The entry of @key, made if need be with nothing changed; NULL: no memory. */
struct sysfs_meta_entry *meta_get(struct sysfs_meta *meta, uint64_t key);

/* Drops every entry that @match wants dropped. */
void meta_drop(struct sysfs_meta *meta, bool (*match)(uint64_t key, const void *arg),
	       const void *arg);

void meta_free(struct sysfs_meta *meta);
