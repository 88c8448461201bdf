/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The FUSE mount of an instance: sys/, a union of the emulated dax tree over the real /sys, and
 * dev/, the device files over the real /dev, with the hidden dev/.daxemu of include/daxemu/proto.h.
 *
 * Requests are served by a few threads (serve.c). Writes to attributes are queued to one more: it
 * takes the write side of the model lock, changes the model, drops the lock, invalidates what the
 * kernel cached, and replies. So a reader never waits for an invalidation that waits for a reader.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "core/model.h"

struct sysfs_obj;
struct uevent_request;

struct fs_config {
	struct dax_model *model;
	pthread_rwlock_t *lock; /* the model lock */
	int fuse_fd;		/* /dev/fuse, mounted by the caller, INIT not yet answered; taken */
	int real_sys;		/* O_PATH directory of the real /sys; lent */
	int real_dev;		/* O_PATH directory of the real /dev; lent */
	int real_proc;		/* O_PATH directory of the real /proc, or -1; lent */
	bool device_files;	/* dev/ shows daxX.Y; false when CUSE makes them */
	/* A synthetic event, as in struct sysfs_tree. NULL drops it. */
	int (*uevent)(void *user, const struct sysfs_obj *obj, const struct uevent_request *event);
	/* A write is done, its writer not answered yet; the lock is dropped. May be NULL. */
	void (*changed)(void *user);
	void *user; /* of both */
};

struct fs;

/* Watches the model. Return: 0 or -errno (@config's fuse_fd is closed). */
int fs_new(struct fs **out, const struct fs_config *config);

/* Starts to serve; returns at once. Return: 0 or -errno. */
int fs_start(struct fs *fs);

/**
 * fs_change() - change the model from outside the mount
 * @change: called with the write side of the model lock held
 *
 * When it returns, every path and every listener has seen the change, as after a write(2).
 *
 * Return: what @change returns, -ENOTCONN (the mount is ending), -ENOMEM.
 */
int fs_change(struct fs *fs, int (*change)(void *user), void *user);

/* Readable (an eventfd, lent) once the mount is gone and no request will come again. */
int fs_end_fd(const struct fs *fs);

/* Stops serving: requests under way fail, later ones get ENOTCONN. Then frees. */
void fs_free(struct fs *fs);
