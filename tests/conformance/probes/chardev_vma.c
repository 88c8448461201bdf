/* SPDX-License-Identifier: BSD-3-Clause */
/* What may be done to a mapping: parts of it unmapped, protected, moved, advised, locked. */
#include "chardev.h"

#include <fcntl.h>
#include <linux/mempolicy.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"
#include "touch.h"

/* Newer than the C library's headers. */
#define SYS_MSEAL	    462
#define ADV_COLLAPSE	    25
#define ADV_GUARD_INSTALL   102
#define ADV_GUARD_REMOVE    103
#define ADV_DONTNEED_LOCKED 24
#define DONTUNMAP	    4

/* Sizes, in the words of the case names: the alignment unit, and half of one. */
static size_t A, h;

static void pages(int fd)
{
	char *p = map_four(fd);

	report_smaps("smaps.untouched", p);
	p[0] = 1;
	p[A] = 2;
	report_smaps("smaps.touched", p);
	munmap(p, 4 * A);
}

static void unmaps(int fd)
{
	char *p = map_four(fd);

	report_result("munmap.head.unal", munmap(p, h / 2 + h / 2));
	report_result("munmap.mid.unal", munmap(p + A + h, h));
	report_result("munmap.tail.unal", munmap(p + 4 * A - h, h));
	report_result("munmap.head.4096", munmap(p, PAGE));
	report_result("munmap.mid.al", munmap(p + A, A));
	report_result("munmap.head.al", munmap(p, A));
	report_result("munmap.tail.al", munmap(p + 3 * A, A));
	report_result("munmap.addr1", munmap(p + 1, A));
	report_result("munmap.len0", munmap(p, 0));
	report_result("munmap.rest", munmap(p, 4 * A));
	report_result("munmap.nothing", munmap(p, 4 * A));
	p = map_four(fd);
	report_result("munmap.len-1", munmap(p, 4 * A - 1));
}

static void protections(int fd)
{
	int ro = target_open(O_RDONLY);
	char *p = map_four(fd);

	report_result("mprotect.unal", mprotect(p + h, h, PROT_READ));
	report_result("mprotect.head4096", mprotect(p, PAGE, PROT_READ));
	report_result("mprotect.al", mprotect(p + A, A, PROT_READ));
	report("mprotect.al.write", "%s", touch(p + A, WRITE_BYTE, p));
	report_result("mprotect.all.none", mprotect(p, 4 * A, PROT_NONE));
	report("mprotect.none.read", "%s", touch(p, READ_BYTE, p));
	report_result("mprotect.rwx", mprotect(p, 4 * A, RW | PROT_EXEC));
	report_result("mprotect.back", mprotect(p, 4 * A, RW));
	report("mprotect.back.write", "%s", touch(p, WRITE_BYTE, p));
	munmap(p, 4 * A);
	p = mmap(NULL, A, PROT_READ, MAP_SHARED, ro, 0);
	report_result("mprotect.rofd.w", mprotect(p, A, RW));
	munmap(p, A);
	close(ro);
}

/* mremap(2), reported. Return: where the mapping is now. */
static char *try_remap(const char *id, char *p, size_t old_len, size_t len, int flags, char *to)
{
	char *q = mremap(p, old_len, len, flags, to);

	report_map(id, q);
	return q == MAP_FAILED ? p : q;
}

static char *grow_and_shrink(int fd)
{
	char *p = map_four(fd), *q;

	p[0] = 7;
	report_map("mremap.grow", mremap(p, 4 * A, 6 * A, 0));
	q = mremap(p, 4 * A, 6 * A, MREMAP_MAYMOVE);
	report_map("mremap.grow.maymove", q);
	if (q != MAP_FAILED) {
		p = q;
		munmap(p + 4 * A, 2 * A);
	}
	q = mremap(p, 4 * A, 4 * A - PAGE, 0);
	report_map("mremap.shrink.unal", q);
	if (q != MAP_FAILED && A > PAGE) {
		munmap(p, 4 * A);
		p = map_four(fd);
	}
	return try_remap("mremap.shrink.al", p, 4 * A, 3 * A, 0, NULL);
}

