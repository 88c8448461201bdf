/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Uevents as the kernel writes them: an event of the model, or the text written into a `uevent`
 * file, becomes the message that udev would hear.
 */
#pragma once

#include <stddef.h>

#include "sysfs-emu/attr.h"
#include "sysfs-emu/tree.h"
#include "sysfs-emu/uevent.h"

/*
 * Takes one message: "ACTION@DEVPATH", then a word KEY=VALUE for each variable, in the kernel's
 * order, each ending in a NUL; SEQNUM, the last one, is for the receiver to add. @len counts all
 * NULs. Return: 0 or -errno, which ends the conversion.
 */
typedef int (*uevent_sink)(void *user, const char *message, size_t len);

/**
 * uevent_from_model() - what the kernel sends when @event happens
 *
 * One message, or two: a driver comes and goes with its module. The object of the event may be gone
 * from the tree already. Needs the read side of the model lock.
 *
 * Return: 0, -ENOMEM, what @sink says.
 * Source: Linux lib/kobject_uevent.c, kobject_uevent_env(); drivers/base/core.c, dev_uevent().
 */
int uevent_from_model(const struct sysfs_tree *tree, const struct dax_event *event,
		      uevent_sink sink, void *user);

/**
 * uevent_from_request() - a synthetic event on @obj
 *
 * No message for an object without subsystem, such as a mapping. Needs the read side of the model
 * lock.
 *
 * Return: 0, -ENOMEM (also: more than the kernel's buffer holds), what @sink says.
 * Source: Linux lib/kobject_uevent.c, kobject_synth_uevent(), kobject_action_args().
 */
int uevent_from_request(const struct sysfs_obj *obj, const struct uevent_request *request,
			uevent_sink sink, void *user);
