/* SPDX-License-Identifier: BSD-3-Clause */
/* One datagram with at most one fd over a SOCK_SEQPACKET socket. Signal-safe: system calls only. */
#include "base/fdpass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for more than the one fd we take: a sender's surplus must be seen to be closed. */
enum { MAX_FDS = 8 };

union control {
	char buf[CMSG_SPACE(MAX_FDS * sizeof(int))];
	struct cmsghdr align;
};

int fdpass_send(int sock, const void *msg, size_t len, int fd, int flags)
{
	struct iovec iov = { .iov_base = (void *)msg, .iov_len = len };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	union control control = { 0 };
	ssize_t n;

	if (fd >= 0) {
		hdr.msg_control = control.buf;
		hdr.msg_controllen = CMSG_SPACE(sizeof(int));
		control.align = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
						  .cmsg_level = SOL_SOCKET,
						  .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.align), &fd, sizeof(int));
	}
	do
		n = sendmsg(sock, &hdr, flags | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* Takes the fds out of a received message into @fds. Return: how many. */
static size_t take_fds(struct msghdr *hdr, int fds[static MAX_FDS])
{
	size_t count = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(hdr); c; c = CMSG_NXTHDR(hdr, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		if (n > MAX_FDS - count)
			n = MAX_FDS - count;
		memcpy(fds + count, CMSG_DATA(c), n * sizeof(int));
		count += n;
	}
	return count;
}

ssize_t fdpass_recv(int sock, void *msg, size_t len, int *fd, int flags)
{
	struct iovec iov = { .iov_base = msg, .iov_len = len };
	union control control;
	struct msghdr hdr = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.buf,
			      .msg_controllen = sizeof(control.buf) };
	int fds[MAX_FDS];
	size_t count;
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(sock, &hdr, flags | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	count = take_fds(&hdr, fds);
	if (count > 1 || (hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		for (size_t i = 0; i < count; i++)
			close(fds[i]);
		return -EPROTO;
	}
	if (count == 1)
		*fd = fds[0];
	return n;
}
