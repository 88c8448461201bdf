/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one thread that changes the model on behalf of FUSE requests. It takes the write side of the
 * lock, makes the change, drops the lock, invalidates what the kernel cached, and only then
 * replies: after a write(2) every path shows what it did.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sysfs-emu/ref.h"

struct fs;
struct fuse_req;

enum mutator_work {
	MUTATOR_STORE,	 /* @data into an attribute; replies with a count */
	MUTATOR_SETATTR, /* @mode, @uid, @gid; replies with attributes */
	MUTATOR_CALL,	 /* @call, from another thread of the daemon */
};

/* Lies with the caller, who waits. */
struct mutator_call {
	int (*change)(void *user);
	void *user;
	int result;
	bool done;
};

struct mutator_job {
	struct mutator_job *next;
	struct fuse_req *req;
	enum mutator_work work;
	struct sysfs_ref ref;
	mode_t mode; /* -1 leaves it; so the next two */
	uid_t uid;
	gid_t gid;
	struct mutator_call *call;
	size_t size;
	char data[];
};

struct mutator {
	struct fs *fs;
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t wanted;
	pthread_cond_t called; /* a call is done */
	struct mutator_job *first, **last;
	bool dirty, stop;
};

void mutator_init(struct mutator *mutator, struct fs *fs);

/* Return: 0 or -errno. */
int mutator_start(struct mutator *mutator);

/* Finishes the job under way; fails the others, and all that come later, with ENOTCONN. */
void mutator_stop(struct mutator *mutator);
void mutator_destroy(struct mutator *mutator);

/* Takes a malloc(3)ed job; its request will be answered. */
void mutator_queue(struct mutator *mutator, struct mutator_job *job);

/* Makes a change for the daemon itself. Return: what @change returns, -ENOTCONN, -ENOMEM. */
int mutator_run(struct mutator *mutator, int (*change)(void *user), void *user);

/* There is something to invalidate. */
void mutator_wake(struct mutator *mutator);
