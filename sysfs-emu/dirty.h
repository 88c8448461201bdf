/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the kernel may have cached and is no longer so: names that appeared, vanished or changed,
 * and directories whose link count did; and attributes that somebody may wait for. Filled under the
 * model lock by those who watch the model, emptied by the mutator thread without it.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "sysfs-emu/names.h"
#include "sysfs-emu/ref.h"

struct dirty_item {
	struct sysfs_ref ref;	   /* the directory, or the file itself */
	char name[SYSFS_NAME_MAX]; /* in that directory; empty: the file's own attributes */
	bool notify;		   /* the file's text, for those who poll it, and nothing else */
};

struct dirty {
	pthread_mutex_t lock;
	struct dirty_item *items;
	size_t nr, cap;
	bool lost; /* no memory for an item */
	/* Called, with the lock held, when something was added. */
	void (*wake)(void *user);
	void *user;
};

void dirty_init(struct dirty *dirty, void (*wake)(void *user), void *user);
void dirty_free(struct dirty *dirty);

/* A name in a directory, there or not. */
void dirty_name(struct dirty *dirty, struct sysfs_ref dir, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A file's mode, owner, size or link count. */
void dirty_file(struct dirty *dirty, struct sysfs_ref ref);

/* The text of an attribute that the kernel notifies of. */
void dirty_notify(struct dirty *dirty, struct sysfs_ref attr);

/*
 * Takes all items, each once, those of a file one after the other, those that notify at the end;
 * free(3) them. Return: how many.
 */
size_t dirty_take(struct dirty *dirty, struct dirty_item **items);
