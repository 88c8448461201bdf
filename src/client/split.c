/* SPDX-License-Identifier: BSD-3-Clause */
/* Which changes would split a device mapping where it must not. See split.h. */
#include "client/split.h"

#include <errno.h>

#include "client/self.h"
#include "daxemu/proto.h"

bool span_make(struct span *span, uint64_t addr, uint64_t len)
{
	span->start = addr;
	span->end = addr + ((len + PAGE - 1) & -(uint64_t)PAGE);
	return !(addr & (PAGE - 1)) && span->end > addr;
}

bool split_confirmed(const struct vma *vma, uint64_t addr, struct maps_line *line)
{
	enum maps_answer answer = maps_find(addr, line);

	if (answer == MAPS_UNKNOWN) {
		*line = (struct maps_line){ .start = vma->start, .end = vma->end, .prot = -1 };
		return true;
	}
	if (answer == MAPS_YES && line->shared && line->off - line->start == vma->off - vma->start)
		return true;
	if (answer == MAPS_YES)
		vma_erase(line->start, line->end);
	else
		vma_erase(addr, addr + PAGE);
	return false;
}

bool split_misaligned(const struct vma *vma, uint64_t addr)
{
	if (!(addr & ((UINT64_C(1) << vma->align) - 1)))
		return false;
	return addr & ((UINT64_C(1) << self_align_now(vma->dev, vma->align)) - 1);
}

bool split_at(uint64_t addr, struct vma *vma, struct maps_line *line)
{
	if (!vma_next(addr, addr + 1, vma) || vma->start == addr || !split_misaligned(vma, addr))
		return false;
	return split_confirmed(vma, addr, line) && (line->start != addr || vma->advice & VMA_BAD);
}

int split_check_over(struct span span)
{
	struct maps_line line;
	struct vma vma;

	if (!split_at(span.start, &vma, &line) && !split_at(span.end, &vma, &line))
		return 0;
	return vma.profile & DAXEMU_PROFILE_SPLIT_ENOMEM ? -ENOMEM : -EINVAL;
}

int split_check(struct span span)
{
	return split_check_over(span) ? -EINVAL : 0;
}
