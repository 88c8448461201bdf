/* SPDX-License-Identifier: BSD-3-Clause */
/* Asks the daemon for memory. See ask.h. */
#include "client/ask.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "client/self.h"
#include "client/sys.h"

enum { SERIAL = 1 };

union control {
	char buf[CMSG_SPACE(sizeof(int))];
	struct cmsghdr header;
};

/* Retries what a signal interrupted. */
static long again(long nr, long a, long b, long c)
{
	long r;

	do
		r = SYS3(nr, a, b, c);
	while (r == -EINTR);
	return r;
}

static int connect_broker(void)
{
	struct sockaddr_un addr;
	unsigned len = self_socket(&addr);
	int sock = (int)SYS3(SYS_socket, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	long r;

	if (sock < 0)
		return sock;
	r = again(SYS_connect, sock, (long)&addr, len);
	if (r < 0) {
		sys_close(sock);
		return (int)r;
	}
	return sock;
}

static int send_request(int sock, const struct map_want *want, int fd)
{
	struct daxemu_msg_map msg = {
		.header = { sizeof(msg), DAXEMU_PROTO_VERSION, DAXEMU_MSG_MAP, SERIAL, 0 },
		.addr = want->flags & MAP_FIXED ? want->addr : 0,
		.len = want->len,
		.off = want->off,
		.prot = want->prot,
		.flags = want->flags,
	};
	struct iovec iov = { &msg, sizeof(msg) };
	union control control = { 0 };
	struct msghdr hdr = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.buf,
			      .msg_controllen = sizeof(control.buf) };
	long r;

	control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
					   .cmsg_level = SOL_SOCKET,
					   .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	r = again(SYS_sendmsg, sock, (long)&hdr, MSG_NOSIGNAL);
	return r < 0 ? (int)r : 0;
}

/* The fd in a received message, -1 for none: there is room for one. */
static int received_fd(struct msghdr *hdr)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(hdr);
	int fd = -1;

	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

static bool sane(const struct daxemu_msg_map_reply *reply, long len)
{
	return len == (long)sizeof(*reply) && reply->header.size == sizeof(*reply) &&
	       reply->header.version == DAXEMU_PROTO_VERSION &&
	       reply->header.type == DAXEMU_MSG_MAP_REPLY && reply->header.serial == SERIAL &&
	       reply->header.error <= 0 && reply->header.error > -4096;
}

/* Return: the memory file, or -errno; -EPROTO for an answer that makes no sense. */
static int recv_reply(int sock, struct daxemu_msg_map_reply *reply)
{
	struct iovec iov = { reply, sizeof(*reply) };
	union control control;
	struct msghdr hdr = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.buf,
			      .msg_controllen = sizeof(control.buf) };
	long n = again(SYS_recvmsg, sock, (long)&hdr, MSG_CMSG_CLOEXEC);
	int fd;

	if (n < 0)
		return (int)n;
	fd = received_fd(&hdr);
	if (sane(reply, n) && !reply->header.error && fd >= 0)
		return fd;
	if (fd >= 0)
		sys_close(fd);
	if (sane(reply, n) && reply->header.error)
		return reply->header.error;
	return hdr.msg_flags & MSG_CTRUNC ? -EMFILE : -EPROTO;
}

static int ask(int fd, const struct map_want *want, struct daxemu_msg_map_reply *grant, int *more)
{
	int sock = connect_broker();
	int r;

	if (sock < 0)
		return sock;
	r = send_request(sock, want, fd);
	if (r == 0)
		r = recv_reply(sock, grant);
	if (r >= 0 && grant->nr_bad)
		*more = sock;
	else
		sys_close(sock);
	return r;
}

long ask_more(int more, void *buf, size_t len)
{
	return again(SYS_read, more, (long)buf, (long)len);
}

int ask_map(int fd, const struct map_want *want, struct daxemu_msg_map_reply *grant, int *more)
{
	int r;

	*more = -1;
	grant->header.error = 0;
	r = ask(fd, want, grant, more);
	if (r >= 0 || (r == grant->header.error && r != -EPROTO && r != -EPROTONOSUPPORT))
		return r;
	self_debug("mmap: the daemon cannot be asked", "", r);
	return r == -EMFILE || r == -ENFILE ? -ENFILE : -ENODEV;
}
