/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The uevents of an instance. Two locks: the queue's, taken under the model lock and never held for
 * more than a few instructions, and the listeners', held while events are delivered, which keeps
 * them in order. No listener is freed but by events_dispatch(), so its epoll never names a dead
 * one.
 */
#include "daemon/events.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/log.h"
#include "base/util.h"
#include "daemon/event_json.h"
#include "daemon/event_net.h"
#include "sysfs-emu/uevent_text.h"

/* Text of undelivered events, bytes: some 100,000. More are lost for everybody. */
#define QUEUE_MAX   (16 * MIB)
#define MAX_READERS 64

struct event {
	struct event *next;
	uint64_t seqnum;
	size_t len;
	char message[];
};

struct reader {
	struct reader *next;
	int fd;	       /* the pipe, O_NONBLOCK */
	uint64_t lost; /* since the last line that it took; not told yet */
};

struct events {
	struct sysfs_tree tree; /* names and texts of the model */
	struct dax_watcher watcher;

	pthread_mutex_t queue_lock; /* of the next five */
	struct event *first, **last;
	size_t queued;	 /* bytes */
	uint64_t seqnum; /* of the last event */
	uint64_t lost;	 /* events that found no room */

	pthread_mutex_t listeners_lock; /* of the next three */
	struct reader *readers;
	int nr_readers;
	int netlink; /* -1: not, or not any more */

	int epoll;
};

/* --- under the model lock ------------------------------------------------------------------- */

static struct event *new_event(const char *message, size_t len)
{
	struct event *event = malloc(sizeof(*event) + len);

	if (!event)
		return NULL;
	event->next = NULL;
	event->len = len;
	memcpy(event->message, message, len);
	return event;
}

/* uevent_sink */
static int enqueue(void *user, const char *message, size_t len)
{
	struct events *events = user;
	struct event *event = new_event(message, len);

	pthread_mutex_lock(&events->queue_lock);
	events->seqnum++;
	if (event && events->queued + len <= QUEUE_MAX) {
		event->seqnum = events->seqnum;
		*events->last = event;
		events->last = &event->next;
		events->queued += len;
		event = NULL;
	} else {
		events->lost++;
	}
	pthread_mutex_unlock(&events->queue_lock);
	free(event);
	return 0;
}

static void on_event(void *user, const struct dax_event *event)
{
	struct events *events = user;

	if (uevent_from_model(&events->tree, event, enqueue, events) < 0)
		log_warn("events", "an event is lost: out of memory");
}

int events_request(void *user, const struct sysfs_obj *obj, const struct uevent_request *request)
{
	return uevent_from_request(obj, request, enqueue, user);
}

/* --- delivery ------------------------------------------------------------------------------- */

/* The queue as it is. @lost: events that are not in it. NULL: nothing is queued. */
static struct event *take_queue(struct events *events, uint64_t *lost)
{
	struct event *first;

	pthread_mutex_lock(&events->queue_lock);
	first = events->first;
	*lost = events->lost;
	events->first = NULL;
	events->last = &events->first;
	events->queued = 0;
	events->lost = 0;
	pthread_mutex_unlock(&events->queue_lock);
	return first;
}

static void send_to_netlink(struct events *events, const struct event *event)
{
	int r = event_net_send(events->netlink, event->message, event->len);

	if (r != -EPERM && r != -ECONNREFUSED)
		return; /* a full listener is its own loss */
	log_warn("events", "this kernel sends no uevents for us: %s", strerror(-r));
	close(steal_fd(&events->netlink));
}

/* All of it or nothing. Return: whether it was taken. */
static bool write_line(const struct reader *reader, const char *line)
{
	size_t len = strlen(line);

	return len <= PIPE_BUF && write(reader->fd, line, len) == (ssize_t)len;
}

/* From now on dispatch tells when there is room. */
static void count_loss(struct events *events, struct reader *reader, uint64_t lost)
{
	struct epoll_event room = { .events = EPOLLOUT, .data.ptr = reader };

	if (!reader->lost)
		epoll_ctl(events->epoll, EPOLL_CTL_MOD, reader->fd, &room);
	reader->lost += lost;
}

static void send_to_readers(struct events *events, const struct event *event)
{
	_cleanup_free_ char *line = NULL;

	if (events->readers)
		line = event_json(event->message, event->len, event->seqnum);
	for (struct reader *r = events->readers; r; r = r->next)
		if (r->lost || !line || !write_line(r, line))
			count_loss(events, r, 1);
}

static void count_loss_of_all(struct events *events, uint64_t lost)
{
	for (struct reader *r = events->readers; lost && r; r = r->next)
		count_loss(events, r, lost);
}

