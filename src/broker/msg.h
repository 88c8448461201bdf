/* SPDX-License-Identifier: BSD-3-Clause */
/* The door: what a datagram must look like to be a request. Pure; the fuzzer's target. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "daxemu/proto.h"

/**
 * msg_check_map() - read a datagram as a request
 * @len:    bytes received; the datagram was not longer
 * @has_fd: exactly one fd came with it
 * @last:   serial of the connection's last request, 0 before the first
 * @out:    set as far as the datagram reaches; its header names the serial to answer with, 0 if
 *          there is none
 *
 * Return: 0; -EPROTO (not a message, an unknown type, a serial not above @last, a reserved field
 *         set): the client is dropped after the answer; -EPROTONOSUPPORT (another version), the
 *         same; -EBADF (no fd): it may try again.
 */
int msg_check_map(const void *buf, size_t len, bool has_fd, uint32_t last,
		  struct daxemu_msg_map *out);

/* An answer to @serial, with -errno or 0; everything else is zero. */
struct daxemu_msg_map_reply msg_reply(uint32_t serial, int error);
