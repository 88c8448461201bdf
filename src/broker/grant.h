/* SPDX-License-Identifier: BSD-3-Clause */
/* The decision: which device an open file is, whether it may be mapped, and what to hand out. */
#pragma once

#include "broker/broker.h"
#include "daxemu/proto.h"

/* Sends a message, @size bytes, with @mem if that is not -1: called with the read side of the model
 * lock held, @mem lent. Return: 0 or -errno, and nothing else is sent. */
typedef int grant_send_fn(void *user, const void *msg, size_t size, int mem);

/**
 * grant_map() - decide a request and send the answer, with the list of bad pages if there are any,
 * under the same hold of the lock
 * @request: checked by msg_check_map()
 * @file:    the client's open file; if it is a device file of ours, closed before the answer and
 * -1: what the client then does with the file, such as giving up a lock, has its effect at once
 *
 * The file is looked at without asking the server of its file system, which may be the client.
 *
 * Return: what @send says.
 */
int grant_map(const struct broker_config *config, const struct daxemu_msg_map *request, int *file,
	      grant_send_fn *send, void *user);
