/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The uevents of an instance, from the model to whoever listens: udev's listeners by netlink, where
 * that reaches nobody but programs that see the emulated devices, and readers of `daxemu watch`.
 *
 * What happens under the model lock is written down and nothing else. Whoever changed the model
 * calls events_deliver() when the lock is dropped: then an event has arrived before the change is
 * answered, as with the kernel. Nobody can make the instance wait: who reads too slowly loses
 * events and is told how many.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "core/model.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/uevent.h"

struct events_config {
	struct dax_model *model;
	pthread_rwlock_t *lock; /* the model lock */
	int netlink;		/* of namespace.h, ns_uevents(); -1 for none; taken */
};

struct events;

/* Watches the model from now on. Return: 0 or -errno (@config's socket is closed). */
int events_new(struct events **out, const struct events_config *config);

/* The model must not change any more. Readers reach the end of their pipes. */
void events_free(struct events *events);

/* Of struct sysfs_tree: a synthetic event. @user: the events. Needs the write side of the lock. */
int events_request(void *user, const struct sysfs_obj *obj, const struct uevent_request *request);

/* Delivers all events up to now. @user: the events. Needs the model lock dropped. */
void events_deliver(void *user);

/**
 * events_watch() - a new reader
 *
 * Its pipe brings a line of JSON for each event from now on, and {"lost":N} where it was too slow
 * for N of them.
 *
 * Return: the pipe's end to read from, given to the caller; -EUSERS (there are many already),
 * -errno.
 */
int events_watch(struct events *events);

/* Readable when events_dispatch() has work: readers that left or have room again. Lent. */
int events_fd(const struct events *events);
void events_dispatch(struct events *events);

/* Events go to netlink listeners too. */
bool events_on_netlink(struct events *events);
