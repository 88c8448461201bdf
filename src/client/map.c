/* SPDX-License-Identifier: BSD-3-Clause */
/* mmap(2) and what manages mappings, for device files. See map.h. */
#include "client/map.h"

#include <errno.h>
#include <stdbool.h>

#include "client/ask.h"
#include "client/maps.h"
#include "client/self.h"
#include "client/sys.h"
#include "client/vma.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE  103
#endif
#ifndef MAP_32BIT
#define MAP_32BIT 0
#endif

enum { PAGE = 4096 };

/* A page-aligned span of addresses. */
struct span {
	uint64_t start, end;
};

/* Return: false when the kernel refuses it by itself: misaligned, empty, or wrapping. */
static bool span_make(struct span *span, uint64_t addr, uint64_t len)
{
	span->start = addr;
	span->end = addr + ((len + PAGE - 1) & -(uint64_t)PAGE);
	return !(addr & (PAGE - 1)) && span->end > addr;
}

/* --- asking the table, confirmed by the kernel ------------------------------------------- */

/* Whether the kernel's mapping at @addr is the table's; what is outdated is forgotten. */
static bool confirmed(const struct vma *vma, uint64_t addr, struct maps_line *line)
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

/* The device mapping that a change beginning or ending at @addr would split where it must not. */
static bool splits(uint64_t addr, struct vma *vma, struct maps_line *line)
{
	if (!vma_next(addr, addr + 1, vma) || vma->start == addr ||
	    !(addr & ((UINT64_C(1) << vma->align) - 1)))
		return false;
	return confirmed(vma, addr, line) && line->start != addr;
}

/* -errno of replacing @span: mmap(2) has its own idea of the number, by kernel. */
static int check_over(struct span span)
{
	struct maps_line line;
	struct vma vma;

	if (!splits(span.start, &vma, &line) && !splits(span.end, &vma, &line))
		return 0;
	return vma.profile & DAXEMU_PROFILE_SPLIT_ENOMEM ? -ENOMEM : -EINVAL;
}

static int check_split(struct span span)
{
	return check_over(span) ? -EINVAL : 0;
}

static bool split_changes(uint64_t addr, int prot)
{
	struct maps_line line;
	struct vma vma;

	return splits(addr, &vma, &line) && line.prot != prot;
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

	return span_make(&span, addr, len) ? check_over(span) : 0;
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
		if (confirmed(&vma, vma.start, &line))
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
	return confirmed(&vma, vma.start, &line) ? -EINVAL : 0;
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

/* --- madvise ------------------------------------------------------------------------------ */

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
	uint64_t mask = (UINT64_C(1) << vma->align) - 1;
	struct maps_line line;
	int r = check_ability(vma, advice);

	if (!r && advised(vma->advice, advice) != vma->advice &&
	    ((part.start != vma->start && part.start & mask) ||
	     (part.end != vma->end && part.end & mask)))
		r = -EINVAL;
	return r && confirmed(&part, part.start, &line) ? r : 0;
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

/* --- taking mappings away ----------------------------------------------------------------- */

enum { MAX_SAVED = 8 };

/* Entries taken out before a call, to be put back if it fails. Beyond these only hints are lost. */
struct saved {
	struct vma vmas[MAX_SAVED];
	unsigned count;
};

/*
 * Before the call, not after: then another thread may already have a new mapping there.
 */
static void take_out(struct saved *saved, struct span span)
{
	struct vma vma;

	saved->count = 0;
	for (uint64_t at = span.start; saved->count < MAX_SAVED && vma_next(at, span.end, &vma);
	     at = vma.end)
		saved->vmas[saved->count++] = vma_clip(vma, span.start, span.end);
	vma_erase(span.start, span.end);
}

static void put_back(const struct saved *saved)
{
	for (unsigned i = 0; i < saved->count; i++)
		vma_add(&saved->vmas[i]);
}

static int fail(int error)
{
	errno = -error;
	return -1;
}

static void *fail_map(int error)
{
	errno = -error;
	return MAP_FAILED;
}

int map_unmap(map_unmap_fn *next, void *addr, size_t len)
{
	struct saved saved;
	struct span span;
	int r;

	if (!vma_count() || !span_make(&span, (uintptr_t)addr, len))
		return next(addr, len);
	r = check_split(span);
	if (r < 0)
		return fail(r);
	take_out(&saved, span);
	r = next(addr, len);
	if (r < 0)
		put_back(&saved);
	return r;
}

/* --- making mappings ---------------------------------------------------------------------- */

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
	if ((uint64_t)at & (plan->align - 1)) {
		sys_munmap((uint64_t)at, plan->len);
		return -EINVAL;
	}
	return overlay(plan, (uint64_t)at, mem);
}

