/* SPDX-License-Identifier: BSD-3-Clause */
/* Planned mappings made. See place.h. */
#include "client/place.h"

#include <errno.h>

#include "client/sys.h"

#ifndef MAP_32BIT
#define MAP_32BIT 0
#endif

/* The file in place of reserved addresses. Return: the address, -errno and nothing is left. */
static long overlay(const struct map_plan *plan, uint64_t addr, int mem)
{
	long r = sys_mmap(addr, plan->len, plan->prot, plan->flags | MAP_FIXED, mem, plan->off);

	if (sys_error(r))
		sys_munmap(addr, plan->len);
	return r;
}

static long reserve(uint64_t hint, uint64_t len, int flags)
{
	return sys_mmap(hint, len, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (flags & MAP_32BIT), -1, 0);
}

static long place_hint(const struct map_plan *plan, int mem)
{
	long at = reserve(plan->addr, plan->len, plan->flags);

	if (sys_error(at))
		return at;
	if ((uintptr_t)at & (plan->align - 1)) {
		sys_munmap((uintptr_t)at, plan->len);
		return -EINVAL;
	}
	return overlay(plan, (uintptr_t)at, mem);
}

/* Reserves @len bytes at a multiple of @align. Return: the address, -ENOMEM. */
static long reserve_aligned(uint64_t len, uint64_t align, int flags)
{
	uint64_t start, room = len + align;
	long r = room > len ? reserve(0, room, flags) : -ENOMEM;

	if (sys_error(r))
		return r;
	start = ((uintptr_t)r + align - 1) & -align;
	if (start > (uintptr_t)r)
		sys_munmap((uintptr_t)r, start - (uintptr_t)r);
	sys_munmap(start + len, (uintptr_t)r + room - start - len);
	return (long)start;
}

static long place_aligned(const struct map_plan *plan, int mem)
{
	long at = reserve_aligned(plan->len, plan->align, plan->flags);

	return sys_error(at) ? at : overlay(plan, (uintptr_t)at, mem);
}

long place_reserve(uint64_t len, uint64_t align)
{
	return reserve_aligned(len, align, 0);
}

long place_plan(const struct map_plan *plan, int mem)
{
	long at, r;

	if (plan->place == PLACE_HINT)
		at = place_hint(plan, mem);
	else if (plan->place == PLACE_ALIGNED)
		at = place_aligned(plan, mem);
	else
		at = sys_mmap(plan->addr, plan->len, plan->prot, plan->flags, mem, plan->off);
	if (sys_error(at) || plan->protect < 0)
		return at;
	r = sys_mprotect((uintptr_t)at, plan->len, plan->protect);
	if (!sys_error(r))
		return at;
	sys_munmap((uintptr_t)at, plan->len);
	return r;
}

void place_dead(uint64_t addr, uint64_t len)
{
	int empty = (int)SYS3(SYS_memfd_create, "dax", MFD_CLOEXEC, 0);

	if (empty < 0)
		return;
	sys_mmap(addr, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, empty, 0);
	sys_close(empty);
}
