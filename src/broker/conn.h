/* SPDX-License-Identifier: BSD-3-Clause */
/* One client of the broker: its socket, who it is, and what it may do next. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "broker/grant.h"
#include "daxemu/proto.h"

struct conn {
	int fd;			    /* owned, non-blocking */
	uid_t uid;		    /* of who connected, by SO_PEERCRED */
	uint32_t serial;	    /* of the last request */
	struct conn *older, *newer; /* by last activity; the broker's list */
};

/* @fd: given; an accepted SOCK_SEQPACKET. Return: 0, -ENOMEM, -errno; it is closed then. */
int conn_new(struct conn **out, int fd);
void conn_free(struct conn *conn);

/**
 * conn_serve() - take one request, answer it
 * @received: set to the fd that came with it and is still open, -1 for none; given to the caller
 *
 * Return: 0 to keep the client (also when nothing was there to read), -errno to drop it.
 */
int conn_serve(struct conn *conn, const struct broker_config *config, int *received);
