/* SPDX-License-Identifier: BSD-3-Clause */
/* The exported calls on open files that a device file answers in its own way. */
#include "client/preload.h"

#include <linux/userfaultfd.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/xattr.h>

#include "client/file.h"
#include "client/link.h"
#include "client/map.h"
#include "client/vma.h"

#define ARGS(...) ((const long[6]){ __VA_ARGS__ })

/* Only in programs that have met a device file. */
#define BEFORE(number, ...) (file_any() && REFUSED(file_before(number, ARGS(__VA_ARGS__))))
#define AFTER(number, r, ...) \
	(file_any() ? file_after(number, ARGS(__VA_ARGS__), (long)(r)) : (long)(r))

DAX_EXPORT ssize_t read(int fd, void *buf, size_t len)
{
	ssize_t r = NEXT(read, (fd, buf, len), sys_read(fd, buf, len));

	return r > 0 ? r : AFTER(SYS_read, r, fd);
}

DAX_EXPORT ssize_t write(int fd, const void *buf, size_t len)
{
	ssize_t r = NEXT(write, (fd, buf, len), sys_write(fd, buf, len));

	return r > 0 ? r : AFTER(SYS_write, r, fd);
}

/* The offset goes in two halves where long has 32 bits: there libc must be asked. */
#define DEFINE_SEEK(name, type)                                                                    \
	DAX_EXPORT type name(int fd, type off, int whence)                                         \
	{                                                                                          \
		type r = NEXT_LIBC(name, (fd, off, whence));                                       \
                                                                                                   \
		return file_any() ? (type)file_after(SYS_lseek, ARGS(fd, 0, whence), (long)r) : r; \
	}

DEFINE_SEEK(lseek, off_t)
DEFINE_SEEK(lseek64, off64_t)
DEFINE_SEEK(__lseek, off_t)

#define DEFINE_VECTOR(name, number, type)                                                        \
	DAX_EXPORT ssize_t name(int fd, const struct iovec *iov, int count, type off, int flags) \
	{                                                                                        \
		return AFTER(number, NEXT_LIBC(name, (fd, iov, count, off, flags)), fd);         \
	}

DEFINE_VECTOR(preadv2, SYS_preadv2, off_t)
DEFINE_VECTOR(preadv64v2, SYS_preadv2, off64_t)
DEFINE_VECTOR(pwritev2, SYS_pwritev2, off_t)
DEFINE_VECTOR(pwritev64v2, SYS_pwritev2, off64_t)

DAX_EXPORT ssize_t readahead(int fd, off64_t off, size_t len)
{
	return AFTER(SYS_readahead, NEXT_LIBC(readahead, (fd, off, len)), fd);
}

DAX_EXPORT int sync_file_range(int fd, off64_t off, off64_t len, unsigned flags)
{
	return (int)AFTER(SYS_sync_file_range, NEXT_LIBC(sync_file_range, (fd, off, len, flags)),
			  fd);
}

DAX_EXPORT ssize_t sendfile(int out, int in, off_t *off, size_t len)
{
	return AFTER(SYS_sendfile, NEXT_LIBC(sendfile, (out, in, off, len)), out, in);
}

DAX_EXPORT ssize_t sendfile64(int out, int in, off64_t *off, size_t len)
{
	return AFTER(SYS_sendfile, NEXT_LIBC(sendfile64, (out, in, off, len)), out, in);
}

DAX_EXPORT ssize_t splice(int in, off64_t *in_off, int out, off64_t *out_off, size_t len,
			  unsigned flags)
{
	return AFTER(SYS_splice, NEXT_LIBC(splice, (in, in_off, out, out_off, len, flags)), in, 0,
		     out);
}

DAX_EXPORT ssize_t copy_file_range(int in, off64_t *in_off, int out, off64_t *out_off, size_t len,
				   unsigned flags)
{
	return AFTER(SYS_copy_file_range,
		     NEXT_LIBC(copy_file_range, (in, in_off, out, out_off, len, flags)), in, 0,
		     out);
}

