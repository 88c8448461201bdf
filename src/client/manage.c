/* SPDX-License-Identifier: BSD-3-Clause */
/* What device-dax refuses to do with a mapping, and memory would do. See map.h. */
#include "client/map.h"

#include <errno.h>
#include <sys/mman.h>

#include "client/split.h"

static bool split_changes(uint64_t addr, int prot)
{
	struct maps_line line;
	struct vma vma;

	return split_at(addr, &vma, &line) && line.prot != prot;
}

int map_check_protect(uint64_t addr, uint64_t len, int prot)
{
	struct span span;

	if (!span_make(&span, addr, len))
		return 0;
	return split_changes(span.start, prot) || split_changes(span.end, prot) ? -EINVAL : 0;
}

int map_check_remap_pages(uint64_t addr, uint64_t len)
{
	struct span span;

	return span_make(&span, addr, len) ? split_check_over(span) : 0;
}

int map_check_sync(uint64_t addr, uint64_t len, int flags)
{
	struct maps_line line;
	struct span span;
	struct vma vma;

	/* The device has no fsync. */
	if (!(flags & MS_SYNC) || !span_make(&span, addr, len))
		return 0;
	while (vma_next(span.start, span.end, &vma)) {
		vma = vma_clip(vma, span.start, span.end);
		if (split_confirmed(&vma, vma.start, &line))
			return -EINVAL;
	}
	return 0;
}

int map_check_uffd(const struct uffdio_range *range)
{
	struct maps_line line;
	struct span span;
	struct vma vma;

	if (!span_make(&span, range->start, range->len) || !vma_next(span.start, span.end, &vma))
		return 0;
	vma = vma_clip(vma, span.start, span.end);
	return split_confirmed(&vma, vma.start, &line) ? -EINVAL : 0;
}

void map_moved_pages(unsigned long count, void *const *pages, int *status)
{
	struct vma vma;

	for (unsigned long i = 0; i < count; i++) {
		uint64_t addr = (uintptr_t)pages[i];

		if (status[i] >= 0 && vma_next(addr, addr + 1, &vma))
			status[i] = -ENOENT;
	}
}
