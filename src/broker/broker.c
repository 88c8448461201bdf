/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The broker: accepts clients, keeps them within limits, and lets conn.c serve one request of each
 * in turn. See broker.h.
 */
#include "broker/broker.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/util.h"
#include "broker/closer.h"
#include "broker/conn.h"

enum {
	MAX_CLIENTS = 512,
	MAX_PER_USER = 256,
	MAX_EVENTS = 64, /* of one dispatch: others have work for this thread too */
	MAX_ACCEPTS = 64,
};

struct broker {
	struct broker_config config;
	int epoll;
	struct closer *closer;
	struct conn *oldest, *newest; /* by last activity */
	unsigned nr_clients;
};

/* --- the list of clients ------------------------------------------------------------------ */

static void list_remove(struct broker *broker, struct conn *conn)
{
	*(conn->older ? &conn->older->newer : &broker->oldest) = conn->newer;
	*(conn->newer ? &conn->newer->older : &broker->newest) = conn->older;
	broker->nr_clients--;
}

static void list_append(struct broker *broker, struct conn *conn)
{
	conn->older = broker->newest;
	conn->newer = NULL;
	*(broker->newest ? &broker->newest->newer : &broker->oldest) = conn;
	broker->newest = conn;
	broker->nr_clients++;
}

static void drop(struct broker *broker, struct conn *conn, const char *why, int error)
{
	log_debug("broker", "client of uid %u dropped: %s (%d)", conn->uid, why, -error);
	list_remove(broker, conn);
	conn_free(conn);
}

/* --- limits ------------------------------------------------------------------------------- */

static unsigned count_of(const struct broker *broker, uid_t uid)
{
	unsigned n = 0;

	for (const struct conn *conn = broker->oldest; conn; conn = conn->newer)
		n += conn->uid == uid;
	return n;
}

static struct conn *oldest_of(const struct broker *broker, uid_t uid)
{
	struct conn *conn = broker->oldest;

	while (conn && conn->uid != uid)
		conn = conn->newer;
	return conn;
}

/* The user with most clients pays when all are too many. */
static uid_t greediest(const struct broker *broker)
{
	uid_t uid = broker->oldest->uid;
	unsigned most = 0, n;

	for (const struct conn *conn = broker->oldest; conn; conn = conn->newer) {
		n = count_of(broker, conn->uid);
		if (n > most) {
			most = n;
			uid = conn->uid;
		}
	}
	return uid;
}

/* Makes room by dropping who has been idle longest: a client in good faith hangs up after each
 * answer, or connects again. */
static void make_room(struct broker *broker, uid_t uid)
{
	if (count_of(broker, uid) >= MAX_PER_USER)
		drop(broker, oldest_of(broker, uid), "too many of this user", 0);
	else if (broker->nr_clients >= MAX_CLIENTS)
		drop(broker, oldest_of(broker, greediest(broker)), "too many", 0);
}

/* --- accepting ---------------------------------------------------------------------------- */

static int add_client(struct broker *broker, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct conn *conn;
	int r = conn_new(&conn, fd);

	if (r < 0)
		return r;
	if (closer_is_stuck(broker->closer, conn->uid)) {
		conn_free(conn);
		return -EBUSY;
	}
	make_room(broker, conn->uid);
	event.data.ptr = conn;
	if (epoll_ctl(broker->epoll, EPOLL_CTL_ADD, conn->fd, &event) < 0) {
		r = -errno;
		conn_free(conn);
		return r;
	}
	list_append(broker, conn);
	return 0;
}

static void accept_clients(struct broker *broker)
{
	for (int i = 0; i < MAX_ACCEPTS; i++) {
		int fd =
			accept4(broker->config.listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			add_client(broker, fd);
			continue;
		}
		/* No descriptor left: take one from who needs it least, else wait. */
		if ((errno == EMFILE || errno == ENFILE) && broker->oldest)
			drop(broker, broker->oldest, "out of descriptors", -errno);
		else if (errno != EINTR && errno != ECONNABORTED)
			return;
	}
}

/* --- serving ------------------------------------------------------------------------------ */

static void serve(struct broker *broker, struct conn *conn)
{
	int received = -1;
	uid_t uid = conn->uid;
	int r = -EBUSY;

	if (!closer_is_stuck(broker->closer, uid))
		r = conn_serve(conn, &broker->config, &received);
	if (r < 0) {
		drop(broker, conn, "broken off", r);
	} else {
		list_remove(broker, conn);
		list_append(broker, conn);
	}
	if (received >= 0)
		closer_close(broker->closer, received, uid);
}

int broker_fd(const struct broker *broker)
{
	return broker->epoll;
}

void broker_dispatch(struct broker *broker)
{
	struct epoll_event events[MAX_EVENTS];
	bool accepting = false;
	int n = epoll_wait(broker->epoll, events, MAX_EVENTS, 0);

	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr)
			serve(broker, events[i].data.ptr);
		else
			accepting = true;
	}
	/* Last: it may drop clients that have an event above. */
	if (accepting)
		accept_clients(broker);
}

int broker_new(struct broker **out, const struct broker_config *config)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct broker *broker = calloc(1, sizeof(*broker));
	int r;

	if (!broker)
		return -ENOMEM;
	broker->config = *config;
	broker->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (broker->epoll < 0 ||
	    epoll_ctl(broker->epoll, EPOLL_CTL_ADD, config->listen_fd, &event) < 0)
		r = -errno;
	else
		r = closer_new(&broker->closer);
	if (r < 0) {
		broker->config.listen_fd = -1; /* still the caller's */
		broker_free(broker);
		return r;
	}
	*out = broker;
	return 0;
}

void broker_free(struct broker *broker)
{
	if (!broker)
		return;
	while (broker->oldest)
		drop(broker, broker->oldest, "the end", 0);
	closer_free(broker->closer);
	close_fdp(&broker->epoll);
	close_fdp(&broker->config.listen_fd);
	free(broker);
}
