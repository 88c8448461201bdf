// SPDX-License-Identifier: BSD-3-Clause
/*
 * A program that waits for a sysfs attribute to change, as those who watch over an NVDIMM do. It
 * knows nothing of daxemu.
 *
 *   waiter poll|select|epoll FILE MS     a line each: what FILE is ready for at first, after it was
 *                                        read, and within that many ms; then what it reads
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

static const struct {
	short event;
	const char *name;
} events[] = { { POLLIN, "IN" },
	       { POLLOUT, "OUT" },
	       { POLLPRI, "PRI" },
	       { POLLERR, "ERR" },
	       { POLLHUP, "HUP" } };

static const char *names(int ready)
{
	static char text[64];

	*text = '\0';
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
		if (ready & events[i].event)
			sprintf(text + strlen(text), "%s%s", *text ? "|" : "", events[i].name);
	return *text ? text : "nothing";
}

static int by_poll(int fd, int events_wanted, int ms)
{
	struct pollfd file = { .fd = fd, .events = (short)events_wanted };

	poll(&file, 1, ms);
	return file.revents;
}

/* Exceptional conditions alone: select(2) calls an error readable. */
static int by_select(int fd, int events_wanted, int ms)
{
	struct timeval timeout = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	fd_set set;

	(void)events_wanted;
	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, NULL, NULL, &set, &timeout) > 0 ? POLLPRI : 0;
}

static int by_epoll(int fd, int events_wanted, int ms)
{
	struct epoll_event event = { .events = (unsigned)events_wanted };
	int epoll = epoll_create1(EPOLL_CLOEXEC), n;

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		perror("epoll_ctl");
	n = epoll_wait(epoll, &event, 1, ms);
	close(epoll);
	return n > 0 ? (int)event.events : 0;
}

static const struct {
	const char *name;
	int (*wait)(int fd, int events_wanted, int ms);
} ways[] = { { "poll", by_poll }, { "select", by_select }, { "epoll", by_epoll } };

static int watch(int fd, int (*wait)(int fd, int events_wanted, int ms), int ms)
{
	char text[4096];
	ssize_t n;

	printf("%s\n", names(wait(fd, POLLIN | POLLOUT | POLLPRI, 0)));
	if (read(fd, text, sizeof(text)) < 0)
		return 1;
	printf("%s\n", names(wait(fd, POLLIN | POLLOUT | POLLPRI, 0)));
	fflush(stdout);
	printf("%s\n", names(wait(fd, POLLPRI, ms)));
	n = pread(fd, text, sizeof(text), 0);
	if (n < 0)
		printf("read: %s\n", strerror(errno));
	else
		printf("%.*s", (int)n, text);
	return 0;
}

int main(int argc, char **argv)
{
	int fd = argc > 3 ? open(argv[2], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		perror(argc > 3 ? argv[2] : "usage");
		return 1;
	}
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(argv[1], ways[i].name))
			return watch(fd, ways[i].wait, atoi(argv[3]));
	return 1;
}
