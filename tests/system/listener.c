/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * listener: hears uevents as udev does, and believes them as udev would: sent by the kernel, with
 * root's credentials. Prints "ready", then one event a line, "ACTION@DEVPATH|KEY=VALUE|...", every
 * variable in the order it came in, until it is killed.
 */
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define RECEIVE_BYTES (8 << 20)

static int subscribe(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	int on = 1, bytes = RECEIVE_BYTES;

	setsockopt(sock, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (bind(sock, (struct sockaddr *)&address, sizeof(address)) < 0) {
		perror("listener");
		return -1;
	}
	return sock;
}

/* Source: systemd src/libsystemd/sd-device/device-monitor.c, device_monitor_receive_device(). */
static bool is_from_kernel(struct msghdr *header)
{
	const struct sockaddr_nl *sender = header->msg_name;
	struct cmsghdr *control = CMSG_FIRSTHDR(header);
	struct ucred cred;

	if (!control || control->cmsg_type != SCM_CREDENTIALS)
		return false;
	memcpy(&cred, CMSG_DATA(control), sizeof(cred));
	return sender->nl_groups == 1 && sender->nl_pid == 0 && cred.uid == 0;
}

static void print_event(const char *message, size_t len)
{
	for (size_t i = 0; i + 1 < len; i++)
		putchar(message[i] ? message[i] : '|');
	putchar('\n');
	fflush(stdout);
}

int main(void)
{
	static char message[8192];
	char control[CMSG_SPACE(sizeof(struct ucred))];
	struct sockaddr_nl sender;
	struct iovec iov = { message, sizeof(message) };
	int sock = subscribe();
	ssize_t n;

	if (sock < 0)
		return 1;
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct msghdr header = { .msg_name = &sender,
					 .msg_namelen = sizeof(sender),
					 .msg_iov = &iov,
					 .msg_iovlen = 1,
					 .msg_control = control,
					 .msg_controllen = sizeof(control) };

		n = recvmsg(sock, &header, 0);
		if (n <= 0)
			return 1;
		if (is_from_kernel(&header))
			print_event(message, (size_t)n);
		else
			puts("not from the kernel");
	}
}
