/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Uevents to udev and its like: sent to the kernel, which numbers them and broadcasts them as its
 * own in the network namespace of the socket, and in no other. Linux 4.18 or later.
 */
#pragma once

#include <stddef.h>

/**
 * event_net_send() - send one message
 * @sock:    NETLINK_KOBJECT_UEVENT; a socket of namespace.h, ns_uevents()
 * @message: as sysfs-emu/uevent_text.h has it, @len bytes
 *
 * Waits for nobody: a listener that does not keep up loses events, as it does with the kernel's.
 *
 * Return: 0, -EPERM (no CAP_SYS_ADMIN over the namespace), -ECONNREFUSED (older kernel), -EMSGSIZE,
 * -errno.
 * Source: Linux lib/kobject_uevent.c, uevent_net_rcv_skb().
 */
int event_net_send(int sock, const char *message, size_t len);
