/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The files below two directories that the kernel knows of, each by a number. A file is known by
 * root, path and inode: a sysfs link that leads elsewhere has another inode, so it becomes another
 * file, and its cached text is never wrong for long. Safe to call from any thread.
 */
#pragma once

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

enum real_root { REAL_SYS, REAL_DEV, REAL_NR_ROOTS };

struct real_id;

struct real_ids {
	pthread_mutex_t lock; /* of all below */
	struct real_id **by_id, **by_path;
	size_t nr_buckets; /* a power of two */
	size_t nr;
	uint64_t next;
};

/* Return: 0, -ENOMEM, then there is nothing to free. */
int real_ids_init(struct real_ids *ids);
void real_ids_free(struct real_ids *ids);

/**
 * real_ids_get() - the number of a file, which the kernel holds once more
 * @path: below the root; copied
 *
 * Return: the number, at least 2; 0 without memory.
 */
uint64_t real_ids_get(struct real_ids *ids, enum real_root root, const char *path, uint64_t ino);

/* The kernel dropped @count holds of @id; a file without any is forgotten. */
void real_ids_put(struct real_ids *ids, uint64_t id, uint64_t count);

/* Appends the path of @id. Return: 0, -ENOENT, -ENOMEM. */
int real_ids_path(struct real_ids *ids, uint64_t id, enum real_root *root, struct strbuf *path);

/* How many are known. */
size_t real_ids_count(struct real_ids *ids);
