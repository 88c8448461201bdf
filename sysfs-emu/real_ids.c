/* SPDX-License-Identifier: BSD-3-Clause */
/* Known files, in one table by number and by path; see real_ids.h. */
#include "sysfs-emu/real_ids.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

struct real_id {
	struct real_id *next_by_id, *next_by_path; /* in their buckets */
	uint64_t id;
	uint64_t lookups; /* how many the kernel holds */
	uint64_t hash;
	uint64_t ino;
	enum real_root root;
	char path[];
};

#define FIRST_BUCKETS 1024

/* Two tables of @nr buckets. Return: 0, -ENOMEM, then nothing is changed. */
static int make_buckets(struct real_ids *ids, size_t nr)
{
	struct real_id **by_id = calloc(nr, sizeof(struct real_id *));
	struct real_id **by_path = calloc(nr, sizeof(struct real_id *));

	if (!by_id || !by_path) {
		free(by_id);
		free(by_path);
		return -ENOMEM;
	}
	ids->by_id = by_id;
	ids->by_path = by_path;
	ids->nr_buckets = nr;
	return 0;
}

int real_ids_init(struct real_ids *ids)
{
	*ids = (struct real_ids){ .next = 2 }; /* 1 is the root of the mount */
	if (make_buckets(ids, FIRST_BUCKETS) < 0)
		return -ENOMEM;
	pthread_mutex_init(&ids->lock, NULL);
	return 0;
}

void real_ids_free(struct real_ids *ids)
{
	for (size_t i = 0; i < ids->nr_buckets; i++) {
		for (struct real_id *node = ids->by_id[i], *next; node; node = next) {
			next = node->next_by_id;
			free(node);
		}
	}
	free(ids->by_id);
	free(ids->by_path);
	pthread_mutex_destroy(&ids->lock);
}

/* --- the table: all with the lock held ---------------------------------------------------- */

/* FNV-1a. */
static uint64_t hash_path(enum real_root root, const char *path)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) + root;

	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

static struct real_id **id_bucket(struct real_ids *ids, uint64_t id)
{
	return &ids->by_id[id & (ids->nr_buckets - 1)];
}

static struct real_id **path_bucket(struct real_ids *ids, uint64_t hash)
{
	return &ids->by_path[hash & (ids->nr_buckets - 1)];
}

static struct real_id *find_id(struct real_ids *ids, uint64_t id)
{
	struct real_id *node = *id_bucket(ids, id);

	while (node && node->id != id)
		node = node->next_by_id;
	return node;
}

static struct real_id *find_path(struct real_ids *ids, enum real_root root, const char *path,
				 uint64_t ino)
{
	uint64_t hash = hash_path(root, path);

	for (struct real_id *n = *path_bucket(ids, hash); n; n = n->next_by_path) {
		if (n->hash == hash && n->root == root && n->ino == ino &&
		    strcmp(n->path, path) == 0)
			return n;
	}
	return NULL;
}

static void insert(struct real_ids *ids, struct real_id *node)
{
	struct real_id **id = id_bucket(ids, node->id);
	struct real_id **path = path_bucket(ids, node->hash);

	node->next_by_id = *id;
	*id = node;
	node->next_by_path = *path;
	*path = node;
}

/* Doubles the table when it is full; without memory it only gets slower. */
static void grow(struct real_ids *ids)
{
	struct real_id **by_id = ids->by_id, **by_path = ids->by_path;
	size_t nr = ids->nr_buckets;

	if (ids->nr < nr || make_buckets(ids, nr * 2) < 0)
		return;
	for (size_t i = 0; i < nr; i++) {
		for (struct real_id *node = by_id[i], *next; node; node = next) {
			next = node->next_by_id;
			insert(ids, node);
		}
	}
	free(by_id);
	free(by_path);
}

static void unlink_node(struct real_ids *ids, struct real_id *node)
{
	struct real_id **p = id_bucket(ids, node->id);

	while (*p != node)
		p = &(*p)->next_by_id;
	*p = node->next_by_id;
	p = path_bucket(ids, node->hash);
	while (*p != node)
		p = &(*p)->next_by_path;
	*p = node->next_by_path;
	ids->nr--;
}

static struct real_id *add(struct real_ids *ids, enum real_root root, const char *path,
			   uint64_t ino)
{
	size_t len = strlen(path);
	struct real_id *node = malloc(sizeof(*node) + len + 1);

	if (!node)
		return NULL;
	*node = (struct real_id){
		.id = ids->next++, .hash = hash_path(root, path), .ino = ino, .root = root
	};
	memcpy(node->path, path, len + 1);
	grow(ids);
	insert(ids, node);
	ids->nr++;
	return node;
}

/* --- from outside ------------------------------------------------------------------------- */

uint64_t real_ids_get(struct real_ids *ids, enum real_root root, const char *path, uint64_t ino)
{
	struct real_id *node;
	uint64_t id = 0;

	pthread_mutex_lock(&ids->lock);
	node = find_path(ids, root, path, ino);
	if (!node)
		node = add(ids, root, path, ino);
	if (node) {
		node->lookups++;
		id = node->id;
	}
	pthread_mutex_unlock(&ids->lock);
	return id;
}

void real_ids_put(struct real_ids *ids, uint64_t id, uint64_t count)
{
	struct real_id *node;

	pthread_mutex_lock(&ids->lock);
	node = find_id(ids, id);
	if (node) {
		node->lookups -= min_u64(count, node->lookups);
		if (!node->lookups) {
			unlink_node(ids, node);
			free(node);
		}
	}
	pthread_mutex_unlock(&ids->lock);
}

int real_ids_path(struct real_ids *ids, uint64_t id, enum real_root *root, struct strbuf *path)
{
	const struct real_id *node;
	int r = -ENOENT;

	pthread_mutex_lock(&ids->lock);
	node = find_id(ids, id);
	if (node) {
		*root = node->root;
		r = strbuf_printf(path, "%s", node->path);
	}
	pthread_mutex_unlock(&ids->lock);
	return r;
}

size_t real_ids_count(struct real_ids *ids)
{
	size_t nr;

	pthread_mutex_lock(&ids->lock);
	nr = ids->nr;
	pthread_mutex_unlock(&ids->lock);
	return nr;
}
