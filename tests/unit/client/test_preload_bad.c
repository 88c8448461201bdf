/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bad pages as a program meets them: which bytes of a mapping are SIGBUS, whatever is done to the
 * mapping. Run by broker_host, whose make_bad() says which blocks are bad.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/parse.h"
#include "base/util.h"

#define RW   (PROT_READ | PROT_WRITE)
#define PAGE 4096

static uint64_t A, size; /* of the device */
static uint64_t page;	 /* of its memory */
static int dev;

/* --- touching ------------------------------------------------------------------------------- */

static sigjmp_buf escape;
static char *volatile faulted;

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	faulted = info->si_addr;
	siglongjmp(escape, sig);
}

/* Return: 0 or the signal, which must name the very byte. cmocka has handlers of its own. */
static int touch(char *p, bool store)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	int sig;

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sig = sigsetjmp(escape, 1);

	if (sig) {
		assert_ptr_equal(faulted, p);
		return sig;
	}
	if (store)
		*(volatile char *)p = 1;
	else
		(void)*(volatile char *)p;
	return 0;
}

/* What broker_host has. */
static bool is_bad(uint64_t off)
{
	uint64_t from = off & -page, to = from + page;

	for (uint64_t at = from; at < to; at += PAGE) {
		uint64_t n = at / PAGE;

		if (n == 5 || (n >= 9 && n <= 11) || at == size - PAGE ||
		    (at >= MIB && at < MIB + 80 * PAGE && !(n % 2)))
			return true;
	}
	return false;
}

/* Every page of [@p, @p + @len), which shows the device from @off on. */
static void check_pages(char *p, uint64_t len, uint64_t off, bool writable)
{
	for (uint64_t i = 0; i < len; i += PAGE) {
		int want = is_bad(off + i) ? SIGBUS : 0;

		if (touch(p + i + 100, false) != want ||
		    touch(p + i + PAGE - 1, true) != (writable ? want : SIGSEGV))
			fail_msg("page %llu", (unsigned long long)(off + i) / PAGE);
	}
}

static char *map(uint64_t len, uint64_t off)
{
	char *p = mmap(NULL, len, RW, MAP_SHARED, dev, (off_t)off);

	assert_ptr_not_equal(p, MAP_FAILED);
	return p;
}

