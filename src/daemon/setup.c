/* SPDX-License-Identifier: BSD-3-Clause */
/* The files of a daemon, over a socket. */
#include "daemon/setup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/util.h"

/* The datagram; the fds of the set bits of @present travel with it, lowest bit first. */
struct setup_msg {
	uint32_t present;
	uint32_t reserved;
	uint64_t device;
	char runtime[sizeof(((struct setup *)0)->runtime)];
};

union setup_cmsg {
	struct cmsghdr header;
	char room[CMSG_SPACE(NR_SETUP_FDS * sizeof(int))];
};

void setup_init(struct setup *setup)
{
	*setup = (struct setup){ .device = 0 };
	for (int i = 0; i < NR_SETUP_FDS; i++)
		setup->fds[i] = -1;
}

void setup_close(struct setup *setup)
{
	for (int i = 0; i < NR_SETUP_FDS; i++)
		if (setup->fds[i] >= 0)
			close(steal_fd(&setup->fds[i]));
}

int setup_send(int sock, const struct setup *setup)
{
	struct setup_msg msg = { .device = setup->device };
	union setup_cmsg control = { 0 };
	struct iovec iov = { &msg, sizeof(msg) };
	struct msghdr header = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control };
	int fds[NR_SETUP_FDS];
	size_t n = 0;

	memcpy(msg.runtime, setup->runtime, sizeof(msg.runtime));
	for (int i = 0; i < NR_SETUP_FDS; i++) {
		if (setup->fds[i] < 0)
			continue;
		msg.present |= 1u << i;
		fds[n++] = setup->fds[i];
	}
	header.msg_controllen = CMSG_SPACE(n * sizeof(int));
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(&control.header), fds, n * sizeof(int));
	return sendmsg(sock, &header, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Puts the fds where the bits say. Return: 0, -EPROTO (their number is another). */
static int take_fds(struct setup *out, uint32_t present, const int *fds, size_t count)
{
	size_t n = 0;

	for (int i = 0; i < NR_SETUP_FDS; i++)
		if (present & 1u << i)
			out->fds[i] = n < count ? fds[n++] : -1;
	return n == count && (size_t)__builtin_popcount(present) == n ? 0 : -EPROTO;
}

int setup_receive(int sock, struct setup *out)
{
	struct setup_msg msg;
	union setup_cmsg control;
	struct iovec iov = { &msg, sizeof(msg) };
	struct msghdr header = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int fds[NR_SETUP_FDS];
	size_t n = 0;
	ssize_t got;

	setup_init(out);
	do {
		got = recvmsg(sock, &header, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	if (got != sizeof(msg))
		return got ? -EPROTO : -EPIPE;
	if (header.msg_controllen && control.header.cmsg_type == SCM_RIGHTS) {
		n = (control.header.cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(&control.header), n * sizeof(int));
	}
	out->device = (dev_t)msg.device;
	memcpy(out->runtime, msg.runtime, sizeof(out->runtime));
	out->runtime[sizeof(out->runtime) - 1] = '\0';
	return take_fds(out, msg.present, fds, n);
}

/* A byte and the sentence. */
int setup_reply(int sock, enum setup_answer answer, const char *sentence)
{
	char code = (char)answer;
	struct iovec iov[] = { { &code, 1 }, { (void *)sentence, strlen(sentence) } };
	const struct msghdr header = { .msg_iov = iov, .msg_iovlen = ARRAY_SIZE(iov) };

	return sendmsg(sock, &header, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int setup_wait(int sock, char *sentence, size_t len)
{
	char code = SETUP_REFUSED;
	struct iovec iov[] = { { &code, 1 }, { sentence, len - 1 } };
	struct msghdr header = { .msg_iov = iov, .msg_iovlen = ARRAY_SIZE(iov) };
	ssize_t got;

	do {
		got = recvmsg(sock, &header, 0);
	} while (got < 0 && errno == EINTR);
	if (got <= 0)
		return got ? -errno : -EPIPE;
	sentence[got - 1] = '\0';
	return code;
}
