/* SPDX-License-Identifier: BSD-3-Clause */
/* One datagram with at most one fd over a SOCK_SEQPACKET socket. Signal-safe: system calls only. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/**
 * fdpass_send() - send one message
 * @fd:  lent: travels with the message as SCM_RIGHTS; -1 for none
 *
 * Return: 0 or -errno. Never raises SIGPIPE.
 */
int fdpass_send(int sock, const void *msg, size_t len, int fd, int flags);

/**
 * fdpass_recv() - receive one message
 * @fd:  given to the caller, close-on-exec; -1 when none came
 *
 * More than one fd, or a message longer than @len, is refused and everything received closed.
 *
 * Return: bytes (0 at end of file), -EPROTO, -errno.
 */
ssize_t fdpass_recv(int sock, void *msg, size_t len, int *fd, int flags);
