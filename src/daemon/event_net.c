/* SPDX-License-Identifier: BSD-3-Clause */
/* Uevents to udev and its like, through the kernel. */
#include "daemon/event_net.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/util.h"

/* The kernel answers at once, and only to complain. */
static int read_complaint(int sock)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} answer;
	ssize_t n = recv(sock, &answer, sizeof(answer), MSG_DONTWAIT);

	if (n < (ssize_t)sizeof(answer) || answer.header.nlmsg_type != NLMSG_ERROR)
		return 0;
	return answer.error.error;
}

int event_net_send(int sock, const char *message, size_t len)
{
	struct nlmsghdr header = {
		.nlmsg_len = (uint32_t)NLMSG_LENGTH(len),
		.nlmsg_type = NLMSG_MIN_TYPE,
		.nlmsg_flags = NLM_F_REQUEST,
	};
	struct iovec iov[] = { { &header, NLMSG_HDRLEN }, { (void *)message, len } };
	/* No address: to the kernel. */
	const struct msghdr msg = { .msg_iov = iov, .msg_iovlen = ARRAY_SIZE(iov) };

	if (sendmsg(sock, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return -errno;
	return read_complaint(sock);
}
