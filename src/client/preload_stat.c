/* SPDX-License-Identifier: BSD-3-Clause */
/* The exported stat family. */
#include "client/preload.h"

#include "client/stat_fix.h"

DEFINE_STAT_FIX(fix_stat, struct stat)
DEFINE_STAT_FIX(fix_stat64, struct stat64)

#ifdef __LP64__
/* struct stat64 is struct stat there, and both are the kernel's. */
#define NEXT_STAT(name, args, raw) NEXT(name, args, raw)
/* The version argument of old names is 1, the kernel's layout, on x86-64, and 0 elsewhere. */
#define IS_VERSION(version) ((version) == 0 || (version) == 1)
#else
#define NEXT_STAT(name, args, raw) NEXT_LIBC(name, args)
#define IS_VERSION(version)	   ((version) == 3)
#endif

#define DEFINE_STAT(name, type)                                                           \
	DAX_EXPORT int name(const char *path, struct type *st)                            \
	{                                                                                 \
		return fix_##type(NEXT_STAT(name, (path, st),                             \
					    SYS4(SYS_newfstatat, AT_FDCWD, path, st, 0)), \
				  st);                                                    \
	}

#define DEFINE_FSTAT(name, type)                                                              \
	DAX_EXPORT int name(int fd, struct type *st)                                          \
	{                                                                                     \
		return fix_##type(NEXT_STAT(name, (fd, st), SYS3(SYS_fstat, fd, st, 0)), st); \
	}

#define DEFINE_FSTATAT(name, type)                                                       \
	DAX_EXPORT int name(int dir, const char *path, struct type *st, int flags)       \
	{                                                                                \
		return fix_##type(NEXT_STAT(name, (dir, path, st, flags),                \
					    SYS4(SYS_newfstatat, dir, path, st, flags)), \
				  st);                                                   \
	}

DEFINE_STAT(stat, stat)
DEFINE_STAT(stat64, stat64)
DEFINE_FSTAT(fstat, stat)
DEFINE_FSTAT(fstat64, stat64)
DEFINE_FSTATAT(fstatat, stat)
DEFINE_FSTATAT(fstatat64, stat64)

/* What programs built before glibc 2.33 call; libc hides these names from dlsym(). */
#define DEFINE_XSTAT(name, type, stat_name, params, args) \
	DAX_EXPORT int name params;                       \
	DAX_EXPORT int name params                        \
	{                                                 \
		if (!IS_VERSION(version))                 \
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

DAX_EXPORT int statx(int dir, const char *path, int flags, unsigned mask, struct statx *st)
{
	int r = (int)NEXT(statx, (dir, path, flags, mask, st),
			  sys6(SYS_statx, dir, (long)path, flags, mask, (long)st, 0));

	if (r == 0)
		statx_fix(st);
	return r;
}