static void moves(int fd)
{
	const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
	char *p = grow_and_shrink(fd);
	char *q = try_remap("mremap.move.al", p, 3 * A, 3 * A, flags, free_area(8 * A));

	if (q != p) {
		p = q;
		report("mremap.move.al.read", "%s", touch(p, READ_BYTE, p));
		report("mremap.move.al.value", "%d", p[0] == 7 || p[0] == 0x5a);
	}
	if (A > PAGE) {
		q = try_remap("mremap.move.unal", p, 3 * A, 3 * A, flags, free_area(8 * A) + PAGE);
		if (q != p) {
			p = q;
			report("mremap.move.unal.read", "%s", touch(p, READ_BYTE, p));
		}
	}
	munmap(p, 3 * A);
}

static void part_moves(int fd)
{
	const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
	char *p = map_four(fd), *to = free_area(16 * A), *q;

	q = try_remap("mremap.part.al", p, A, A, flags, to);
	if (q != p)
		munmap(q, A);
	if (A > PAGE) {
		char *from = p + A + PAGE;

		q = try_remap("mremap.part.unal", from, PAGE, PAGE, flags, to + PAGE);
		if (q != from)
			munmap(q, PAGE);
	}
	q = try_remap("mremap.dontunmap", p + A, A, A, MREMAP_MAYMOVE | DONTUNMAP, NULL);
	if (q != p + A)
		munmap(q, A);
	q = try_remap("mremap.old0", p + A, 0, A, MREMAP_MAYMOVE, NULL);
	if (q != p + A)
		munmap(q, A);
	munmap(p, 4 * A);
}

/* One advice: on a part, on the whole, and if it @drops pages, what reading then gives. */
static void try_advice(int fd, const char *name, int advice, int drops)
{
	char *p = map_four(fd);
	char id[60];

	p[0] = 3;
	if (A > PAGE) {
		snprintf(id, sizeof(id), "madvise.%s.unal", name);
		report_result(id, madvise(p + PAGE, PAGE, advice));
	}
	snprintf(id, sizeof(id), "madvise.%s", name);
	report_result(id, madvise(p, 4 * A, advice));
	if (drops) {
		snprintf(id, sizeof(id), "madvise.%s.then", name);
		report(id, "%s", touch(p, READ_BYTE, p));
	}
	munmap(p, 4 * A);
}

