/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The uevents of an instance. Two locks: the queue's, taken under the model lock and never held for
 * more than a few instructions, and the listeners', held while events are delivered, which keeps
 * them in order.
 */
#include "daemon/events.h"

#include <fcntl.h>
#include <string.h>

#include "base/log.h"
#include "base/util.h"
#include "daemon/event_net.h"
#include "daemon/event_readers.h"
#include "sysfs-emu/uevent_text.h"

/* Text of undelivered events, bytes: some 100,000. More are lost for everybody. */
#define QUEUE_MAX (16 * MIB)

struct event {
	struct event *next;
	uint64_t seqnum;
	size_t len;
	char message[];
};

struct events {
	struct sysfs_tree tree; /* names and texts of the model */
	struct dax_watcher watcher;

	pthread_mutex_t queue_lock; /* of the next five */
	struct event *first, **last;
	size_t queued;	 /* bytes */
	uint64_t seqnum; /* of the last event */
	uint64_t lost;	 /* events that found no room */

	pthread_mutex_t listeners_lock; /* of the next two */
	struct event_readers readers;
	int netlink; /* -1: not, or not any more */
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
		event_readers_send(&events->readers, event->message, event->len, event->seqnum);
		free(event);
	}
	event_readers_lose(&events->readers, lost);
	pthread_mutex_unlock(&events->listeners_lock);
}

/* --- readers -------------------------------------------------------------------------------- */

static int add_reader(struct events *events, int fd)
{
	int r;

	pthread_mutex_lock(&events->listeners_lock);
	r = event_readers_add(&events->readers, fd);
	pthread_mutex_unlock(&events->listeners_lock);
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

int events_fd(const struct events *events)
{
	return events->readers.epoll;
}

void events_dispatch(struct events *events)
{
	pthread_mutex_lock(&events->listeners_lock);
	event_readers_dispatch(&events->readers);
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
	r = event_readers_init(&events->readers);
	if (r < 0) {
		free(events);
		return r;
	}
	events->netlink = steal_fd(&netlink);
	events->last = &events->first;
	pthread_mutex_init(&events->queue_lock, NULL);
	pthread_mutex_init(&events->listeners_lock, NULL);
	events->tree =
		(struct sysfs_tree){ .model = config->model, .real_sys = -1, .real_proc = -1 };
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
	event_readers_free(&events->readers);
	if (events->netlink >= 0)
		close(events->netlink);
	pthread_mutex_destroy(&events->listeners_lock);
	pthread_mutex_destroy(&events->queue_lock);
	free(events);
}
