/* SPDX-License-Identifier: BSD-3-Clause */
/* mmap(2): protections, flags, lengths, offsets and addresses. */
#include "chardev.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report.h"

#define UNKNOWN_FLAG 0x800000
#define HUGE_BITS    0x8000000 /* a bit of the huge page size of MAP_HUGETLB */

struct request {
	char *addr;
	size_t len;
	int prot, flags, open_flags;
	off_t off;
};

/* Maps, says whether the address is aligned, and unmaps. */
static void try_map(const char *name, struct request r)
{
	size_t unit = target.align - 1;
	int fd = target_open(r.open_flags);
	char *p = mmap(r.addr, r.len, r.prot, r.flags, fd, r.off);
	char id[60];

	snprintf(id, sizeof(id), "mmap.%s", name);
	if (p == MAP_FAILED) {
		report_result(id, -1);
	} else {
		report(id, "ok %s", (uintptr_t)p & unit ? "unaligned" : "aligned");
		munmap(p, (r.len + unit) & ~unit);
	}
	close(fd);
}

static void flags_and_protections(void)
{
	static const int S = MAP_SHARED, V = MAP_SHARED_VALIDATE, P = MAP_PRIVATE;
	static const int R = PROT_READ, W = PROT_WRITE, X = PROT_EXEC;
	const struct {
		const char *name;
		int prot, flags, open_flags;
	} cases[] = {
		{ "shared.rw", R | W, S, O_RDWR },
		{ "shared.r", R, S, O_RDWR },
		{ "shared.w", W, S, O_RDWR },
		{ "shared.none", 0, S, O_RDWR },
		{ "shared.rx", R | X, S, O_RDWR },
		{ "shared.rwx", R | W | X, S, O_RDWR },
		{ "shared.ro.r", R, S, O_RDONLY },
		{ "shared.ro.rw", R | W, S, O_RDONLY },
		{ "shared.ro.none", 0, S, O_RDONLY },
		{ "shared.wo.w", W, S, O_WRONLY },
		{ "shared.wo.r", R, S, O_WRONLY },
		{ "shared.wo.none", 0, S, O_WRONLY },
		{ "shared.path", R, S, O_PATH },
		{ "validate.rw", R | W, V, O_RDWR },
		{ "validate.sync.rw", R | W, V | MAP_SYNC, O_RDWR },
		{ "validate.sync.ro", R, V | MAP_SYNC, O_RDONLY },
		{ "validate.unknown", R | W, V | UNKNOWN_FLAG, O_RDWR },
		{ "validate.noreplace", R | W, V | MAP_FIXED_NOREPLACE, O_RDWR },
		{ "validate.hugebits", R | W, V | HUGE_BITS, O_RDWR },
		{ "validate.locked", R | W, V | MAP_LOCKED, O_RDWR },
		{ "validate.ro.rw", R | W, V, O_RDONLY },
		{ "validate.populate", R | W, V | MAP_POPULATE, O_RDWR },
		{ "shared.sync", R | W, S | MAP_SYNC, O_RDWR },
		{ "shared.unknown", R | W, S | UNKNOWN_FLAG, O_RDWR },
		{ "private.rw", R | W, P, O_RDWR },
		{ "private.r", R, P, O_RDWR },
		{ "private.none", 0, P, O_RDWR },
		{ "private.ro.r", R, P, O_RDONLY },
		{ "private.ro.rw", R | W, P, O_RDONLY },
		{ "private.wo.r", R, P, O_WRONLY },
		{ "private.sync", R | W, P | MAP_SYNC, O_RDWR },
		{ "typeless", R | W, 0, O_RDWR },
		{ "type4", R | W, 4, O_RDWR },
		{ "populate", R | W, S | MAP_POPULATE, O_RDWR },
		{ "populate.ro", R, S | MAP_POPULATE, O_RDONLY },
		{ "locked", R | W, S | MAP_LOCKED, O_RDWR },
		{ "noreserve", R | W, S | MAP_NORESERVE, O_RDWR },
		{ "hugetlb", R | W, S | MAP_HUGETLB, O_RDWR },
		{ "growsdown", R | W, S | MAP_GROWSDOWN, O_RDWR },
		{ "denywrite", R | W, S | MAP_DENYWRITE, O_RDWR },
		{ "stack", R | W, S | MAP_STACK, O_RDWR },
		{ "32bit", R | W, S | MAP_32BIT, O_RDWR },
		{ "anon", R | W, S | MAP_ANONYMOUS, O_RDWR },
		{ "nonblock", R | W, S | MAP_NONBLOCK | MAP_POPULATE, O_RDWR },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* whether 1 GiB of room is left below 4 GiB is luck */
		if (target.align >= (size_t)1 << 30 && !strcmp(cases[i].name, "32bit"))
			continue;
		try_map(cases[i].name, (struct request){ .len = target.align,
							 .prot = cases[i].prot,
							 .flags = cases[i].flags,
							 .open_flags = cases[i].open_flags });
	}
}

