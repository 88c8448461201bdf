/* SPDX-License-Identifier: BSD-3-Clause */
/* The exported mmap family. */
#include "client/preload.h"

#include "client/map.h"
#include "client/resident.h"
#include "client/vma.h"

static void *raw_mmap(void *addr, size_t len, int prot, int flags, int fd, int64_t off)
{
	return (void *)libc_result(sys_mmap((uintptr_t)addr, len, prot, flags, fd, (uint64_t)off));
}

#define DEFINE_MMAP(name, off_type, offset)                                                        \
	static void *next_##name(void *addr, size_t len, int prot, int flags, int fd, int64_t off) \
	{                                                                                          \
		if (!real.name)                                                                    \
			return raw_mmap(addr, len, prot, flags, fd, off);                          \
		return real.name(addr, len, prot, flags, fd, (off_type)off);                       \
	}                                                                                          \
                                                                                                   \
	DAX_EXPORT void *name(void *addr, size_t len, int prot, int flags, int fd, off_type off)   \
	{                                                                                          \
		return map_mmap(next_##name, addr, len, prot, flags, fd, (offset)off);             \
	}

/* An offset of 32 bits is one of up to 4 GiB, as libc takes it. */
DEFINE_MMAP(mmap, off_t, unsigned long)
DEFINE_MMAP(mmap64, off64_t, off64_t)

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

DAX_EXPORT int mprotect(void *addr, size_t len, int prot)
{
	if (vma_count() && REFUSED(map_check_protect((uintptr_t)addr, len, prot)))
		return -1;
	return (int)NEXT(mprotect, (addr, len, prot), sys_mprotect((uintptr_t)addr, len, prot));
}

DAX_EXPORT int pkey_mprotect(void *addr, size_t len, int prot, int pkey)
{
	if (vma_count() && REFUSED(map_check_protect((uintptr_t)addr, len, prot)))
		return -1;
	return (int)NEXT(pkey_mprotect, (addr, len, prot, pkey),
			 SYS4(SYS_pkey_mprotect, addr, len, prot, pkey));
}

DAX_EXPORT int msync(void *addr, size_t len, int flags)
{
	if (vma_count() && REFUSED(map_check_sync((uintptr_t)addr, len, flags)))
		return -1;
	return (int)NEXT(msync, (addr, len, flags), SYS3(SYS_msync, addr, len, flags));
}

DAX_EXPORT int madvise(void *addr, size_t len, int advice)
{
	int r;

	if (vma_count() && REFUSED(map_check_advice((uintptr_t)addr, len, advice)))
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
	if (vma_count() && REFUSED(map_check_remap_pages((uintptr_t)addr, len)))
		return -1;
	return (int)NEXT(remap_file_pages, (addr, len, prot, pgoff, flags),
			 sys6(SYS_remap_file_pages, (long)addr, (long)len, prot, (long)pgoff, flags,
			      0));
}

DAX_EXPORT int mincore(void *addr, size_t len, unsigned char *vec)
{
	int r = (int)NEXT(mincore, (addr, len, vec), SYS3(SYS_mincore, addr, len, vec));

	if (r == 0 && vma_count())
		resident_fix((uintptr_t)addr, len, vec);
	return r;
}
