/* SPDX-License-Identifier: BSD-3-Clause */
/* mincore(2) of device mappings, by the process's own page table. See resident.h. */
#include "client/resident.h"

#include <stdbool.h>

#include "client/sys.h"
#include "client/vma.h"

enum { PAGE = 4096, CHUNK = 256 };

#define PRESENT (UINT64_C(1) << 63)

/* Whether a page of [from, to) is mapped. Unknown is no. */
static bool any_present(int pagemap, uint64_t from, uint64_t to)
{
	uint64_t entries[CHUNK];

	while (from < to) {
		uint64_t pages = (to - from) / PAGE < CHUNK ? (to - from) / PAGE : CHUNK;
		long n = SYS4(SYS_pread64, pagemap, entries, pages * 8, from / PAGE * 8);

		for (long i = 0; i < n / 8; i++)
			if (entries[i] & PRESENT)
				return true;
		from += pages * PAGE;
	}
	return false;
}

/* One answer for each unit of the alignment: a device maps no less. */
static void fix_vma(int pagemap, const struct vma *vma, uint64_t from, uint64_t to,
		    unsigned char *vec)
{
	uint64_t unit = UINT64_C(1) << (vma->align > 12 ? vma->align : 12);

	for (uint64_t at = from & -unit; at < to; at += unit) {
		struct vma part = vma_clip(*vma, at, at + unit);
		unsigned char in = any_present(pagemap, part.start, part.end);

		part = vma_clip(part, from, to);
		for (uint64_t page = part.start; page < part.end; page += PAGE)
			vec[(page - from) / PAGE] = in;
	}
}

void resident_fix(uint64_t addr, uint64_t len, unsigned char *vec)
{
	uint64_t end = addr + ((len + PAGE - 1) & -(uint64_t)PAGE);
	struct vma vma;
	int pagemap;

	if (!vma_next(addr, end, &vma))
		return;
	pagemap = sys_openat(AT_FDCWD, "/proc/thread-self/pagemap", O_RDONLY | O_CLOEXEC, 0);
	if (pagemap < 0)
		return;
	for (uint64_t at = addr; vma_next(at, end, &vma); at = vma.end) {
		uint64_t from = vma.start > addr ? vma.start : addr;

		fix_vma(pagemap, &vma, from, vma.end < end ? vma.end : end,
			vec + (from - addr) / PAGE);
	}
	sys_close(pagemap);
}