static void try_len(const char *name, size_t len)
{
	try_map(name, (struct request){
			      .len = len, .prot = RW, .flags = MAP_SHARED, .open_flags = O_RDWR });
}

static void lengths(size_t A, size_t S, size_t half)
{
	try_len("len0", 0);
	try_len("len1", 1);
	try_len("len4096", 4096);
	try_len("lenA-1", A - 1);
	try_len("lenA+1", A + 1);
	try_len("lenA+4096", A + 4096);
	try_len("len3A/2", A + half);
	try_len("len2A", 2 * A);
	try_len("lenS", S);
	try_len("lenS+A", S + A);
	try_len("len2S", 2 * S);
	try_len("len16T", 1ul << 44);
	try_len("lenmax", -4096ul);
}

static void try_off(const char *name, size_t len, off_t off)
{
	try_map(name, (struct request){ .len = len,
					.prot = RW,
					.flags = MAP_SHARED,
					.open_flags = O_RDWR,
					.off = off });
}

static void offsets(size_t A, size_t S, off_t half)
{
	try_off("offA", A, (off_t)A);
	try_off("off1", A, 1);
	try_off("off4096", A, 4096);
	try_off("offA/2", A, half & ~4095l);
	try_off("offA/2.2A", 2 * A, half & ~4095l);
	try_off("offS", A, (off_t)S);
	try_off("offS-A", A, (off_t)(S - A));
	try_off("offS-A.2A", 2 * A, (off_t)(S - A));
	try_off("off1T", A, 1l << 40);
	try_off("offneg", A, -(off_t)A);
	try_off("offmax", A, 0x7ffffffffffff000);
}

static void try_at(const char *name, char *addr, int flags, off_t off)
{
	try_map(name, (struct request){ .addr = addr,
					.len = target.align,
					.prot = RW,
					.flags = MAP_SHARED | flags,
					.open_flags = O_RDWR,
					.off = off });
}

/* @at: aligned, with room for four units */
static void addresses(char *at, size_t half)
{
	try_at("off4096.fixed", at, MAP_FIXED, 4096);
	try_at("hint", at, 0, 0);
	try_at("hint+4096", at + 4096, 0, 0);
	try_at("hint+h", at + half, 0, 0);
	try_at("hint1", (char *)1, 0, 0);
	try_at("fixed", at, MAP_FIXED, 0);
	try_at("fixed+4096", at + 4096, MAP_FIXED, 0);
	try_at("fixed+1", at + 1, MAP_FIXED, 0);
	try_at("fixed.noreplace", at, MAP_FIXED_NOREPLACE, 0);
	if (target.align <= 2 << 20)
		try_at("fixed.0", NULL, MAP_FIXED, 0);
}

/* mmap over a dax mapping of two units at @at. */
static void overlaps(char *at)
{
	size_t A = target.align;
	int fd = target_open(O_RDWR);

	mmap(at, 2 * A, RW, MAP_SHARED | MAP_FIXED, fd, 0);
	report_map("mmap.noreplace.taken",
		   mmap(at, A, RW, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0));
	report_map("mmap.fixed.over.aligned", mmap(at + A, A, RW, MAP_SHARED | MAP_FIXED, fd, 0));
	if (A > PAGE)
		report_map("mmap.anon.fixed.over.unaligned",
			   mmap(at + PAGE, PAGE, RW, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1,
				0));
	munmap(at, 2 * A);
	close(fd);
}

void chardev_map(void)
{
	size_t half = target.align > PAGE ? target.align / 2 : PAGE / 2;
	char *at;

	flags_and_protections();
	at = free_area(4 * target.align);
	lengths(target.align, target.size, half);
	offsets(target.align, target.size, (off_t)half);
	addresses(at, half);
	overlaps(at);
}
