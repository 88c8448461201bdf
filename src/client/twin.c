/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening daxX.Y where the kernel does not. See twin.h. */
#include "client/twin.h"

#include <errno.h>
#include <string.h>

#include "client/file.h"
#include "client/link.h"
#include "client/self.h"
#include "client/sys.h"

/* What opening our node, or one with the same number elsewhere, ends in: a nodev mount or a
 * number without a driver. */
static int may_be_ours(int error)
{
	return error == -EACCES || error == -ENXIO || error == -EPERM || error == -ENODEV;
}

int twin_open(int dir, const char *path, int flags, int error)
{
	int at_flags = flags & O_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0;
	char twin[ROUTE_PATH_MAX];
	struct route_dev dev;
	enum route route;
	int fd;

	if (!may_be_ours(error))
		return error;
	route = self_route_at(dir, path, at_flags, &dev);
	if (route != ROUTE_NODE && route != ROUTE_CHR)
		return error;
	route_twin_path(dev, twin);
	fd = sys_openat(AT_FDCWD, twin, flags & ~(O_CREAT | O_TRUNC | O_EXCL), 0);
	if (fd >= 0) {
		file_met();
		link_remember(dev, path);
		return fd;
	}
	self_debug("open: no twin ", twin, fd);
	if (fd == -ENOENT || fd == -ENOTDIR)
		return route == ROUTE_NODE ? -ENXIO : error;
	return fd;
}

/* A look at the name spares all other files the system call. */
void twin_not_needed(int fd, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct route_dev dev;

	if (strncmp(slash ? slash + 1 : path, "dax", 3))
		return;
	if (self_route_at(fd, "", AT_EMPTY_PATH, &dev) == ROUTE_NODE)
		file_met();
}

/* O_* of a mode for fopen(3); what does not matter for a device is left out. */
static int mode_flags(const char *mode)
{
	int flags = *mode == 'r' ? O_RDONLY : O_WRONLY;

	if (strchr(mode, '+'))
		flags = O_RDWR;
	if (*mode == 'a')
		flags |= O_APPEND;
	if (strchr(mode, 'e'))
		flags |= O_CLOEXEC;
	return flags;
}

FILE *twin_fopen(const char *path, const char *mode, int saved)
{
	int fd = twin_open(AT_FDCWD, path, mode_flags(mode), -errno);
	FILE *stream;

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	stream = fdopen(fd, mode);
	if (stream)
		errno = saved;
	else
		sys_close(fd);
	return stream;
}

bool twin_for_freopen(const char *path, const char *mode, char twin[static ROUTE_PATH_MAX],
		      char twin_mode[static TWIN_MODE_MAX])
{
	struct route_dev dev;

	if (self_route_at(AT_FDCWD, path, 0, &dev) != ROUTE_NODE || strlen(mode) >= TWIN_MODE_MAX)
		return false;
	route_twin_path(dev, twin);
	strcpy(twin_mode, mode);
	if (*twin_mode == 'w')
		*twin_mode = 'a'; /* nothing to truncate */
	return true;
}
