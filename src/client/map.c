/* SPDX-License-Identifier: BSD-3-Clause */
/* mmap(2) of device files. See map.h. */
#include "client/map.h"

#include <errno.h>
#include <stdbool.h>

#include "client/anchor.h"
#include "client/ask.h"
#include "client/bad.h"
#include "client/place.h"
#include "client/self.h"
#include "client/split.h"
#include "client/sys.h"

static void *fail_map(int error)
{
	errno = -error;
	return MAP_FAILED;
}

static uint8_t log2_of(uint64_t x)
{
	return x ? (uint8_t)(63 - __builtin_clzll(x)) : 0;
}

static void remember(const struct map_plan *plan, uint64_t addr,
		     const struct daxemu_msg_map_reply *grant, struct route_dev dev, uint8_t anchor)
{
	struct vma vma = {
		.start = addr,
		.end = addr + plan->len,
		.off = plan->off,
		.align = log2_of(grant->align),
		.dev = dev,
		.profile = (uint8_t)grant->profile,
		.advice = grant->nr_bad ? VMA_BAD : 0,
		.anchor = anchor,
	};

	vma_add(&vma);
}

static bool replaces(int flags)
{
	return (flags & MAP_FIXED) && !(flags & MAP_FIXED_NOREPLACE);
}

/* Places the plan, without its bad pages. Return: the address, or -errno and nothing is left. */
static long map_good(const struct map_plan *plan, int mem, int more,
		     const struct daxemu_msg_map_reply *grant)
{
	long at = place_plan(plan, mem);
	int r;

	if (sys_error(at) || !grant->nr_bad)
		return at;
	r = bad_lay(more, plan, (uintptr_t)at, grant);
	if (r == 0)
		return at;
	sys_munmap((uintptr_t)at, plan->len);
	return r;
}

/* With the memory at hand. Return: the address, or -errno. */
static long map_memory(const struct map_want *want, int fd, int mem, int more,
		       const struct daxemu_msg_map_reply *grant, struct route_dev dev)
{
	struct map_plan plan;
	int r = map_plan_make(&plan, want, grant);
	uint8_t anchor;
	long at;

	if (r == 0 && replaces(want->flags) && vma_count())
		r = split_check_over((struct span){ plan.addr, plan.addr + plan.len });
	if (r < 0)
		return r;
	at = map_good(&plan, mem, more, grant);
	if (sys_error(at))
		return at;
	/* An odd offset forced to an even address; with 2 MiB the kernel maps something. */
	if (grant->align > 1 << 21 && plan.off & (grant->align - 1))
		place_dead((uintptr_t)at, plan.len);
	anchor = anchor_new(fd);
	remember(&plan, (uintptr_t)at, grant, dev, anchor);
	anchor_put(anchor);
	return at;
}

long map_device(const struct map_want *want, int fd, struct route_dev dev)
{
	struct daxemu_msg_map_reply grant;
	int more, mem = ask_map(fd, want, &grant, &more);
	long r;

	if (mem < 0)
		return mem;
	r = map_memory(want, fd, mem, more, &grant, dev);
	if (more >= 0)
		sys_close(more);
	sys_close(mem);
	return r;
}

/* A mapping that is not ours, in place of what may be. */
static void *map_over(map_next_fn *next, const struct map_want *want, int fd)
{
	void *addr = (void *)(uintptr_t)want->addr;
	struct span span;
	bool known =
		vma_count() && replaces(want->flags) && span_make(&span, want->addr, want->len);
	int r = known ? split_check_over(span) : 0;
	void *at;

	if (r < 0)
		return fail_map(r);
	at = next(addr, (size_t)want->len, want->prot, want->flags, fd, (int64_t)want->off);
	if (at != MAP_FAILED && known)
		vma_erase(span.start, span.end);
	return at;
}

static enum route route_fd(int fd, struct route_dev *dev)
{
	return self_route_at(fd, "", AT_EMPTY_PATH, dev);
}

/* What the kernel says of a CUSE device, the second of MAP_SYNC. */
static bool lacks_mmap(int error)
{
	return error == ENODEV || error == EOPNOTSUPP;
}

static void *second_try(const struct map_want *want, int fd, int saved_errno)
{
	struct route_dev dev;
	enum route route = route_fd(fd, &dev);
	int first = errno;
	long r;

	/* An open node is one that CUSE opened. */
	if (route == ROUTE_NONE || (route != ROUTE_TWIN && !lacks_mmap(first)))
		return fail_map(-first);
	if (first == EEXIST)
		return fail_map(-first);
	r = map_device(want, fd, dev);
	if (sys_error(r))
		return fail_map((int)r);
	errno = saved_errno;
	return (void *)r;
}

/*
 * The kernel is asked first: what it maps is not ours, and costs nothing extra. Two must know
 * before: MAP_FIXED, because a failing mmap() may already have removed what was there, and
 * MAP_PRIVATE, which FUSE grants.
 */
void *map_mmap(map_next_fn *next, void *addr, size_t len, int prot, int flags, int fd, int64_t off)
{
	struct map_want want = { (uintptr_t)addr, len, (uint64_t)off, prot, flags };
	int saved_errno = errno;
	void *at = MAP_FAILED;
	struct route_dev dev;

	if (flags & MAP_ANONYMOUS)
		return map_over(next, &want, fd);
	if ((replaces(flags) || (flags & MAP_TYPE) == MAP_PRIVATE) &&
	    route_fd(fd, &dev) == ROUTE_TWIN)
		errno = ENODEV;
	else
		at = map_over(next, &want, fd);
	return at != MAP_FAILED ? at : second_try(&want, fd, saved_errno);
}