void events_deliver(void *user)
{
	struct events *events = user;
	struct event *event, *next;
	uint64_t lost;

	pthread_mutex_lock(&events->listeners_lock);
	for (event = take_queue(events, &lost); event; event = next) {
		next = event->next;
		if (events->netlink >= 0)
			send_to_netlink(events, event);
		send_to_readers(events, event);
		free(event);
	}
	count_loss_of_all(events, lost);
	pthread_mutex_unlock(&events->listeners_lock);
}

/* --- readers -------------------------------------------------------------------------------- */

static int add_reader(struct events *events, int fd)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	struct epoll_event end = { .data.ptr = reader };
	int r = 0;

	if (!reader)
		return -ENOMEM;
	reader->fd = fd;
	pthread_mutex_lock(&events->listeners_lock);
	if (events->nr_readers == MAX_READERS)
		r = -EUSERS;
	else if (epoll_ctl(events->epoll, EPOLL_CTL_ADD, fd, &end) < 0)
		r = -errno;
	if (r == 0) {
		reader->next = events->readers;
		events->readers = reader;
		events->nr_readers++;
	}
	pthread_mutex_unlock(&events->listeners_lock);
	if (r < 0)
		free(reader);
	return r;
}

int events_watch(struct events *events)
{
	int pipe[2], r;

	/* Two open files: the reader cannot make our end wait. */
	if (pipe2(pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	r = fcntl(pipe[0], F_SETFL, 0) < 0 ? -errno : add_reader(events, pipe[1]);
	if (r == 0)
		return pipe[0];
	close(pipe[0]);
	close(pipe[1]);
	return r;
}

static void drop_reader(struct events *events, struct reader *reader)
{
	struct reader **at = &events->readers;

	while (*at != reader)
		at = &(*at)->next;
	*at = reader->next;
	events->nr_readers--;
	close(reader->fd);
	free(reader);
}

/* There is room again. */
static void tell_loss(struct events *events, struct reader *reader)
{
	struct epoll_event end = { .data.ptr = reader };
	char line[64];

	snprintf(line, sizeof(line), "{\"lost\":%llu}\n", (unsigned long long)reader->lost);
	if (!write_line(reader, line))
		return;
	reader->lost = 0;
	epoll_ctl(events->epoll, EPOLL_CTL_MOD, reader->fd, &end);
}

int events_fd(const struct events *events)
{
	return events->epoll;
}

void events_dispatch(struct events *events)
{
	struct epoll_event ready[16];
	int n = epoll_wait(events->epoll, ready, ARRAY_SIZE(ready), 0);

	pthread_mutex_lock(&events->listeners_lock);
	for (int i = 0; i < n; i++) {
		if (ready[i].events & (EPOLLERR | EPOLLHUP))
			drop_reader(events, ready[i].data.ptr);
		else
			tell_loss(events, ready[i].data.ptr);
	}
	pthread_mutex_unlock(&events->listeners_lock);
}

bool events_on_netlink(struct events *events)
{
	bool on;

	pthread_mutex_lock(&events->listeners_lock);
	on = events->netlink >= 0;
	pthread_mutex_unlock(&events->listeners_lock);
	return on;
}

/* --- life ----------------------------------------------------------------------------------- */

int events_new(struct events **out, const struct events_config *config)
{
	_cleanup_fd_ int netlink = config->netlink;
	struct events *events = calloc(1, sizeof(*events));
	int r;

	if (!events)
		return -ENOMEM;
	events->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (events->epoll < 0) {
		r = -errno;
		free(events);
		return r;
	}
	events->netlink = steal_fd(&netlink);
	events->last = &events->first;
	pthread_mutex_init(&events->queue_lock, NULL);
	pthread_mutex_init(&events->listeners_lock, NULL);
	events->tree = (struct sysfs_tree){ .model = config->model, .real_sys = -1 };
	events->watcher = (struct dax_watcher){ .event = on_event, .user = events };
	pthread_rwlock_wrlock(config->lock);
	dax_model_watch(config->model, &events->watcher);
	pthread_rwlock_unlock(config->lock);
	*out = events;
	return 0;
}

void events_free(struct events *events)
{
	struct event *event, *next;
	uint64_t lost;

	for (event = take_queue(events, &lost); event; event = next) {
		next = event->next;
		free(event);
	}
	while (events->readers)
		drop_reader(events, events->readers);
	if (events->netlink >= 0)
		close(events->netlink);
	close(events->epoll);
	pthread_mutex_destroy(&events->listeners_lock);
	pthread_mutex_destroy(&events->queue_lock);
	free(events);
}
