/* SPDX-License-Identifier: BSD-3-Clause */
/* A sorted array of changed modes and owners. */
#include "sysfs-emu/meta.h"

#include <stdlib.h>

#include "core/array.h"

/* Where @key is, or would be. */
static size_t position(const struct sysfs_meta *meta, uint64_t key)
{
	return ARRAY_POSITION(meta->entries, meta->nr, key, key);
}

const struct sysfs_meta_entry *meta_find(const struct sysfs_meta *meta, uint64_t key)
{
	size_t i = position(meta, key);

	return i < meta->nr && meta->entries[i].key == key ? &meta->entries[i] : NULL;
}

struct sysfs_meta_entry *meta_get(struct sysfs_meta *meta, uint64_t key)
{
	size_t i = position(meta, key);
	struct sysfs_meta_entry *entries;

	if (i < meta->nr && meta->entries[i].key == key)
		return &meta->entries[i];
	entries = array_open(meta->entries, meta->nr, sizeof(*entries), i, 1);
	if (!entries)
		return NULL;
	entries[i] = (struct sysfs_meta_entry){
		.key = key, .mode = (mode_t)-1, .uid = (uid_t)-1, .gid = (gid_t)-1
	};
	meta->entries = entries;
	meta->nr++;
	return &entries[i];
}

void meta_drop(struct sysfs_meta *meta, bool (*match)(uint64_t key, const void *arg),
	       const void *arg)
{
	size_t kept = 0;

	for (size_t i = 0; i < meta->nr; i++) {
		if (!match(meta->entries[i].key, arg))
			meta->entries[kept++] = meta->entries[i];
	}
	meta->nr = kept;
}

void meta_free(struct sysfs_meta *meta)
{
	free(meta->entries);
	*meta = (struct sysfs_meta){ 0 };
}
