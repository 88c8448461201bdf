/* SPDX-License-Identifier: BSD-3-Clause */
/* Tells a service manager how we are. Source: sd_notify(3), "Notes". */
#include "daemon/notify.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/util.h"

int notify_manager(const char *state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	_cleanup_fd_ int fd = -1;
	size_t len;

	if (!path || (*path != '/' && *path != '@') || strlen(path) >= sizeof(address.sun_path))
		return 0;
	strcpy(address.sun_path, path);
	if (*path == '@')
		*address.sun_path = '\0'; /* abstract */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	len = offsetof(struct sockaddr_un, sun_path) + strlen(path);
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
		   (socklen_t)len) < 0)
		return -errno;
	return 0;
}
