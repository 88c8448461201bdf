/* SPDX-License-Identifier: BSD-3-Clause */
/* munmap(2) and mremap(2). See map.h. */
#include "client/map.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "client/anchor.h"
#include "client/place.h"
#include "client/split.h"
#include "client/sys.h"

enum { MAX_SAVED = 8 };

/*
 * Entries taken out before a call, to be put back if it fails; their files stay open until it is
 * done. Beyond these only hints are lost.
 */
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
	     at = vma.end) {
		vma = vma_clip(vma, span.start, span.end);
		vma.anchor = anchor_get(vma.anchor);
		saved->vmas[saved->count++] = vma;
	}
	vma_erase(span.start, span.end);
}

static void put_back(const struct saved *saved)
{
	for (unsigned i = 0; i < saved->count; i++)
		vma_add(&saved->vmas[i]);
}

/* The call is done: what it left is in the table again. */
static void let_go(const struct saved *saved)
{
	for (unsigned i = 0; i < saved->count; i++)
		anchor_put(saved->vmas[i].anchor);
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
	r = split_check(span);
	if (r < 0)
		return fail(r);
	take_out(&saved, span);
	r = next(addr, len);
	if (r < 0)
		put_back(&saved);
	let_go(&saved);
	return r;
}

/* -errno for splits that this mremap() would make. Source: Linux mm/mremap.c. */
static int check_remap(struct span old, uint64_t len, int flags, uint64_t target)
{
	uint64_t new_end = old.start + len;
	struct span to = { target, target + len };

	if (flags & MREMAP_FIXED && split_check(to))
		return -EINVAL;
	if (new_end < old.end && split_check((struct span){ new_end, old.end }))
		return -EINVAL;
	if (flags & MREMAP_FIXED)
		return split_check(
			(struct span){ old.start, new_end < old.end ? new_end : old.end });
	return new_end > old.end && flags & MREMAP_MAYMOVE ? split_check(old) : 0;
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
	target = place_reserve(len, UINT64_C(1) << vma->align);
	if (sys_error(target))
		return fail_map((int)target);
	at = next(from, old_len, len, flags | MREMAP_FIXED, (void *)target);
	if (at == MAP_FAILED)
		sys_munmap((uintptr_t)target, len);
	else
		errno = saved_errno;
	return at;
}

/*
 * A mapping with bad pages is several of the kernel's, which moves one at a time. Return: @to, all
 * of which is the caller's to replace, or MAP_FAILED.
 */
static void *move_pieces(map_remap_fn *next, struct span old, size_t len, int flags, uint64_t to)
{
	uint64_t at = old.start, end = old.start + len;
	struct maps_line line;

	for (uint64_t upto; at < old.end; at = upto) {
		if (maps_find(at, &line) != MAPS_YES)
			return fail_map(-EFAULT);
		upto = line.end < old.end ? line.end : old.end;
		/* The last one grows. */
		if (next((void *)(uintptr_t)at, upto - at, (upto < old.end ? upto : end) - at,
			 flags | MREMAP_MAYMOVE | MREMAP_FIXED,
			 (void *)(uintptr_t)(to + at - old.start)) == MAP_FAILED)
			return MAP_FAILED;
	}
	return (void *)(uintptr_t)to;
}

/* As mremap(2) of what has bad pages. They move along; what is new at the end has none. */
static void *remap_bad(map_remap_fn *next, struct span old, size_t len, int flags, uint64_t target,
		       const struct vma *vma)
{
	void *at;
	long to;

	if (!(flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) && len <= old.end - old.start)
		return next((void *)(uintptr_t)old.start, old.end - old.start, len, flags, NULL);
	if (!(flags & MREMAP_MAYMOVE) || (flags & MREMAP_FIXED && target & (PAGE - 1)))
		return fail_map(flags & MREMAP_FIXED ? -EINVAL : -ENOMEM);
	if (flags & MREMAP_FIXED && target < old.end && target + len > old.start)
		return fail_map(-EINVAL);
	to = flags & MREMAP_FIXED ? (long)target : place_reserve(len, UINT64_C(1) << vma->align);
	if (sys_error(to))
		return fail_map((int)to);
	if (len < old.end - old.start) {
		next((void *)(uintptr_t)old.start, old.end - old.start, len, 0, NULL);
		old.end = old.start + len;
	}
	at = move_pieces(next, old, len, flags, (uint64_t)to);
	if (at == MAP_FAILED && !(flags & MREMAP_FIXED))
		sys_munmap((uint64_t)to, len);
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
	if (vma->advice & VMA_BAD && old_len)
		at = remap_bad(next, old, pages, flags, (uintptr_t)target, vma);
	else if (moves_freely(old, pages, flags, vma))
		at = remap_aligned(next, old, old_len, pages, flags, vma);
	else
		at = next((void *)(uintptr_t)old.start, old_len, len, flags,
			  flags & MREMAP_FIXED ? target : NULL);
	if (at == MAP_FAILED)
		put_back(&saved);
	else if ((uintptr_t)at & ((UINT64_C(1) << vma->align) - 1))
		place_dead((uintptr_t)at, pages);
	else
		remapped(*vma, old, pages, (uintptr_t)at);
	let_go(&saved);
	return at;
}

/* Something else moves: it may land on a device mapping. */
static void *remap_other(map_remap_fn *next, void *old, size_t old_len, size_t len, int flags,
			 void *target)
{
	struct span to;
	bool known = flags & MREMAP_FIXED && span_make(&to, (uintptr_t)target, len);
	void *at;

	if (known && split_check(to))
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
	if (!vma_next(span.start, span.start + 1, &vma) ||
	    !split_confirmed(&vma, span.start, &line))
		return remap_other(next, old, old_len, len, flags, target);
	return remap_device(next, span, old_len, len, flags, target, &vma);
}
