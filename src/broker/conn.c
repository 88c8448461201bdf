/* SPDX-License-Identifier: BSD-3-Clause */
/* One client of the broker. See conn.h. */
#include "broker/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <linux/sockios.h>

#include "base/fdpass.h"
#include "base/util.h"
#include "broker/msg.h"

int conn_new(struct conn **out, int fd)
{
	_cleanup_fd_ int sock = fd;
	struct ucred cred;
	socklen_t len = sizeof(cred);
	struct conn *conn;

	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
		return -errno;
	conn = calloc(1, sizeof(*conn));
	if (!conn)
		return -ENOMEM;
	conn->fd = steal_fd(&sock);
	conn->uid = cred.uid;
	*out = conn;
	return 0;
}

void conn_free(struct conn *conn)
{
	close(conn->fd);
	free(conn);
}

/*
 * A client asks, then reads the answer, then may ask again. One that does not read would pile up
 * memory fds in its socket, which count against our limit of descriptors in flight.
 */
static bool has_unread(const struct conn *conn)
{
	int unread = 0;

	return ioctl(conn->fd, SIOCOUTQ, &unread) < 0 || unread > 0;
}

static int send_reply(void *user, const void *msg, size_t size, int mem)
{
	const struct conn *conn = user;

	return fdpass_send(conn->fd, msg, size, mem, MSG_DONTWAIT);
}

/* Answers a datagram that is no request. Return: -errno to drop the client, 0 if harmless. */
static int refuse(struct conn *conn, uint32_t serial, int error)
{
	struct daxemu_msg_map_reply reply = msg_reply(serial, error);
	int r = send_reply(conn, &reply, sizeof(reply), -1);

	return error == -EBADF ? r : error;
}

int conn_serve(struct conn *conn, const struct broker_config *config, int *received)
{
	struct daxemu_msg_map request;
	char buf[sizeof(request) + 1]; /* one more: too long must be seen */
	ssize_t n = fdpass_recv(conn->fd, buf, sizeof(buf), received, MSG_DONTWAIT);
	int r;

	if (n == -EAGAIN)
		return 0;
	if (n == -EPROTO)
		return refuse(conn, 0, -EPROTO);
	if (n <= 0)
		return n < 0 ? (int)n : -EPIPE;
	if (has_unread(conn))
		return -EPROTO;
	r = msg_check_map(buf, (size_t)n, *received >= 0, conn->serial, &request);
	if (r < 0)
		return refuse(conn, request.header.serial, r);
	conn->serial = request.header.serial;
	return grant_map(config, &request, received, send_reply, conn);
}
