/* SPDX-License-Identifier: BSD-3-Clause */
/* The exported syscall(): calls by number get the same answers as calls by name. */
#include "client/preload.h"

#include "client/file.h"
#include "client/map.h"
#include "client/vma.h"

/* libc has no move_pages(); libnuma's is a syscall(). @a: its arguments. */
static long moved_pages(const long a[static 6])
{
	long r = libc_result(sys6(SYS_move_pages, a[0], a[1], a[2], a[3], a[4], a[5]));

	if (r >= 0 && vma_count() && a[2] && a[4] && (!a[0] || a[0] == getpid()))
		map_moved_pages((unsigned long)a[1], (void *const *)a[2], (int *)a[4]);
	return r;
}

#ifndef __LP64__
/* @a: the file, the offset's halves, where the result goes, whence. */
static long seek_halves(const long a[static 6])
{
	off64_t off = (off64_t)((uint64_t)(unsigned long)a[1] << 32 | (unsigned long)a[2]);
	off64_t r = lseek64((int)a[0], off, (int)a[4]);

	if (r < 0)
		return -1;
	*(off64_t *)a[3] = r;
	return 0;
}
#endif

static long other_call(long number, const long a[static 6])
{
	long r;

	if (file_any() && REFUSED(file_before(number, a)))
		return -1;
	r = real.syscall ? real.syscall(number, a[0], a[1], a[2], a[3], a[4], a[5])
			 : libc_result(sys6(number, a[0], a[1], a[2], a[3], a[4], a[5]));
	return file_any() ? file_after(number, a, r) : r;
}

/*
 * The calls that are exported by name too, as X(number, call), with their arguments in a[].
 * clang-format would fold them.
 */
/* clang-format off */
#define CALLS(X) \
	X(SYS_openat, openat((int)a[0], (char *)a[1], (int)a[2], (mode_t)a[3])) \
	X(SYS_munmap, munmap((void *)a[0], (size_t)a[1])) \
	X(SYS_mremap, mremap((void *)a[0], (size_t)a[1], (size_t)a[2], (int)a[3], (void *)a[4])) \
	X(SYS_mprotect, mprotect((void *)a[0], (size_t)a[1], (int)a[2])) \
	X(SYS_pkey_mprotect, pkey_mprotect((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3])) \
	X(SYS_msync, msync((void *)a[0], (size_t)a[1], (int)a[2])) \
	X(SYS_madvise, madvise((void *)a[0], (size_t)a[1], (int)a[2])) \
	X(SYS_mincore, mincore((void *)a[0], (size_t)a[1], (unsigned char *)a[2])) \
	X(SYS_remap_file_pages, \
	  remap_file_pages((void *)a[0], (size_t)a[1], (int)a[2], (size_t)a[3], (int)a[4])) \
	X(SYS_move_pages, moved_pages(a)) \
	X(SYS_ioctl, ioctl((int)a[0], (unsigned long)a[1], (void *)a[2])) \
	X(SYS_readlinkat, readlinkat((int)a[0], (char *)a[1], (char *)a[2], (size_t)a[3])) \
	X(SYS_statx, \
	  statx((int)a[0], (char *)a[1], (int)a[2], (unsigned)a[3], (struct statx *)a[4]))

/* Those that newer architectures have not. */
#ifdef SYS_open
#define CALLS_OLD(X) \
	X(SYS_open, open((char *)a[0], (int)a[1], (mode_t)a[2])) \
	X(SYS_creat, creat((char *)a[0], (mode_t)a[1])) \
	X(SYS_readlink, readlink((char *)a[0], (char *)a[1], (size_t)a[2]))
#else
#define CALLS_OLD(X)
#endif

/* Those that know how wide a long is. */
#ifdef __LP64__
#define CALLS_LONG(X) \
	X(SYS_mmap, \
	  mmap((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3], (int)a[4], a[5])) \
	X(SYS_fstat, fstat((int)a[0], (struct stat *)a[1])) \
	X(SYS_newfstatat, fstatat((int)a[0], (char *)a[1], (struct stat *)a[2], (int)a[3]))
#else
#define CALLS_LONG(X) \
	X(SYS_mmap2, mmap64((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3], (int)a[4], \
			    (off64_t)(unsigned long)a[5] << 12)) \
	X(SYS__llseek, seek_halves(a)) \
	X(SYS_fcntl64, fcntl64((int)a[0], (int)a[1], (void *)a[2])) \
	X(SYS_sendfile64, sendfile64((int)a[0], (int)a[1], (off64_t *)a[2], (size_t)a[3]))
#endif

/* Old mmap() has its arguments in memory; libc's struct stat64 is the kernel's. */
#ifdef __i386__
#define CALLS_I386(X) \
	X(SYS_mmap, mmap(((void **)a[0])[0], ((size_t *)a[0])[1], ((int *)a[0])[2], \
			 ((int *)a[0])[3], ((int *)a[0])[4], ((off_t *)a[0])[5])) \
	X(SYS_stat64, stat64((char *)a[0], (struct stat64 *)a[1])) \
	X(SYS_fstat64, fstat64((int)a[0], (struct stat64 *)a[1])) \
	X(SYS_fstatat64, fstatat64((int)a[0], (char *)a[1], (struct stat64 *)a[2], (int)a[3]))
#else
#define CALLS_I386(X)
#endif
/* clang-format on */

#define CALL(number, call) \
	case number:       \
		return (long)(call);

DAX_EXPORT long syscall(long number, ...)
{
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	switch (number) {
		CALLS(CALL)
		CALLS_OLD(CALL)
		CALLS_LONG(CALL)
		CALLS_I386(CALL)
	default:
		return other_call(number, a);
	}
}
