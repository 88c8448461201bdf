/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The broker: hands out memory to those who hold the device file open.
 *
 * Clients are enemies: every datagram is checked by msg.[ch] (pure), the device is named by the fd
 * that came with it, the decision is dax_dev_check_map()'s. One epoll fd for all clients; nothing
 * blocks. See docs/protocol.md.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "core/model.h"

/* What the broker needs from the daemon. Called with the read side of the model lock held. */
struct broker_ops {
	/* The device of an open file, by its stat; NULL if it is none of ours. */
	struct dax_dev *(*identify)(void *user, const struct stat *st);
	/* The memory to hand out, lent while the lock is held; -errno. @page_size and @file_len
	 * are those of struct daxemu_msg_map_reply. */
	int (*memory)(void *user, const struct dax_dev *dev, bool writable, uint64_t *page_size,
		      uint64_t *file_len);
};

struct broker_config {
	struct dax_model *model;
	pthread_rwlock_t *lock; /* the model lock; the broker takes the read side */
	int listen_fd;		/* SOCK_SEQPACKET, listening, non-blocking; taken */
	const struct broker_ops *ops;
	void *user;
};

struct broker;

/* Return: 0, or -errno and @config's fd is still the caller's. */
int broker_new(struct broker **out, const struct broker_config *config);

/* An epoll fd, lent: readable when broker_dispatch() has work. */
int broker_fd(const struct broker *broker);

/*
 * Serves what is ready; waits for the model lock alone. It closes the device files that clients
 * sent, so it must not run on a thread that serves FUSE or CUSE requests.
 */
void broker_dispatch(struct broker *broker);

void broker_free(struct broker *broker);
