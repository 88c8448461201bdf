/* SPDX-License-Identifier: BSD-3-Clause */
/* The exported open and fopen families. */
#include "client/preload.h"

#include "client/twin.h"

/* @fd: the next definition's answer; @saved: errno before it. */
static int opened(int fd, int dir, const char *path, int flags, int saved)
{
	int r;

	if (fd >= 0) {
		twin_not_needed(fd, path);
		return fd;
	}
	r = twin_open(dir, path, flags, -errno);
	errno = r < 0 ? -r : saved;
	return r < 0 ? -1 : r;
}

/* The mode argument, which is there only if the flags say so. */
#define OPEN_MODE(mode, flags)                                           \
	do {                                                             \
		va_list args;                                            \
		va_start(args, flags);                                   \
		if ((flags)&O_CREAT || ((flags)&O_TMPFILE) == O_TMPFILE) \
			(mode) = va_arg(args, mode_t);                   \
		va_end(args);                                            \
	} while (0)

#define DEFINE_OPEN(name)                                                \
	DAX_EXPORT int name(const char *path, int flags, ...)            \
	{                                                                \
		int saved = errno;                                       \
		mode_t mode = 0;                                         \
		int fd;                                                  \
                                                                         \
		OPEN_MODE(mode, flags);                                  \
		fd = (int)NEXT(name, (path, flags, mode),                \
			       sys_openat(AT_FDCWD, path, flags, mode)); \
		return opened(fd, AT_FDCWD, path, flags, saved);         \
	}

#define DEFINE_OPENAT(name)                                            \
	DAX_EXPORT int name(int dir, const char *path, int flags, ...) \
	{                                                              \
		int saved = errno;                                     \
		mode_t mode = 0;                                       \
		int fd;                                                \
                                                                       \
		OPEN_MODE(mode, flags);                                \
		fd = (int)NEXT(name, (dir, path, flags, mode),         \
			       sys_openat(dir, path, flags, mode));    \
		return opened(fd, dir, path, flags, saved);            \
	}

/* What callers built with _FORTIFY_SOURCE use when the flags are not constant. */
#define DEFINE_OPEN_2(name)                                                                    \
	DAX_EXPORT int name(const char *path, int flags)                                       \
	{                                                                                      \
		int saved = errno;                                                             \
		int fd = (int)NEXT(name, (path, flags), sys_openat(AT_FDCWD, path, flags, 0)); \
                                                                                               \
		return opened(fd, AT_FDCWD, path, flags, saved);                               \
	}

#define DEFINE_OPENAT_2(name)                                                                  \
	DAX_EXPORT int name(int dir, const char *path, int flags)                              \
	{                                                                                      \
		int saved = errno;                                                             \
		int fd = (int)NEXT(name, (dir, path, flags), sys_openat(dir, path, flags, 0)); \
                                                                                               \
		return opened(fd, dir, path, flags, saved);                                    \
	}

#define CREAT_FLAGS (O_WRONLY | O_CREAT | O_TRUNC)

#define DEFINE_CREAT(name)                                                         \
	DAX_EXPORT int name(const char *path, mode_t mode)                         \
	{                                                                          \
		int saved = errno;                                                 \
		int fd = (int)NEXT(name, (path, mode),                             \
				   sys_openat(AT_FDCWD, path, CREAT_FLAGS, mode)); \
                                                                                   \
		return opened(fd, AT_FDCWD, path, CREAT_FLAGS, saved);             \
	}

DEFINE_OPEN(open)
DEFINE_OPEN(open64)
DEFINE_OPEN(__open)
DEFINE_OPEN(__open64)
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)
DEFINE_OPEN_2(__open_2)
DEFINE_OPEN_2(__open64_2)
DEFINE_OPENAT_2(__openat_2)
DEFINE_OPENAT_2(__openat64_2)
DEFINE_CREAT(creat)
DEFINE_CREAT(creat64)

/* libc opens a stream's file by an inner call that nothing can stand in front of. */
#define DEFINE_FOPEN(name)                                              \
	DAX_EXPORT FILE *name(const char *path, const char *mode)       \
	{                                                               \
		int saved = errno;                                      \
		FILE *stream;                                           \
                                                                        \
		if (!real.name)                                         \
			real_init();                                    \
		stream = real.name(path, mode);                         \
		return stream ? stream : twin_fopen(path, mode, saved); \
	}

#define DEFINE_FREOPEN(name)                                                    \
	DAX_EXPORT FILE *name(const char *path, const char *mode, FILE *stream) \
	{                                                                       \
		char twin[ROUTE_PATH_MAX], twin_mode[TWIN_MODE_MAX];            \
                                                                                \
		if (!real.name)                                                 \
			real_init();                                            \
		if (path && twin_for_freopen(path, mode, twin, twin_mode))      \
			return real.name(twin, twin_mode, stream);              \
		return real.name(path, mode, stream);                           \
	}

DEFINE_FOPEN(fopen)
DEFINE_FOPEN(fopen64)
DEFINE_FREOPEN(freopen)
DEFINE_FREOPEN(freopen64)
