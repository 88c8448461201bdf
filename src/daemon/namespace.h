/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mounts: a private namespace, the FUSE mount, and how it gets over /sys and /dev. Used by the
 * process that makes an instance, never by the daemon that serves it. Every failure is a sentence
 * that says what to do.
 */
#pragma once

#include <sys/types.h>

#include "daemon/config.h"
#include "daemon/refuse.h"

/* Where a private instance is put together, hidden below its own /sys. */
#define NS_SCRATCH	"/sys"
#define NS_SCRATCH_MNT	NS_SCRATCH "/mnt"
#define NS_SCRATCH_SOCK NS_SCRATCH "/sock"
#define NS_SCRATCH_CTL	NS_SCRATCH "/ctl"

/**
 * ns_enter_user() - without CAP_SYS_ADMIN: move into a user namespace where the caller is root
 *
 * The daemon must be in the user namespace of its mount (FUSE shows its files to nobody outside),
 * but stays in the mount namespace of the host: so it is started between this and ns_enter_mount().
 */
int ns_enter_user(struct refusal *refusal);

/* Moves into a mount namespace of our own. What the host mounts later still arrives; nothing of
 * ours leaves. */
int ns_enter_mount(struct refusal *refusal);

/* ns_enter_user(), then ns_enter_mount(). */
int ns_enter(struct refusal *refusal);

/* Moves into a network namespace of our own, which has lo and nothing else. */
int ns_enter_net(struct refusal *refusal);

/**
 * ns_uevents() - a netlink socket whose uevents reach our own programs, and not the machine's udev
 *
 * CONFIG_UEVENTS_AUTO: only in a network namespace that is certainly not the machine's own, such as
 * a container's, and with the right to send there.
 *
 * Return: an fd; -1 for none.
 */
int ns_uevents(enum config_uevents where);

/* Moves into the namespaces of process @pid. Keeps the working directory. */
int ns_join(pid_t pid, struct refusal *refusal);

/* Covers /sys with an empty tmpfs that has mount points to work with. */
int ns_scratch(struct refusal *refusal);

/**
 * ns_mount_fuse() - mount an unserved FUSE file system
 * @fd:	    given: /dev/fuse
 * @device: st_dev of the mount
 */
int ns_mount_fuse(const char *target, int *fd, dev_t *device, struct refusal *refusal);

/* A listening SOCK_SEQPACKET socket with mode 0600. Return: an fd, or -EINVAL. */
int ns_listen(const char *path, struct refusal *refusal);

/* A tmpfs that nobody else sees, for memory files. Return: an fd; -1 if the kernel has no such. */
int ns_memfs(void);

/**
 * ns_assemble() - put an instance that is served over /dev and /sys
 * @runtime: directory with mnt/, its mount, and its sockets sock and ctl
 *
 * The entries of the real /dev are mounted over their placeholders one by one. Needs ns_scratch().
 */
int ns_assemble(const char *runtime, struct refusal *refusal);
