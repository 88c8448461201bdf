/* SPDX-License-Identifier: BSD-3-Clause */
/* A sorted array of changed modes and owners. */
#include "sysfs-emu/meta.h"

#include <stdlib.h>
#include <string.h>

/* Where @key is, or would be. */
static size_t position(const struct sysfs_meta *meta, uint64_t key)
{
	size_t low = 0, high = meta->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (meta->entries[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct sysfs_meta_entry *meta_find(const struct sysfs_meta *meta, uint64_t key)
{
	size_t i = position(meta, key);

	return i < meta->nr && meta->entries[i].key == key ? &meta->entries[i] : NULL;
}

static int reserve(struct sysfs_meta *meta)
{
	size_t cap = meta->cap ? meta->cap * 2 : 16;
	void *entries;

	if (meta->nr < meta->cap)
		return 0;
	entries = reallocarray(meta->entries, cap, sizeof(*meta->entries));
	if (!entries)
		return -1;
	meta->entries = entries;
	meta->cap = cap;
	return 0;
}

struct sysfs_meta_entry *meta_get(struct sysfs_meta *meta, uint64_t key)
{
	size_t i = position(meta, key);
	struct sysfs_meta_entry *entry;

	if (i < meta->nr && meta->entries[i].key == key)
		return &meta->entries[i];
	if (reserve(meta) < 0)
		return NULL;
	entry = &meta->entries[i];
	memmove(entry + 1, entry, (meta->nr - i) * sizeof(*entry));
	meta->nr++;
	*entry = (struct sysfs_meta_entry){
		.key = key, .mode = (mode_t)-1, .uid = (uid_t)-1, .gid = (gid_t)-1
	};
	return entry;
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
