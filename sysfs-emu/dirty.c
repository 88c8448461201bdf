/* SPDX-License-Identifier: BSD-3-Clause */
/* A growing array of what to invalidate. */
#include "sysfs-emu/dirty.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

void dirty_init(struct dirty *dirty, void (*wake)(void *user), void *user)
{
	*dirty = (struct dirty){ .wake = wake, .user = user };
	pthread_mutex_init(&dirty->lock, NULL);
}

void dirty_free(struct dirty *dirty)
{
	free(dirty->items);
	pthread_mutex_destroy(&dirty->lock);
}

/* Room for one more; NULL without memory. */
static struct dirty_item *append(struct dirty *dirty)
{
	size_t cap = dirty->cap ? dirty->cap * 2 : 64;
	struct dirty_item *items = dirty->items;

	if (dirty->nr == dirty->cap) {
		items = reallocarray(items, cap, sizeof(*items));
		if (!items) {
			dirty->lost = true;
			return NULL;
		}
		dirty->items = items;
		dirty->cap = cap;
	}
	return &items[dirty->nr++];
}

static void add(struct dirty *dirty, const struct dirty_item *item)
{
	struct dirty_item *slot;

	pthread_mutex_lock(&dirty->lock);
	slot = append(dirty);
	if (slot)
		*slot = *item;
	if (dirty->wake)
		dirty->wake(dirty->user);
	pthread_mutex_unlock(&dirty->lock);
}

void dirty_name(struct dirty *dirty, struct sysfs_ref dir, const char *format, ...)
{
	struct dirty_item item = { .ref = dir };
	va_list args;

	va_start(args, format);
	vsnprintf(item.name, sizeof(item.name), format, args);
	va_end(args);
	add(dirty, &item);
}

void dirty_file(struct dirty *dirty, struct sysfs_ref ref)
{
	add(dirty, &(struct dirty_item){ .ref = ref });
}

void dirty_notify(struct dirty *dirty, struct sysfs_ref attr)
{
	add(dirty, &(struct dirty_item){ .ref = attr, .notify = true });
}

static int compare(const void *a, const void *b)
{
	const struct dirty_item *x = a, *y = b;
	uint64_t i = sysfs_ref_encode(x->ref), j = sysfs_ref_encode(y->ref);

	if (x->notify != y->notify)
		return x->notify ? 1 : -1;
	return i == j ? strcmp(x->name, y->name) : i < j ? -1 : 1;
}

/* A change notes what many of its steps note: a node's name with each block of memory. */
static size_t sort_once(struct dirty_item *items, size_t nr)
{
	size_t kept = 0;

	if (nr)
		qsort(items, nr, sizeof(*items), compare);
	for (size_t i = 0; i < nr; i++) {
		if (!kept || compare(&items[kept - 1], &items[i]))
			items[kept++] = items[i];
	}
	return kept;
}

size_t dirty_take(struct dirty *dirty, struct dirty_item **items)
{
	size_t nr;

	pthread_mutex_lock(&dirty->lock);
	if (dirty->lost)
		log_error("sysfs", "no memory to invalidate names: listings may be stale");
	nr = dirty->nr;
	*items = dirty->items;
	dirty->items = NULL;
	dirty->nr = dirty->cap = 0;
	dirty->lost = false;
	pthread_mutex_unlock(&dirty->lock);
	return sort_once(*items, nr);
}
