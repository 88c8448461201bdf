/* SPDX-License-Identifier: BSD-3-Clause */
/* What the library knows of its surroundings. See self.h. */
#include "client/self.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "client/file.h"
#include "client/sys.h"
#include "daxemu/proto.h"

/* Written by the constructor alone, but for the mount, which is the same for all who find it. */
static char socket_path[sizeof(((struct sockaddr_un *)0)->sun_path)] = DAXEMU_SOCKET;
static bool debug;
static _Atomic uint64_t mount_dev;

static uint64_t find_mount(void)
{
	struct statx st;
	uint64_t dev;

	if (sys_statx(AT_FDCWD, DAXEMU_DIR, 0, &st) < 0)
		return 0;
	dev = makedev(st.stx_dev_major, st.stx_dev_minor);
	atomic_store_explicit(&mount_dev, dev, memory_order_relaxed);
	return dev;
}

void self_init(void)
{
	const char *path = secure_getenv("DAXEMU_SOCKET");
	const char *log = secure_getenv("DAXEMU_LOG");

	if (path && strlen(path) < sizeof(socket_path))
		strcpy(socket_path, path);
	debug = log && !strncmp(log, "debug", 5);
	if (find_mount())
		file_look();
}

unsigned self_socket(struct sockaddr_un *out)
{
	size_t len = strlen(socket_path);

	out->sun_family = AF_UNIX;
	memcpy(out->sun_path, socket_path, len + 1);
	return (unsigned)(offsetof(struct sockaddr_un, sun_path) + len + 1);
}

enum route self_route(const struct route_file *file, struct route_dev *dev)
{
	uint64_t mount = atomic_load_explicit(&mount_dev, memory_order_relaxed);

	enum route route;

	if (file->dev != mount && route_plausible(file))
		mount = find_mount();
	route = route_of(file, mount, dev);
	if (route == ROUTE_TWIN)
		file_met();
	return route;
}

enum route self_route_at(int dir, const char *path, int flags, struct route_dev *dev)
{
	struct statx st;
	struct route_file file;

	if (sys_statx(dir, path, flags, &st) < 0)
		return ROUTE_NONE;
	file = (struct route_file){
		.mode = st.stx_mode,
		.dev = makedev(st.stx_dev_major, st.stx_dev_minor),
		.ino = st.stx_ino,
		.rdev_major = st.stx_rdev_major,
		.rdev_minor = st.stx_rdev_minor,
	};
	return self_route(&file, dev);
}

unsigned self_align_now(struct route_dev dev, unsigned mapped)
{
	char path[ROUTE_PATH_MAX], text[24];
	uint64_t align = 0;
	long n;
	int fd;

	route_sysfs_path(dev, "align", path);
	fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return mapped;
	n = sys_read(fd, text, sizeof(text));
	sys_close(fd);
	for (long i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++)
		align = align * 10 + (uint64_t)(text[i] - '0');
	return align ? 63 - (unsigned)__builtin_clzll(align) : mapped;
}

static char *append(char *at, char *end, const char *text)
{
	size_t len = strlen(text);

	if (len > (size_t)(end - at))
		len = (size_t)(end - at);
	memcpy(at, text, len);
	return at + len;
}

void self_debug(const char *what, const char *detail, int error)
{
	char line[256], *end = line + sizeof(line) - 1, *at = line;
	char number[] = ": errno 000";

	if (!debug)
		return;
	at = append(at, end, "daxemu: preload: ");
	at = append(at, end, what);
	at = append(at, end, detail);
	if (error) {
		for (size_t i = sizeof(number) - 2; error; i--, error /= 10)
			number[i] = (char)('0' - error % 10);
		at = append(at, end, number);
	}
	*at++ = '\n';
	sys_write(2, line, (size_t)(at - line));
}
