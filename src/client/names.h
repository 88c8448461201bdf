/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every libc name the library stands in front of, one table: real.c looks each up, preload.c
 * defines each, and a test compares it with what libc exports so that no sibling is missed.
 *
 * Include before any other header: the plain names must mean the plain functions.
 */
#pragma once

#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Exported by glibc, declared nowhere or for fortified callers alone. */
int __open(const char *path, int flags, ...);
int __open64(const char *path, int flags, ...);
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);
int __openat64_2(int dir, const char *path, int flags);
off_t __lseek(int fd, off_t off, int whence);
int fcntl64(int fd, int cmd, ...);
int __fcntl_time64(int fd, int cmd, ...);
int __ioctl_time64(int fd, unsigned long request, ...);
ssize_t __readlink_chk(const char *path, char *buf, size_t size, size_t room);
ssize_t __readlinkat_chk(int dir, const char *path, char *buf, size_t size, size_t room);

/* clang-format off */
#define DAX_NAMES_OPEN(X) \
	X(open) X(open64) X(__open) X(__open64) X(__open_2) X(__open64_2) \
	X(openat) X(openat64) X(__openat_2) X(__openat64_2) \
	X(creat) X(creat64) \
	X(fopen) X(fopen64) X(freopen) X(freopen64)

#define DAX_NAMES_MAP(X) \
	X(mmap) X(mmap64) X(munmap) X(mremap) X(remap_file_pages) \
	X(mprotect) X(pkey_mprotect) X(madvise) X(posix_madvise) X(msync) X(mincore)

#define DAX_NAMES_STAT(X) \
	X(stat) X(stat64) X(fstat) X(fstat64) X(fstatat) X(fstatat64)

/* Where long has 32 bits: what programs call whose time_t has 64. Their stat: preload_time64.c. */
#ifdef __LP64__
#define DAX_NAMES_TIME64(X)
#else
#define DAX_NAMES_TIME64(X) \
	X(__fcntl_time64) X(__ioctl_time64)
#endif

#define DAX_NAMES_FILE(X) \
	X(read) X(write) X(preadv2) X(preadv64v2) X(pwritev2) X(pwritev64v2) \
	X(lseek) X(lseek64) X(__lseek) X(readahead) X(sync_file_range) \
	X(sendfile) X(sendfile64) X(splice) X(copy_file_range) \
	X(epoll_ctl) X(fcntl) X(fcntl64) X(ioctl) X(fsetxattr) \
	X(readlink) X(readlinkat) X(__readlink_chk) X(__readlinkat_chk)

#define DAX_NAMES(X) \
	DAX_NAMES_OPEN(X) DAX_NAMES_MAP(X) DAX_NAMES_STAT(X) DAX_NAMES_FILE(X) \
	DAX_NAMES_TIME64(X) \
	X(statx) X(syscall)
/* clang-format on */
