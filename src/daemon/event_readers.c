/* SPDX-License-Identifier: BSD-3-Clause */
/* The readers of `daxemu watch`, see event_readers.h. */
#include "daemon/event_readers.h"

#include <limits.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/util.h"
#include "daemon/event_json.h"

#define MAX_READERS 64

struct event_reader {
	struct event_reader *next;
	int fd;	       /* the pipe, O_NONBLOCK */
	uint64_t lost; /* since the last line that it took; not told yet */
};

int event_readers_init(struct event_readers *readers)
{
	*readers = (struct event_readers){ .epoll = epoll_create1(EPOLL_CLOEXEC) };
	return readers->epoll < 0 ? -errno : 0;
}

int event_readers_add(struct event_readers *readers, int fd)
{
	struct event_reader *reader;
	struct epoll_event end;
	int r;

	if (readers->nr == MAX_READERS)
		return -EUSERS;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	end = (struct epoll_event){ .data.ptr = reader };
	if (epoll_ctl(readers->epoll, EPOLL_CTL_ADD, fd, &end) < 0) {
		r = -errno;
		free(reader);
		return r;
	}
	reader->fd = fd;
	reader->next = readers->first;
	readers->first = reader;
	readers->nr++;
	return 0;
}

static void drop_reader(struct event_readers *readers, struct event_reader *reader)
{
	struct event_reader **at = &readers->first;

	while (*at != reader)
		at = &(*at)->next;
	*at = reader->next;
	readers->nr--;
	close(reader->fd);
	free(reader);
}

void event_readers_free(struct event_readers *readers)
{
	while (readers->first)
		drop_reader(readers, readers->first);
	close(readers->epoll);
}

/* --- lines and losses ----------------------------------------------------------------------- */

/* All of it or nothing. Return: whether it was taken. */
static bool write_line(const struct event_reader *reader, const char *line)
{
	size_t len = strlen(line);

	return len <= PIPE_BUF && write(reader->fd, line, len) == (ssize_t)len;
}

/* From now on dispatch tells when there is room. */
static void count_loss(struct event_readers *readers, struct event_reader *reader, uint64_t lost)
{
	struct epoll_event room = { .events = EPOLLOUT, .data.ptr = reader };

	if (!reader->lost)
		epoll_ctl(readers->epoll, EPOLL_CTL_MOD, reader->fd, &room);
	reader->lost += lost;
}

void event_readers_send(struct event_readers *readers, const char *message, size_t len,
			uint64_t seqnum)
{
	_cleanup_free_ char *line = NULL;

	if (readers->first)
		line = event_json(message, len, seqnum);
	for (struct event_reader *r = readers->first; r; r = r->next)
		if (r->lost || !line || !write_line(r, line))
			count_loss(readers, r, 1);
}

void event_readers_lose(struct event_readers *readers, uint64_t lost)
{
	for (struct event_reader *r = readers->first; lost && r; r = r->next)
		count_loss(readers, r, lost);
}

/* There is room again. */
static void tell_loss(struct event_readers *readers, struct event_reader *reader)
{
	struct epoll_event end = { .data.ptr = reader };
	char line[64];

	snprintf(line, sizeof(line), "{\"lost\":%llu}\n", (unsigned long long)reader->lost);
	if (!write_line(reader, line))
		return;
	reader->lost = 0;
	epoll_ctl(readers->epoll, EPOLL_CTL_MOD, reader->fd, &end);
}

void event_readers_dispatch(struct event_readers *readers)
{
	struct epoll_event ready[16];
	int n = epoll_wait(readers->epoll, ready, ARRAY_SIZE(ready), 0);

	for (int i = 0; i < n; i++) {
		if (ready[i].events & (EPOLLERR | EPOLLHUP))
			drop_reader(readers, ready[i].data.ptr);
		else
			tell_loss(readers, ready[i].data.ptr);
	}
}
