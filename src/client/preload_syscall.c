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

#ifdef SYS__llseek
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
	case SYS_mincore:
		return mincore((void *)a[0], (size_t)a[1], (unsigned char *)a[2]);
	case SYS_move_pages:
		return moved_pages(a);
	case SYS_ioctl:
		return ioctl((int)a[0], (unsigned long)a[1], (void *)a[2]);
	case SYS_readlinkat:
		return readlinkat((int)a[0], (char *)a[1], (char *)a[2], (size_t)a[3]);
#ifdef SYS_readlink
	case SYS_readlink:
		return readlink((char *)a[0], (char *)a[1], (size_t)a[2]);
#endif
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
#ifdef SYS__llseek
	case SYS__llseek:
		return seek_halves(a);
#endif
#ifdef SYS_fcntl64
	case SYS_fcntl64:
		return fcntl64((int)a[0], (int)a[1], (void *)a[2]);
#endif
#ifdef SYS_sendfile64
	case SYS_sendfile64:
		return sendfile64((int)a[0], (int)a[1], (off64_t *)a[2], (size_t)a[3]);
#endif
#ifdef __i386__
	/* Its arguments are in memory. libc's struct stat64 is the kernel's. */
	case SYS_mmap:
		return (long)mmap(((void **)a[0])[0], ((size_t *)a[0])[1], ((int *)a[0])[2],
				  ((int *)a[0])[3], ((int *)a[0])[4], ((off_t *)a[0])[5]);
	case SYS_stat64:
		return stat64((char *)a[0], (struct stat64 *)a[1]);
	case SYS_fstat64:
		return fstat64((int)a[0], (struct stat64 *)a[1]);
	case SYS_fstatat64:
		return fstatat64((int)a[0], (char *)a[1], (struct stat64 *)a[2], (int)a[3]);
#endif
#ifdef __LP64__
	case SYS_fstat:
		return fstat((int)a[0], (struct stat *)a[1]);
	case SYS_newfstatat:
		return fstatat((int)a[0], (char *)a[1], (struct stat *)a[2], (int)a[3]);
#endif
	default:
		return other_call(number, a);
	}
}
