/* SPDX-License-Identifier: BSD-3-Clause */
/* From a granted mmap request to system calls. See map_plan.h. */
#include "client/map_plan.h"

#include <errno.h>
#include <sys/mman.h>
#include <linux/mman.h>

enum { PAGE = 4096 };

/* A character device's offsets go up to 2^64, a memory file's to 2^63; beyond either's end is no
 * memory, so what is further out is as good as here. A multiple of every alignment. */
#define FAR (UINT64_C(1) << 62)

/* What is passed on: the rest (MAP_SYNC, unknown and huge page size bits) device-dax ignores. */
static const int kept_flags = MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_POPULATE | MAP_NONBLOCK |
			      MAP_LOCKED
#ifdef MAP_32BIT
			      | MAP_32BIT
#endif
	;

static int place(struct map_plan *plan, const struct map_want *want)
{
	uint64_t hint = want->addr & -(uint64_t)PAGE;

	plan->addr = hint;
	if (want->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
		plan->place = PLACE_KERNEL;
		plan->addr = want->addr;
		return plan->addr & (plan->align - 1) ? -EINVAL : 0;
	}
	if (hint && plan->align <= PAGE) {
		plan->place = PLACE_KERNEL;
		return 0;
	}
	plan->place = hint ? PLACE_HINT : PLACE_ALIGNED;
	/* Without a hint the address is congruent to the offset, hence misaligned with it. */
	return !hint && plan->off & (plan->align - 1) ? -EINVAL : 0;
}

/*
 * hugetlbfs grows its file to hold a writable mapping, which would hide the end of the device: map
 * it read-only, then allow writing.
 */
static void split_prot(struct map_plan *plan, int prot, uint64_t page)
{
	bool late = page > PAGE && prot & PROT_WRITE;

	plan->prot = late ? prot & ~PROT_WRITE : prot;
	plan->protect = late ? prot : -1;
}

int map_plan_make(struct map_plan *plan, const struct map_want *want,
		  const struct daxemu_msg_map_reply *grant)
{
	uint64_t page = grant->page_size > PAGE ? grant->page_size : PAGE;
	uint64_t len = (want->len + page - 1) & -page;

	if (len < want->len || !len)
		return -ENOMEM;
	*plan = (struct map_plan){
		.len = len,
		.off = want->off > FAR ? FAR | (want->off & ((1 << 30) - 1)) : want->off,
		.align = grant->align > page ? grant->align : page,
		.flags = MAP_SHARED | MAP_NORESERVE | (want->flags & kept_flags),
	};
	split_prot(plan, want->prot, page);
	if (plan->off & (page - 1))
		return -EINVAL;
	return place(plan, want);
}
