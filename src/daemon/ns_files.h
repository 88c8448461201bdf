/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The files that a daemon serves (setup.h), made by the process that starts it: never by itself.
 * Every failure is a sentence that says what to do.
 */
#pragma once

#include <sys/types.h>

#include "daemon/config.h"
#include "daemon/refuse.h"
#include "daemon/setup.h"

/**
 * ns_open_host() - open the host's /sys, /dev and /proc, before anything covers them
 * @setup: gets them; /proc may stay -1. On failure too it is for setup_close()
 *
 * Return: 0 or -EINVAL with @refusal set.
 */
int ns_open_host(struct setup *setup, struct refusal *refusal);

/**
 * ns_make_files() - mount FUSE, listen, and make what the daemon needs besides
 * @setup:   gets all of it. On failure too it is for setup_close()
 * @runtime: a directory with an empty mnt/; gets the sockets sock and ctl, which only their owner
 *	     may use
 *
 * Return: 0 or -EINVAL with @refusal set.
 */
int ns_make_files(struct setup *setup, const char *runtime, enum config_uevents uevents,
		  struct refusal *refusal);

/**
 * ns_mount_fuse() - mount an unserved FUSE file system
 * @fd:	    given: /dev/fuse
 * @device: st_dev of the mount
 *
 * Return: 0 or -EINVAL with @refusal set.
 */
int ns_mount_fuse(const char *target, int *fd, dev_t *device, struct refusal *refusal);
