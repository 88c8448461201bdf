/* SPDX-License-Identifier: BSD-3-Clause */
/* What calls on an open device file answer. See file.h; source: spec of the kernel's dax_fops. */
#include "client/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <linux/fs.h>

#include "client/self.h"
#include "client/sys.h"

static atomic_bool any;

bool file_any(void)
{
	return atomic_load_explicit(&any, memory_order_relaxed);
}

void file_met(void)
{
	atomic_store_explicit(&any, true, memory_order_relaxed);
}

static bool is_device(long fd)
{
	struct route_dev dev;
	enum route route;

	if (fd < 0)
		return false;
	route = self_route_at((int)fd, "", AT_EMPTY_PATH, &dev);
	return route == ROUTE_TWIN || route == ROUTE_NODE;
}

/* --- at start ------------------------------------------------------------------------------- */

struct entry {
	uint64_t ino;
	int64_t off;
	uint16_t len;
	uint8_t type;
	char name[];
};

static long number_of(const char *digits)
{
	long n = 0;

	for (; *digits >= '0' && *digits <= '9'; digits++)
		n = n * 10 + *digits - '0';
	return n;
}

/* Return: whether one of the descriptors named in @buf is a device file. */
static bool look_at(const char *buf, long len)
{
	for (long at = 0; at < len;) {
		const struct entry *entry = (const void *)(buf + at);

		if (entry->name[0] != '.' && is_device(number_of(entry->name)))
			return true;
		at += entry->len;
	}
	return false;
}

void file_look(void)
{
	_Alignas(struct entry) char buf[1024];
	int dir = sys_openat(AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	long n;

	if (dir < 0)
		return;
	while (!file_any() && (n = SYS3(SYS_getdents64, dir, buf, sizeof(buf))) > 0)
		if (look_at(buf, n))
			file_met();
	sys_close(dir);
}

/* --- before ------------------------------------------------------------------------------- */

/* What a device refuses and a file would do. */
static int refusal(long number, const long a[static 6])
{
	switch (number) {
	case SYS_epoll_ctl:
		return a[1] == EPOLL_CTL_ADD ? -EPERM : 0;
	case SYS_fcntl:
		return a[1] == F_SETLEASE || (a[1] == F_SETFL && a[2] & O_DIRECT) ? -EINVAL : 0;
	case SYS_fsetxattr:
		return a[1] && !strncmp((const char *)a[1], "user.", 5) ? -EPERM : 0;
	default:
		return 0;
	}
}

int file_before(long number, const long a[static 6])
{
	int r = refusal(number, a);

	return r && is_device(number == SYS_epoll_ctl ? a[2] : a[0]) ? r : 0;
}

/* --- after -------------------------------------------------------------------------------- */

/* Calls with one answer: which arguments may be the device, and the errno. */
static const struct constant {
	long number;
	int8_t fd, other_fd; /* index of the argument; -1 for none */
	int error;
} constants[] = {
	{ SYS_read, 0, -1, EINVAL },	       { SYS_write, 0, -1, EINVAL },
	{ SYS_preadv2, 0, -1, EINVAL },	       { SYS_pwritev2, 0, -1, EINVAL },
	{ SYS_readahead, 0, -1, EINVAL },      { SYS_sync_file_range, 0, -1, ESPIPE },
	{ SYS_sendfile, 0, 1, EINVAL },	       { SYS_splice, 0, 2, EINVAL },
	{ SYS_copy_file_range, 0, 2, EINVAL },
};

static int ioctl_error(unsigned long request)
{
	switch (request) {
	case FIONREAD:
	case FIBMAP:
		return ENOTTY;
	case FICLONE:
	case FICLONERANGE:
		return EINVAL;
	default:
		return 0;
	}
}

static long seek_result(long whence)
{
	if (whence >= SEEK_SET && whence <= SEEK_HOLE)
		return 0;
	errno = EINVAL;
	return -1;
}

static long fail(int error)
{
	errno = error;
	return -1;
}

/* A device moves no byte, and what these errors say is true of it too. */
static bool beyond_doubt(long r)
{
	return r > 0 || (r < 0 && (errno == EBADF || errno == EAGAIN || errno == EINTR));
}

long file_after(long number, const long a[static 6], long r)
{
	int error;

	if (number == SYS_lseek)
		return (r >= 0 || errno != EBADF) && is_device(a[0]) ? seek_result(a[2]) : r;
	if (beyond_doubt(r))
		return r;
	if (number == SYS_ioctl) {
		error = ioctl_error((unsigned long)a[1]);
		return error && is_device(a[0]) ? fail(error) : r;
	}
	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		const struct constant *c = &constants[i];

		if (c->number == number &&
		    (is_device(a[c->fd]) || (c->other_fd >= 0 && is_device(a[c->other_fd]))))
			return fail(c->error);
	}
	return r;
}
