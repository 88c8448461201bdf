/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Namespaces of users, mounts and networks: entered by the process that makes an instance, never by
 * the daemon that serves it. Every function but ns_uevents() returns 0, or -EINVAL with a sentence
 * that says what to do.
 */
#pragma once

#include <sys/types.h>

#include "daemon/config.h"
#include "daemon/refuse.h"

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
