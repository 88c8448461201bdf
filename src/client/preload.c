/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The exported symbols and nothing else: each calls the next definition of its name, and only if
 * that failed, or a device mapping is in question, the code behind it. Before the constructor has
 * run, the system call itself stands in for the next definition.
 */
#include "client/real.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "client/map.h"
#include "client/stat_fix.h"
#include "client/sys.h"
#include "client/twin.h"
#include "client/vma.h"

#define DAX_EXPORT __attribute__((visibility("default")))

/* A system call's result as libc returns it. */
static long libc_result(long r)
{
	int error = sys_error(r);

	if (!error)
		return r;
	errno = -error;
	return -1;
}

/* The next definition, or the call itself while that is not known. */
#define NEXT(name, args, raw) (real.name ? real.name args : libc_result(raw))

/* --- open --------------------------------------------------------------------------------- */

/* @fd: the next definition's answer; @saved: errno before it. */
static int opened(int fd, int dir, const char *path, int flags, int saved)
{
	int r;

	if (fd >= 0)
		return fd;
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

/* --- mmap and friends --------------------------------------------------------------------- */

static void *raw_mmap(void *addr, size_t len, int prot, int flags, int fd, int64_t off)
{
	return (void *)libc_result(sys_mmap((uintptr_t)addr, len, prot, flags, fd, (uint64_t)off));
}

#define DEFINE_MMAP(name, off_type)                                                                \
	static void *next_##name(void *addr, size_t len, int prot, int flags, int fd, int64_t off) \
	{                                                                                          \
		if (!real.name)                                                                    \
			return raw_mmap(addr, len, prot, flags, fd, off);                          \
		return real.name(addr, len, prot, flags, fd, (off_type)off);                       \
	}                                                                                          \
                                                                                                   \
	DAX_EXPORT void *name(void *addr, size_t len, int prot, int flags, int fd, off_type off)   \
	{                                                                                          \
		return map_mmap(next_##name, addr, len, prot, flags, fd, off);                     \
	}

DEFINE_MMAP(mmap, off_t)
DEFINE_MMAP(mmap64, off64_t)

static int next_munmap(void *addr, size_t len)
{
	return (int)NEXT(munmap, (addr, len), sys_munmap((uintptr_t)addr, len));
}

DAX_EXPORT int munmap(void *addr, size_t len)
{
	return map_unmap(next_munmap, addr, len);
}

static void *next_mremap(void *old, size_t old_len, size_t len, int flags, void *target)
{
	if (real.mremap)
		return real.mremap(old, old_len, len, flags, target);
	return (void *)libc_result(
		sys6(SYS_mremap, (long)old, (long)old_len, (long)len, flags, (long)target, 0));
}

DAX_EXPORT void *mremap(void *old, size_t old_len, size_t len, int flags, ...)
{
	void *target = NULL;
	va_list args;

	va_start(args, flags);
	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		target = va_arg(args, void *);
	va_end(args);
	return map_remap(next_mremap, old, old_len, len, flags, target);
}

/* Whether a check, made only while there are device mappings, refuses; errno is set then. */
#define REFUSED(check) (vma_count() && libc_result(check) < 0)

DAX_EXPORT int mprotect(void *addr, size_t len, int prot)
{
	if (REFUSED(map_check_protect((uintptr_t)addr, len, prot)))
		return -1;
	return (int)NEXT(mprotect, (addr, len, prot), sys_mprotect((uintptr_t)addr, len, prot));
}

DAX_EXPORT int pkey_mprotect(void *addr, size_t len, int prot, int pkey)
{
	if (REFUSED(map_check_protect((uintptr_t)addr, len, prot)))
		return -1;
	return (int)NEXT(pkey_mprotect, (addr, len, prot, pkey),
			 SYS4(SYS_pkey_mprotect, addr, len, prot, pkey));
}

DAX_EXPORT int msync(void *addr, size_t len, int flags)
{
	if (REFUSED(map_check_sync((uintptr_t)addr, len, flags)))
		return -1;
	return (int)NEXT(msync, (addr, len, flags), SYS3(SYS_msync, addr, len, flags));
}

DAX_EXPORT int madvise(void *addr, size_t len, int advice)
{
	int r;

	if (REFUSED(map_check_advice((uintptr_t)addr, len, advice)))
		return -1;
	r = (int)NEXT(madvise, (addr, len, advice), SYS3(SYS_madvise, addr, len, advice));
	if (r == 0 && vma_count())
		map_advised((uintptr_t)addr, len, advice);
	return r;
}

/* Returns the error number; has no advice that a device mapping refuses but at a split. */
DAX_EXPORT int posix_madvise(void *addr, size_t len, int advice)
{
	int r = vma_count() ? map_check_advice((uintptr_t)addr, len, advice) : 0;

	if (r < 0)
		return -r;
	if (!real.posix_madvise)
		real_init();
	r = real.posix_madvise(addr, len, advice);
	if (r == 0 && vma_count())
		map_advised((uintptr_t)addr, len, advice);
	return r;
}

DAX_EXPORT int remap_file_pages(void *addr, size_t len, int prot, size_t pgoff, int flags)
{
	if (REFUSED(map_check_remap_pages((uintptr_t)addr, len)))
		return -1;
	return (int)NEXT(remap_file_pages, (addr, len, prot, pgoff, flags),
			 sys6(SYS_remap_file_pages, (long)addr, (long)len, prot, (long)pgoff, flags,
			      0));
}

/* --- stat --------------------------------------------------------------------------------- */

#ifdef __LP64__
/* struct stat64 is struct stat there, and both are the kernel's. */
#define DEFINE_STAT(name, type)                                                                   \
	DAX_EXPORT int name(const char *path, struct type *st)                                    \
	{                                                                                         \
		return stat_fix(                                                                  \
			NEXT(name, (path, st), SYS4(SYS_newfstatat, AT_FDCWD, path, st, 0)), st); \
	}

#define DEFINE_FSTAT(name, type)                                                       \
	DAX_EXPORT int name(int fd, struct type *st)                                   \
	{                                                                              \
		return stat_fix(NEXT(name, (fd, st), SYS3(SYS_fstat, fd, st, 0)), st); \
	}

#define DEFINE_FSTATAT(name, type)                                                 \
	DAX_EXPORT int name(int dir, const char *path, struct type *st, int flags) \
	{                                                                          \
		return stat_fix(NEXT(name, (dir, path, st, flags),                 \
				     SYS4(SYS_newfstatat, dir, path, st, flags)),  \
				st);                                               \
	}

DEFINE_STAT(stat, stat)
DEFINE_STAT(stat64, stat64)
DEFINE_FSTAT(fstat, stat)
DEFINE_FSTAT(fstat64, stat64)
DEFINE_FSTATAT(fstatat, stat)
DEFINE_FSTATAT(fstatat64, stat64)

/*
 * What programs built before glibc 2.33 call. Their version argument is 1, the kernel's layout, on
 * x86-64, and 0 elsewhere. libc hides these names from dlsym().
 */
#define DEFINE_XSTAT(name, type, stat_name, params, args) \
	DAX_EXPORT int name params;                       \
	DAX_EXPORT int name params                        \
	{                                                 \
		if (version != 0 && version != 1)         \
			return (int)libc_result(-EINVAL); \
		return stat_name args;                    \
	}

DEFINE_XSTAT(__xstat, stat, stat, (int version, const char *path, struct stat *st), (path, st))
DEFINE_XSTAT(__xstat64, stat64, stat64, (int version, const char *path, struct stat64 *st),
	     (path, st))
DEFINE_XSTAT(__fxstat, stat, fstat, (int version, int fd, struct stat *st), (fd, st))
DEFINE_XSTAT(__fxstat64, stat64, fstat64, (int version, int fd, struct stat64 *st), (fd, st))
DEFINE_XSTAT(__fxstatat, stat, fstatat,
	     (int version, int dir, const char *path, struct stat *st, int flags),
	     (dir, path, st, flags))
DEFINE_XSTAT(__fxstatat64, stat64, fstatat64,
	     (int version, int dir, const char *path, struct stat64 *st, int flags),
	     (dir, path, st, flags))
#endif

DAX_EXPORT int statx(int dir, const char *path, int flags, unsigned mask, struct statx *st)
{
	int r = (int)NEXT(statx, (dir, path, flags, mask, st),
			  sys6(SYS_statx, dir, (long)path, flags, mask, (long)st, 0));

	if (r == 0)
		statx_fix(st);
	return r;
}

/* --- what else looks at mappings ----------------------------------------------------------- */

DAX_EXPORT int ioctl(int fd, unsigned long request, ...)
{
	void *arg;
	va_list args;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (request == UFFDIO_REGISTER && REFUSED(map_check_uffd(arg)))
		return -1;
	return (int)NEXT(ioctl, (fd, request, arg), SYS3(SYS_ioctl, fd, request, arg));
}

/* libc has no move_pages(); libnuma's is a syscall(). @a: its arguments. */
static long moved_pages(const long a[static 6])
{
	long r = libc_result(sys6(SYS_move_pages, a[0], a[1], a[2], a[3], a[4], a[5]));

	if (r >= 0 && vma_count() && a[2] && a[4] && (!a[0] || a[0] == getpid()))
		map_moved_pages((unsigned long)a[1], (void *const *)a[2], (int *)a[4]);
	return r;
}

/* --- syscall ------------------------------------------------------------------------------ */

DAX_EXPORT long syscall(long number, ...)
{
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	switch (number) {
#ifdef SYS_open
	case SYS_open:
		return open((char *)a[0], (int)a[1], (mode_t)a[2]);
	case SYS_creat:
		return creat((char *)a[0], (mode_t)a[1]);
#endif
	case SYS_openat:
		return openat((int)a[0], (char *)a[1], (int)a[2], (mode_t)a[3]);
	case SYS_munmap:
		return munmap((void *)a[0], (size_t)a[1]);
	case SYS_mremap:
		return (long)mremap((void *)a[0], (size_t)a[1], (size_t)a[2], (int)a[3],
				    (void *)a[4]);
	case SYS_mprotect:
		return mprotect((void *)a[0], (size_t)a[1], (int)a[2]);
	case SYS_pkey_mprotect:
		return pkey_mprotect((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3]);
	case SYS_msync:
		return msync((void *)a[0], (size_t)a[1], (int)a[2]);
	case SYS_madvise:
		return madvise((void *)a[0], (size_t)a[1], (int)a[2]);
	case SYS_move_pages:
		return moved_pages(a);
	case SYS_ioctl:
		return ioctl((int)a[0], (unsigned long)a[1], (void *)a[2]);
	case SYS_remap_file_pages:
		return remap_file_pages((void *)a[0], (size_t)a[1], (int)a[2], (size_t)a[3],
					(int)a[4]);
	case SYS_statx:
		return statx((int)a[0], (char *)a[1], (int)a[2], (unsigned)a[3],
			     (struct statx *)a[4]);
#ifdef SYS_mmap2
	case SYS_mmap2:
		return (long)mmap64((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3], (int)a[4],
				    (off64_t)(unsigned long)a[5] << 12);
#else
	case SYS_mmap:
		return (long)mmap((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3], (int)a[4],
				  a[5]);
#endif
#ifdef __LP64__
	case SYS_fstat:
		return fstat((int)a[0], (struct stat *)a[1]);
	case SYS_newfstatat:
		return fstatat((int)a[0], (char *)a[1], (struct stat *)a[2], (int)a[3]);
#endif
	default:
		if (real.syscall)
			return real.syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
		return libc_result(sys6(number, a[0], a[1], a[2], a[3], a[4], a[5]));
	}
}