DAX_EXPORT int epoll_ctl(int epoll, int op, int fd, struct epoll_event *event)
{
	if (BEFORE(SYS_epoll_ctl, epoll, op, fd))
		return -1;
	return (int)NEXT(epoll_ctl, (epoll, op, fd, event),
			 SYS4(SYS_epoll_ctl, epoll, op, fd, event));
}

DAX_EXPORT int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)
{
	if (BEFORE(SYS_fsetxattr, fd, (long)name))
		return -1;
	return NEXT_LIBC(fsetxattr, (fd, name, value, size, flags));
}

/* Its one argument, if any: a number or a pointer. */
#define DEFINE_FCNTL(name)                                 \
	DAX_EXPORT int name(int fd, int cmd, ...)          \
	{                                                  \
		void *arg;                                 \
		va_list args;                              \
                                                           \
		va_start(args, cmd);                       \
		arg = va_arg(args, void *);                \
		va_end(args);                              \
		if (BEFORE(SYS_fcntl, fd, cmd, (long)arg)) \
			return -1;                         \
		return NEXT_LIBC(name, (fd, cmd, arg));    \
	}

DEFINE_FCNTL(fcntl)
DEFINE_FCNTL(fcntl64)

#define DEFINE_IOCTL(name, next)                                                               \
	DAX_EXPORT int name(int fd, unsigned long request, ...)                                \
	{                                                                                      \
		void *arg;                                                                     \
		va_list args;                                                                  \
		int r;                                                                         \
                                                                                               \
		va_start(args, request);                                                       \
		arg = va_arg(args, void *);                                                    \
		va_end(args);                                                                  \
		if (request == UFFDIO_REGISTER && vma_count() && REFUSED(map_check_uffd(arg))) \
			return -1;                                                             \
		r = (int)(next);                                                               \
		if (r >= 0 && vma_count())                                                     \
			map_ioctl(request);                                                    \
		return (int)AFTER(SYS_ioctl, r, fd, (long)request);                            \
	}

DEFINE_IOCTL(ioctl, NEXT(ioctl, (fd, request, arg), SYS3(SYS_ioctl, fd, request, arg)))
#ifndef __LP64__
DEFINE_FCNTL(__fcntl_time64)
DEFINE_IOCTL(__ioctl_time64, NEXT_LIBC(__ioctl_time64, (fd, request, arg)))
#endif

/* --- /proc/self/fd/N ------------------------------------------------------------------------ */

/* @r: the call's result. */
static ssize_t linked(int dir, const char *path, char *buf, size_t size, ssize_t r)
{
	return r > 0 && file_any() ? link_fix(dir, path, buf, size, r) : r;
}

DAX_EXPORT ssize_t readlink(const char *path, char *buf, size_t size)
{
	return linked(AT_FDCWD, path, buf, size,
		      NEXT(readlink, (path, buf, size),
			   SYS4(SYS_readlinkat, AT_FDCWD, path, buf, size)));
}

DAX_EXPORT ssize_t readlinkat(int dir, const char *path, char *buf, size_t size)
{
	return linked(dir, path, buf, size,
		      NEXT(readlinkat, (dir, path, buf, size),
			   SYS4(SYS_readlinkat, dir, path, buf, size)));
}

DAX_EXPORT ssize_t __readlink_chk(const char *path, char *buf, size_t size, size_t room)
{
	return linked(AT_FDCWD, path, buf, size,
		      NEXT_LIBC(__readlink_chk, (path, buf, size, room)));
}

DAX_EXPORT ssize_t __readlinkat_chk(int dir, const char *path, char *buf, size_t size, size_t room)
{
	return linked(dir, path, buf, size,
		      NEXT_LIBC(__readlinkat_chk, (dir, path, buf, size, room)));
}