/* Reserves @len bytes at a multiple of @align. Return: the address, -ENOMEM. */
static long reserve_aligned(uint64_t len, uint64_t align, int flags)
{
	uint64_t start, room = len + align;
	long r = room > len ? reserve(0, room, flags) : -ENOMEM;

	if (sys_error(r))
		return r;
	start = ((uint64_t)r + align - 1) & -align;
	if (start > (uint64_t)r)
		sys_munmap((uint64_t)r, start - (uint64_t)r);
	sys_munmap(start + len, (uint64_t)r + room - start - len);
	return (long)start;
}

static long place_aligned(const struct map_plan *plan, int mem)
{
	long at = reserve_aligned(plan->len, plan->align, plan->flags);

	return sys_error(at) ? at : overlay(plan, (uint64_t)at, mem);
}

/* Return: the address, or -errno. */
static long carry_out(const struct map_plan *plan, int mem)
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
	r = sys_mprotect((uint64_t)at, plan->len, plan->protect);
	if (!sys_error(r))
		return at;
	sys_munmap((uint64_t)at, plan->len);
	return r;
}

/*
 * A mapping at a place that its alignment forbids faults at every access: the device has no page
 * that fits. So does an empty file.
 */
static void kill_mapping(uint64_t addr, uint64_t len)
{
	int empty = (int)SYS3(SYS_memfd_create, "dax", MFD_CLOEXEC, 0);

	if (empty < 0)
		return;
	sys_mmap(addr, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, empty, 0);
	sys_close(empty);
}

static uint8_t log2_of(uint64_t x)
{
	return x ? (uint8_t)(63 - __builtin_clzll(x)) : 0;
}

static void remember(const struct map_plan *plan, uint64_t addr,
		     const struct daxemu_msg_map_reply *grant)
{
	struct vma vma = {
		.start = addr,
		.end = addr + plan->len,
		.off = plan->off,
		.align = log2_of(grant->align),
		.page = log2_of(grant->page_size),
		.profile = (uint8_t)grant->profile,
	};

	vma_add(&vma);
}

static bool replaces(int flags)
{
	return (flags & MAP_FIXED) && !(flags & MAP_FIXED_NOREPLACE);
}

/* With the memory at hand. Return: the address, or -errno. */
static long map_memory(const struct map_want *want, int mem,
		       const struct daxemu_msg_map_reply *grant)
{
	struct map_plan plan;
	int r = map_plan_make(&plan, want, grant);
	long at;

	if (r == 0 && replaces(want->flags) && vma_count())
		r = check_over((struct span){ plan.addr, plan.addr + plan.len });
	if (r < 0)
		return r;
	at = carry_out(&plan, mem);
	if (sys_error(at))
		return at;
	/* An odd offset forced to an even address; with 2 MiB the kernel maps something. */
	if (grant->align > 1 << 21 && plan.off & (grant->align - 1))
		kill_mapping((uint64_t)at, plan.len);
	remember(&plan, (uint64_t)at, grant);
	return at;
}

static long map_device(const struct map_want *want, int fd)
{
	struct daxemu_msg_map_reply grant;
	int mem = ask_map(fd, want, &grant);
	long r;

	if (mem < 0)
		return mem;
	r = map_memory(want, mem, &grant);
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
	int r = known ? check_over(span) : 0;
	void *at;

	if (r < 0)
		return fail_map(r);
	at = next(addr, (size_t)want->len, want->prot, want->flags, fd, (int64_t)want->off);
	if (at != MAP_FAILED && known)
		vma_erase(span.start, span.end);
	return at;
}

static enum route route_fd(int fd)
{
	struct route_dev dev;

	return self_route_at(fd, "", AT_EMPTY_PATH, &dev);
}

/* What the kernel says of a CUSE device, the second of MAP_SYNC. */
static bool lacks_mmap(int error)
{
	return error == ENODEV || error == EOPNOTSUPP;
}

static void *second_try(const struct map_want *want, int fd, int saved_errno)
{
	enum route route = route_fd(fd);
	int first = errno;
	long r;

	if (route != ROUTE_TWIN && (route != ROUTE_CHR || !lacks_mmap(first)))
		return fail_map(-first);
	if (first == EEXIST)
		return fail_map(-first);
	r = map_device(want, fd);
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

	if (flags & MAP_ANONYMOUS)
		return map_over(next, &want, fd);
	if ((replaces(flags) || (flags & MAP_TYPE) == MAP_PRIVATE) && route_fd(fd) == ROUTE_TWIN)
		errno = ENODEV;
	else
		at = map_over(next, &want, fd);
	return at != MAP_FAILED ? at : second_try(&want, fd, saved_errno);
}

