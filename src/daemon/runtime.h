/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The runtime directory of a lasting instance: mnt/ (FUSE), sock (broker), ctl (control), lock
 * (locked as long as the instance lives) and log.
 */
#pragma once

#include <stddef.h>

#include "daemon/refuse.h"

#define RUNTIME_PATH_MAX 256

/* /run/daxemu/NAME for root, else $XDG_RUNTIME_DIR/daxemu/NAME. @name: checked already. */
int runtime_path(const char *name, char out[RUNTIME_PATH_MAX], struct refusal *refusal);

/**
 * runtime_make() - make the directory and lock it; what a crashed instance left is removed
 *
 * Return: the lock's fd; -EINVAL with @refusal set if the instance runs already or cannot be made.
 */
int runtime_make(const char *name, const char *path, struct refusal *refusal);

/* Whether somebody holds the lock. */
int runtime_is_locked(const char *path);

/* Lets device files be opened on the mount. Return: 0 or -errno. */
int runtime_allow_nodes(const char *path);

/* Detaches the mount, if there is one. */
void runtime_unmount(const char *path);

/* Removes every file; the lock must be held. */
void runtime_remove(const char *path);
