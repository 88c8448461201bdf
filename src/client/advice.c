/* SPDX-License-Identifier: BSD-3-Clause */
/* madvise(2) of device mappings. See map.h. */
#include "client/map.h"

#include <errno.h>
#include <sys/mman.h>

#include "client/split.h"
#include "daxemu/proto.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE  103
#endif

/* Flags of a mapping that an advice changes. Source: Linux mm/madvise.c. */
static const struct flag_advice {
	int advice;
	uint8_t clear, set;
} flag_advices[] = {
	{ MADV_NORMAL, VMA_RANDOM | VMA_SEQUENTIAL, 0 },
	{ MADV_RANDOM, VMA_SEQUENTIAL, VMA_RANDOM },
	{ MADV_SEQUENTIAL, VMA_RANDOM, VMA_SEQUENTIAL },
	{ MADV_DONTFORK, 0, VMA_DONTFORK },
	{ MADV_DOFORK, VMA_DONTFORK, 0 },
	{ MADV_DONTDUMP, 0, VMA_DONTDUMP },
	{ MADV_DODUMP, VMA_DONTDUMP, 0 },
	{ MADV_HUGEPAGE, VMA_NOHUGE, 0 },
	{ MADV_NOHUGEPAGE, 0, VMA_NOHUGE },
};

static uint8_t advised(uint8_t flags, int advice)
{
	for (size_t i = 0; i < sizeof(flag_advices) / sizeof(flag_advices[0]); i++)
		if (flag_advices[i].advice == advice)
			return (uint8_t)((flags & ~flag_advices[i].clear) | flag_advices[i].set);
	return flags;
}

/* What memory can do and a device cannot. */
static int check_ability(const struct vma *vma, int advice)
{
	switch (advice) {
	case MADV_REMOVE:
		return -ENODEV;
	case MADV_FREE:
	case MADV_WIPEONFORK:
	case MADV_COLLAPSE:
		return -EINVAL;
	case MADV_GUARD_INSTALL:
	case MADV_GUARD_REMOVE:
		return vma->profile & DAXEMU_PROFILE_MADV_GUARD ? 0 : -EINVAL;
	default:
		return 0;
	}
}

static int check_advice_at(const struct vma *vma, struct span span, int advice)
{
	struct vma part = vma_clip(*vma, span.start, span.end);
	struct maps_line line;
	int r = check_ability(vma, advice);

	if (!r && advised(vma->advice, advice) != vma->advice &&
	    ((part.start != vma->start && split_misaligned(vma, part.start)) ||
	     (part.end != vma->end && split_misaligned(vma, part.end))))
		r = -EINVAL;
	return r && split_confirmed(&part, part.start, &line) ? r : 0;
}

int map_check_advice(uint64_t addr, uint64_t len, int advice)
{
	struct span span;
	struct vma vma;
	int r;

	if (!span_make(&span, addr, len))
		return 0;
	for (uint64_t at = span.start; vma_next(at, span.end, &vma); at = vma.end) {
		r = check_advice_at(&vma, span, advice);
		if (r < 0)
			return r;
	}
	return 0;
}

void map_advised(uint64_t addr, uint64_t len, int advice)
{
	struct span span;
	struct vma vma;

	if (!span_make(&span, addr, len))
		return;
	for (uint64_t at = span.start; vma_next(at, span.end, &vma); at = vma.end) {
		uint8_t flags = advised(vma.advice, advice);

		if (flags == vma.advice)
			continue;
		vma = vma_clip(vma, span.start, span.end);
		vma.advice = flags;
		vma_add(&vma);
	}
}
