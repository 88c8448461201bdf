/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The exported stat family of programs whose time_t has 64 bits where long has 32: libc has
 * functions of their own for them, whose names <sys/stat.h> puts behind the usual ones.
 */
#define _TIME_BITS 64

#include <dlfcn.h>
#include <errno.h>

#include "client/stat_fix.h"

DEFINE_STAT_FIX(fix, struct stat)

/* Looked up by its name behind the name; calls the system has none of, before libc 2.34. */
#define DEFINE_TIME64(name, symbol, params, args)                   \
	__attribute__((visibility("default"))) int name params      \
	{                                                           \
		static int(*next) params;                           \
                                                                    \
		if (!next)                                          \
			*(void **)&next = dlsym(RTLD_NEXT, symbol); \
		if (!next) {                                        \
			errno = ENOSYS;                             \
			return -1;                                  \
		}                                                   \
		return fix(next args, st);                          \
	}

DEFINE_TIME64(stat, "__stat64_time64", (const char *path, struct stat *st), (path, st))
DEFINE_TIME64(fstat, "__fstat64_time64", (int fd, struct stat *st), (fd, st))
DEFINE_TIME64(fstatat, "__fstatat64_time64",
	      (int dir, const char *path, struct stat *st, int flags), (dir, path, st, flags))