/* A-aligned room of @len bytes. */
static char *room(uint64_t len)
{
	char *p = mmap(NULL, len + A, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	assert_int_equal(munmap(p, len + A), 0);
	return (char *)align_up((uintptr_t)p, A);
}

/* --- the tests ------------------------------------------------------------------------------ */

static void test_all_of_it(void **state)
{
	char *p = map(size, 0);

	(void)state;
	check_pages(p, size, 0, true);
	assert_int_equal(munmap(p, size), 0);
	assert_int_equal(touch(p, false), SIGSEGV);
	assert_int_equal(touch(p + 5 * PAGE, false), SIGSEGV);
}

static void test_a_part(void **state)
{
	uint64_t off = align_up(MIB, A);
	char *p = map(size - off, off);

	(void)state;
	check_pages(p, size - off, off, true);
	assert_int_equal(munmap(p, size - off), 0);
	p = map(A, size);
	assert_int_equal(touch(p, false), SIGBUS);
	assert_int_equal(munmap(p, A), 0);
}

static void test_fixed_over_another(void **state)
{
	char *p = map(2 * A, 2 * A);

	(void)state;
	assert_ptr_equal(mmap(p, 2 * A, RW, MAP_SHARED | MAP_FIXED, dev, 0), p);
	check_pages(p, 2 * A, 0, true);
	/* And good pages over bad ones. */
	assert_ptr_equal(mmap(p, 2 * A, RW, MAP_SHARED | MAP_FIXED, dev, (off_t)(4 * MIB)), p);
	check_pages(p, 2 * A, 4 * MIB, true);
	assert_int_equal(munmap(p, 2 * A), 0);
}

static void test_read_only(void **state)
{
	int fd = open("/dev/null", O_RDONLY);
	char *p = mmap(NULL, 16 * A, PROT_READ, MAP_SHARED, fd, 0);

	(void)state;
	assert_ptr_not_equal(p, MAP_FAILED);
	close(fd);
	for (uint64_t i = 0; i < 16 * A; i += PAGE)
		assert_int_equal(touch(p + i, false), is_bad(i) ? SIGBUS : 0);
	assert_int_equal(mprotect(p, 16 * A, RW), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(munmap(p, 16 * A), 0);
}

/* Two mappings are one memory, around the bad pages too. */
static void test_aliases(void **state)
{
	char *p = map(16 * A, 0), *q = map(16 * A, 0);

	(void)state;
	for (uint64_t i = 0; i < 16 * A; i += PAGE)
		if (!is_bad(i)) {
			*(uint64_t *)(p + i) = i + 1;
			assert_int_equal(*(uint64_t *)(q + i), i + 1);
		}
	assert_int_equal(munmap(q, 16 * A), 0);
	check_pages(p, 16 * A, 0, true);
	assert_int_equal(munmap(p, 16 * A), 0);
}

/* A system call that meets one: EFAULT, or what it got before. */
static void test_system_calls(void **state)
{
	char *p = map(16 * A, 0), *bad = p + (page > PAGE ? 0 : 5 * PAGE);
	int pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(write(pipes[1], bad, 8), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(write(pipes[1], "12345678", 8), 8);
	assert_int_equal(read(pipes[0], bad, 8), -1);
	assert_int_equal(errno, EFAULT);
	close(pipes[0]);
	close(pipes[1]);
	assert_int_equal(munmap(p, 16 * A), 0);
}

static void test_protect(void **state)
{
	char *p = map(16 * A, 0);

	(void)state;
	assert_int_equal(mprotect(p, 16 * A, PROT_READ), 0);
	check_pages(p, 16 * A, 0, false);
	assert_int_equal(mprotect(p, 16 * A, PROT_NONE), 0);
	assert_int_equal(touch(p + 5 * PAGE, false), SIGSEGV);
	assert_int_equal(mprotect(p, 16 * A, RW), 0);
	check_pages(p, 16 * A, 0, true);
	assert_int_equal(munmap(p, 16 * A), 0);
}

/* The ends of a bad page are no place to cut, where a unit is larger. */
static void test_splits(void **state)
{
	int want = A > PAGE ? -1 : 0;
	char *p = map(16 * A, 0);

	(void)state;
	assert_int_equal(mprotect(p + 5 * PAGE, PAGE, PROT_READ), want);
	assert_int_equal(munmap(p + 5 * PAGE, PAGE), want);
	if (want)
		assert_int_equal(errno, EINVAL);
	assert_int_equal(munmap(p + 6 * PAGE, PAGE), want);
	assert_ptr_equal(mmap(p + 5 * PAGE, PAGE, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
			 want ? MAP_FAILED : p + 5 * PAGE);
	assert_int_equal(munmap(p + A, A), 0);
	assert_int_equal(touch(p + A, false), SIGSEGV);
	assert_int_equal(touch(p + 2 * A, false), is_bad(2 * A) ? SIGBUS : 0);
	assert_int_equal(munmap(p, 16 * A), 0);
}

/* What a device refuses is refused on its bad pages. */
static void test_refusals(void **state)
{
	char *p = map(16 * A, 0);

	(void)state;
	assert_int_equal(msync(p + 5 * PAGE, PAGE, MS_SYNC), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(madvise(p + 5 * PAGE, PAGE, MADV_REMOVE), -1);
	assert_int_equal(errno, ENODEV);
	assert_int_equal(madvise(p, 16 * A, MADV_DONTNEED), 0);
	check_pages(p, 16 * A, 0, true);
	assert_int_equal(munmap(p, 16 * A), 0);
}

static void test_fork(void **state)
{
	char *p = map(16 * A, 0);
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		check_pages(p, 16 * A, 0, true);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(munmap(p, 16 * A), 0);
}

/* --- mremap ----------------------------------------------------------------------------------- */

static const struct remap_case {
	const char *name;
	int units; /* of 16 */
	int flags;
	int result;
	bool dup; /* the old one stays */
} remap_cases[] = {
	{ "the same", 16, 0, 0 },
	{ "shrink", 8, 0, 0 },
	{ "shrink, may move", 8, MREMAP_MAYMOVE, 0 },
	{ "grow", 32, 0, ENOMEM },
	{ "grow, may move", 32, MREMAP_MAYMOVE, 0 },
	{ "move", 16, MREMAP_MAYMOVE | MREMAP_FIXED, 0 },
	{ "move and shrink", 8, MREMAP_MAYMOVE | MREMAP_FIXED, 0 },
	{ "move and grow", 32, MREMAP_MAYMOVE | MREMAP_FIXED, 0 },
	{ "fixed alone", 16, MREMAP_FIXED, EINVAL },
	{ "move, leave the old", 16, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0, true },
};

/* Up to the length it had; what a mapping grows by is not told. */
static void test_remap(void **state)
{
	const struct remap_case *c = *state;
	uint64_t len = (uint64_t)c->units * A, kept = min_u64(len, 16 * A);
	char *p, *q, *target = room(32 * A);

	/* Huge pages neither grow nor leave an old one. */
	if (page > PAGE && (c->units > 16 || c->dup))
		return;
	p = mmap(room(16 * A), 16 * A, RW, MAP_SHARED | MAP_FIXED_NOREPLACE, dev, 0);
	if (p == MAP_FAILED)
		p = map(16 * A, 0);
	target = room(32 * A);
	errno = 0;
	q = mremap(p, 16 * A, len, c->flags, target);
	assert_int_equal(q == MAP_FAILED ? errno : 0, c->result);
	if (q == MAP_FAILED) {
		check_pages(p, 16 * A, 0, true);
		assert_int_equal(munmap(p, 16 * A), 0);
		return;
	}
	assert_int_equal((uintptr_t)q & (A - 1), 0);
	if (c->flags & MREMAP_FIXED)
		assert_ptr_equal(q, target);
	check_pages(q, kept, 0, true);
	if (c->dup)
		check_pages(p, 16 * A, 0, true);
	else if (q != p)
		assert_int_equal(touch(p, false), SIGSEGV);
	if (A > PAGE)
		assert_int_equal(munmap(q + PAGE, PAGE), -1);
	assert_int_equal(munmap(q, len), 0);
	if (c->dup)
		assert_int_equal(munmap(p, 16 * A), 0);
	assert_int_equal(touch(q, false), SIGSEGV);
}

int main(void)
{
	static struct CMUnitTest tests[10 + ARRAY_SIZE(remap_cases)] = {
		cmocka_unit_test(test_all_of_it),
		cmocka_unit_test(test_a_part),
		cmocka_unit_test(test_fixed_over_another),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_system_calls),
		cmocka_unit_test(test_protect),
		cmocka_unit_test(test_splits),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_fork),
	};
	size_t n = 10;

	parse_size(getenv("DAX_ALIGN"), &A);
	parse_size(getenv("DAX_SIZE"), &size);
	page = getenv("DAX_HUGETLB") ? 2 * MIB : PAGE;
	dev = open("/dev/null", O_RDWR);
	for (size_t i = 0; i < ARRAY_SIZE(remap_cases); i++)
		tests[n++] = (struct CMUnitTest){ remap_cases[i].name, test_remap, NULL, NULL,
						  (void *)&remap_cases[i] };
	return _cmocka_run_group_tests("preload.bad", tests, n, NULL, NULL);
}