static void advices(int fd)
{
	static const struct {
		const char *name;
		int advice, drops;
	} cases[] = {
		{ "normal", MADV_NORMAL },
		{ "random", MADV_RANDOM },
		{ "sequential", MADV_SEQUENTIAL },
		{ "willneed", MADV_WILLNEED },
		{ "dontneed", MADV_DONTNEED, 1 },
		{ "free", MADV_FREE },
		{ "remove", MADV_REMOVE, 1 },
		{ "dontfork", MADV_DONTFORK },
		{ "dofork", MADV_DOFORK },
		{ "mergeable", MADV_MERGEABLE },
		{ "unmergeable", MADV_UNMERGEABLE },
		{ "hugepage", MADV_HUGEPAGE },
		{ "nohugepage", MADV_NOHUGEPAGE },
		{ "dontdump", MADV_DONTDUMP },
		{ "dodump", MADV_DODUMP },
		{ "wipeonfork", MADV_WIPEONFORK },
		{ "keeponfork", MADV_KEEPONFORK },
		{ "cold", MADV_COLD },
		{ "pageout", MADV_PAGEOUT },
		{ "populate_read", MADV_POPULATE_READ },
		{ "populate_write", MADV_POPULATE_WRITE },
		{ "dontneed_locked", ADV_DONTNEED_LOCKED },
		{ "collapse", ADV_COLLAPSE },
		{ "guard_install", ADV_GUARD_INSTALL, 1 },
		{ "guard_remove", ADV_GUARD_REMOVE },
		{ "bad", 99 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		try_advice(fd, cases[i].name, cases[i].advice, cases[i].drops);
}

static void residency(char *p)
{
	unsigned char vec[512];
	size_t len = 2 * A > sizeof(vec) * PAGE ? sizeof(vec) * PAGE : 2 * A;

	p[0] = 9;
	madvise(p, A, MADV_DONTNEED);
	report("madvise.dontneed.value", "%d", p[0]);
	memset(vec, 9, sizeof(vec));
	report_result("mincore", mincore(p, len, vec));
	report("mincore.touched", "%d", vec[0] & 1);
	report_result("mincore.untouched", mincore(p + 3 * A, PAGE, vec));
	report("mincore.untouched.v", "%d", vec[0] & 1);
}

static void syncs(char *p)
{
	report_result("msync.sync", msync(p, 4 * A, MS_SYNC));
	report_result("msync.async", msync(p, 4 * A, MS_ASYNC));
	report_result("msync.inval", msync(p, 4 * A, MS_INVALIDATE));
	report_result("msync.sync.unal", msync(p + PAGE, PAGE, MS_SYNC));
	report_result("msync.both", msync(p, A, MS_SYNC | MS_ASYNC));
	report_result("msync.addr1", msync(p + 1, A, MS_SYNC));
	report_result("msync.hole", msync(p, 16 * A, MS_SYNC));
	report_result("msync.0", msync(p, A, 0));
}

static void locks(char *p)
{
	report_result("mlock", mlock(p, 4 * A));
	report_result("mlock.unal", mlock(p + PAGE, PAGE));
	report_result("munlock", munlock(p, 4 * A));
	report_result("munlock.unal", munlock(p + PAGE, PAGE));
	mlock(p, 4 * A);
	report_smaps("smaps.locked", p);
	munlock(p, 4 * A);
	report_result("mlock2.onfault", mlock2(p, 4 * A, MLOCK_ONFAULT));
	munlock(p, 4 * A);
	report_result("mlockall", mlockall(MCL_CURRENT));
	munlockall();
}

static void odd_calls(char *p)
{
	unsigned long nodes = 1;
	int status = -77;
	void *page = p;

	report_result("remap_file_pages", remap_file_pages(p, PAGE, 0, 0, 0));
	report_result("pkey_mprotect", pkey_mprotect(p, A, RW, -1));
	report_result("mbind.bind", syscall(SYS_mbind, p, 4 * A, MPOL_BIND, &nodes, 8, 0));
	report_result("mbind.unal", syscall(SYS_mbind, p + PAGE, PAGE, MPOL_BIND, &nodes, 8, 0));
	p[0] = 1;
	report_result("move_pages.query", syscall(SYS_move_pages, 0, 1ul, &page, NULL, &status, 0));
	report("move_pages.status", "%d", status);
}

static void forks(char *p)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		p[1] = 42;
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	report("fork.shared", "%d", p[1]);
	madvise(p, 4 * A, MADV_DONTFORK);
	pid = fork();
	if (!pid)
		_exit(strstr(touch(p, READ_BYTE, p), "SEGV_MAPERR") ? 5 : 6);
	waitpid(pid, &status, 0);
	report("fork.dontfork", "%d", WEXITSTATUS(status));
}

static void seals(char *p)
{
	report_result("mseal", syscall(SYS_MSEAL, p, 4 * A, 0));
	report_result("mseal.munmap", munmap(p, 4 * A));
}

static void after_close(void)
{
	int fd = target_open(O_RDWR);
	char *p = map_four(fd);

	close(fd);
	p[2] = 1;
	report("fd.closed.access", "%s", touch(p, READ_BYTE, p));
	munmap(p, 4 * A);
}

static void fault_handling(int fd)
{
	static const struct {
		const char *id;
		unsigned mode;
	} modes[] = {
		{ "uffd.missing", UFFDIO_REGISTER_MODE_MISSING },
		{ "uffd.wp", UFFDIO_REGISTER_MODE_WP },
		{ "uffd.minor", UFFDIO_REGISTER_MODE_MINOR },
	};
	char *p = map_four(fd);
	int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API };

	if (uffd < 0) {
		report_result("uffd", -1);
		return;
	}
	ioctl(uffd, UFFDIO_API, &api);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct uffdio_register range = { .range = { (uintptr_t)p, 4 * A },
						 .mode = modes[i].mode };

		report_result(modes[i].id, ioctl(uffd, UFFDIO_REGISTER, &range));
	}
	close(uffd);
	munmap(p, 4 * A);
}

void chardev_vma(void)
{
	int fd;
	char *p;

	A = target.align;
	h = A > PAGE ? A / 2 : PAGE;
	if (target.size < 4 * A)
		return;
	fd = target_open(O_RDWR);
	pages(fd);
	unmaps(fd);
	protections(fd);
	moves(fd);
	part_moves(fd);
	advices(fd);
	p = map_four(fd);
	residency(p);
	syncs(p);
	locks(p);
	odd_calls(p);
	forks(p);
	seals(p);
	after_close();
	fault_handling(fd);
	close(fd);
}
