/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * System calls that pass by libc: no errno, no cancellation point, no other interposer, usable
 * before any constructor, in a signal handler and after vfork. All return a result or -errno.
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <linux/stat.h>

#if defined(__x86_64__)
static inline long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long r;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return r;
}
#elif defined(__aarch64__)
static inline long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}
#else
/* libc's own, or the next interposer's: see the constructor in real.c. */
long sys6(long nr, long a, long b, long c, long d, long e, long f);
#endif

#define SYS3(nr, a, b, c)    sys6((nr), (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYS4(nr, a, b, c, d) sys6((nr), (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

/* Whether a result is an error, and which: 0 or -errno. */
static inline int sys_error(long r)
{
	return (unsigned long)r > -4096UL ? (int)r : 0;
}

/* Where long has 32 bits: -ENOMEM and -EINVAL for what no register holds, as libc and kernel say.
 */
static inline long sys_mmap(uint64_t addr, uint64_t len, int prot, int flags, int fd, uint64_t off)
{
	if (len > SIZE_MAX)
		return -ENOMEM;
#ifdef SYS_mmap2
	if (off >> 44)
		return -EINVAL;
	return sys6(SYS_mmap2, (long)addr, (long)len, prot, flags, fd, (long)(off >> 12));
#else
	return sys6(SYS_mmap, (long)addr, (long)len, prot, flags, fd, (long)off);
#endif
}

static inline long sys_munmap(uint64_t addr, size_t len)
{
	return SYS3(SYS_munmap, addr, len, 0);
}

static inline long sys_mprotect(uint64_t addr, size_t len, int prot)
{
	return SYS3(SYS_mprotect, addr, len, prot);
}

static inline int sys_openat(int dir, const char *path, int flags, unsigned mode)
{
	return (int)SYS4(SYS_openat, dir, path, flags, mode);
}

static inline void sys_close(int fd)
{
	SYS3(SYS_close, fd, 0, 0);
}

static inline long sys_read(int fd, void *buf, size_t len)
{
	return SYS3(SYS_read, fd, buf, len);
}

static inline long sys_write(int fd, const void *buf, size_t len)
{
	return SYS3(SYS_write, fd, buf, len);
}

/* Asks only what the kernel knows already: a FUSE or network server is not bothered. */
static inline int sys_statx(int dir, const char *path, int flags, struct statx *st)
{
	return (int)sys6(SYS_statx, dir, (long)path, flags | AT_STATX_DONT_SYNC,
			 STATX_TYPE | STATX_INO | STATX_SIZE, (long)st, 0);
}