/* --- mremap ------------------------------------------------------------------------------- */

/* -errno for splits that this mremap() would make. Source: Linux mm/mremap.c. */
static int check_remap(struct span old, uint64_t len, int flags, uint64_t target)
{
	uint64_t new_end = old.start + len;
	struct span to = { target, target + len };

	if (flags & MREMAP_FIXED && check_split(to))
		return -EINVAL;
	if (new_end < old.end && check_split((struct span){ new_end, old.end }))
		return -EINVAL;
	if (flags & MREMAP_FIXED)
		return check_split(
			(struct span){ old.start, new_end < old.end ? new_end : old.end });
	return new_end > old.end && flags & MREMAP_MAYMOVE ? check_split(old) : 0;
}

/* Whether the kernel may choose a new address, which for a device must be aligned. */
static bool moves_freely(struct span old, uint64_t len, int flags, const struct vma *vma)
{
	if (flags & MREMAP_FIXED || !(flags & MREMAP_MAYMOVE) || vma->align <= 12)
		return false;
	return old.start + len > old.end || flags & MREMAP_DONTUNMAP;
}

static void *remap_aligned(map_remap_fn *next, struct span old, size_t old_len, size_t len,
			   int flags, const struct vma *vma)
{
	void *from = (void *)(uintptr_t)old.start;
	void *at = MAP_FAILED;
	int saved_errno = errno;
	long target;

	if (old_len && !(flags & MREMAP_DONTUNMAP))
		at = next(from, old_len, len, flags & ~MREMAP_MAYMOVE, NULL);
	if (at != MAP_FAILED)
		return at;
	target = reserve_aligned(len, UINT64_C(1) << vma->align, 0);
	if (sys_error(target))
		return fail_map((int)target);
	at = next(from, old_len, len, flags | MREMAP_FIXED, (void *)target);
	if (at == MAP_FAILED)
		sys_munmap((uint64_t)target, len);
	else
		errno = saved_errno;
	return at;
}

/* The entry of the mapping that came out of it. */
static void remapped(struct vma vma, struct span old, uint64_t len, uint64_t at)
{
	vma.off += old.start - vma.start;
	vma.start = at;
	vma.end = at + len;
	vma_add(&vma);
}

static void *remap_device(map_remap_fn *next, struct span old, size_t old_len, size_t len,
			  int flags, void *target, const struct vma *vma)
{
	uint64_t pages = (len + PAGE - 1) & -(uint64_t)PAGE;
	struct saved saved = { .count = 0 };
	int r = check_remap(old, pages, flags, (uintptr_t)target);
	void *at;

	if (r < 0)
		return fail_map(r);
	if (old_len && !(flags & MREMAP_DONTUNMAP))
		take_out(&saved, old);
	if (moves_freely(old, pages, flags, vma))
		at = remap_aligned(next, old, old_len, pages, flags, vma);
	else
		at = next((void *)(uintptr_t)old.start, old_len, len, flags,
			  flags & MREMAP_FIXED ? target : NULL);
	if (at == MAP_FAILED)
		put_back(&saved);
	else if ((uintptr_t)at & ((UINT64_C(1) << vma->align) - 1))
		kill_mapping((uintptr_t)at, pages);
	else
		remapped(*vma, old, pages, (uintptr_t)at);
	return at;
}

/* Something else moves: it may land on a device mapping. */
static void *remap_other(map_remap_fn *next, void *old, size_t old_len, size_t len, int flags,
			 void *target)
{
	struct span to;
	bool known = flags & MREMAP_FIXED && span_make(&to, (uintptr_t)target, len);
	void *at;

	if (known && check_split(to))
		return fail_map(-EINVAL);
	at = next(old, old_len, len, flags, target);
	if (at != MAP_FAILED && known)
		vma_erase(to.start, to.end);
	return at;
}

void *map_remap(map_remap_fn *next, void *old, size_t old_len, size_t len, int flags, void *target)
{
	struct maps_line line;
	struct span span;
	struct vma vma;

	if (!vma_count() || !len)
		return next(old, old_len, len, flags, target);
	/* An old length of 0 duplicates: an empty span is fine then. */
	if (!span_make(&span, (uintptr_t)old, old_len) && (old_len || (uintptr_t)old & (PAGE - 1)))
		return next(old, old_len, len, flags, target);
	if (!vma_next(span.start, span.start + 1, &vma) || !confirmed(&vma, span.start, &line))
		return remap_other(next, old, old_len, len, flags, target);
	return remap_device(next, span, old_len, len, flags, target, &vma);
}
