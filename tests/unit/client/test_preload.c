/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The preload library as a program meets it: run by broker_host, which makes /dev/null the device.
 * Nothing here is built specially; the calls are the ones any program makes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/mman.h>

#include "base/parse.h"
#include "base/util.h"
#include "client/sys.h"

#define RW (PROT_READ | PROT_WRITE)

static uint64_t A; /* the device's alignment */
static int dev;

/* A length, offset or address: @units of A and some bytes. Symbolic, because A varies. */
struct measure {
	int64_t units, bytes;
};

static uint64_t bytes_of(struct measure m)
{
	return (uint64_t)(m.units * (int64_t)A + m.bytes);
}

/* Result of a call: 0 or the errno it set. */
#define RESULT(failed) ((failed) ? errno : 0)

/* Where nothing is mapped: A-aligned room for 8 A. */
static char *free_room(void)
{
	char *p = mmap(NULL, 9 * A, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	assert_int_equal(munmap(p, 9 * A), 0);
	return (char *)align_up((uintptr_t)p, A);
}

static char *map_units(int units)
{
	char *p = mmap(free_room(), (size_t)units * A, RW, MAP_SHARED | MAP_FIXED, dev, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	return p;
}

/* --- mmap ----------------------------------------------------------------------------------- */

/* @result when A is 4 KiB is 0 where @small says so: then nothing is misaligned. */
static const struct map_case {
	const char *name;
	struct measure len, off;
	int prot, flags, open_flags, result;
	bool small;
} map_cases[] = {
	{ "shared", { 1, 0 }, { 0 }, RW, MAP_SHARED, O_RDWR, 0 },
	{ "validated, synchronous",
	  { 1, 0 },
	  { 0 },
	  RW,
	  MAP_SHARED_VALIDATE | MAP_SYNC,
	  O_RDWR,
	  0 },
	{ "no access", { 1, 0 }, { 0 }, PROT_NONE, MAP_SHARED, O_RDWR, 0 },
	{ "populated", { 1, 0 }, { 0 }, RW, MAP_SHARED | MAP_POPULATE, O_RDWR, 0 },
	{ "beyond the end", { 64, 0 }, { 1 << 20, 0 }, RW, MAP_SHARED, O_RDWR, 0 },
	{ "one byte short of a unit", { 1, -1 }, { 0 }, RW, MAP_SHARED, O_RDWR, 0 },
	{ "read-only file, read", { 1, 0 }, { 0 }, PROT_READ, MAP_SHARED, O_RDONLY, 0 },
	{ "read-only file, write", { 1, 0 }, { 0 }, RW, MAP_SHARED, O_RDONLY, EACCES },
	{ "write-only file", { 1, 0 }, { 0 }, PROT_NONE, MAP_SHARED, O_WRONLY, EACCES },
	{ "private", { 1, 0 }, { 0 }, RW, MAP_PRIVATE, O_RDWR, EINVAL },
	{ "empty", { 0, 0 }, { 0 }, RW, MAP_SHARED, O_RDWR, EINVAL },
	{ "half a unit more", { 1, 4096 }, { 0 }, RW, MAP_SHARED, O_RDWR, EINVAL, true },
	{ "odd offset", { 1, 0 }, { 0, 4096 }, RW, MAP_SHARED, O_RDWR, EINVAL, true },
	{ "offset within a page", { 1, 0 }, { 0, 1 }, RW, MAP_SHARED, O_RDWR, EINVAL },
	{ "huge page flag", { 1, 0 }, { 0 }, RW, MAP_SHARED | MAP_HUGETLB, O_RDWR, EINVAL },
	{ "unknown flag, validated",
	  { 1, 0 },
	  { 0 },
	  RW,
	  MAP_SHARED_VALIDATE | 0x2000000,
	  O_RDWR,
	  EOPNOTSUPP },
};

static void test_map(void **state)
{
	const struct map_case *c = *state;
	int fd = open("/dev/null", c->open_flags);
	size_t len = bytes_of(c->len);
	int want = c->small && A == 4096 ? 0 : c->result;
	char *p;

	errno = 12345;
	p = mmap(NULL, len, c->prot, c->flags, fd, (off_t)bytes_of(c->off));
	if (want) {
		assert_ptr_equal(p, MAP_FAILED);
		assert_int_equal(errno, want);
	} else {
		assert_ptr_not_equal(p, MAP_FAILED);
		assert_int_equal(errno, 12345);
		assert_int_equal((uintptr_t)p % A, 0);
		assert_int_equal(munmap(p, len), 0);
	}
	close(fd);
}

static void test_address(void **state)
{
	char *at = free_room();

	(void)state;
	assert_ptr_equal(mmap(at, A, RW, MAP_SHARED, dev, 0), at);
	assert_int_equal(munmap(at, A), 0);
	assert_ptr_equal(mmap(at, A, RW, MAP_SHARED | MAP_FIXED_NOREPLACE, dev, 0), at);
	assert_ptr_equal(mmap(at, A, RW, MAP_SHARED | MAP_FIXED_NOREPLACE, dev, 0), MAP_FAILED);
	assert_int_equal(errno, EEXIST);
	assert_ptr_equal(mmap(at, A, RW, MAP_SHARED | MAP_FIXED, dev, 0), at);
	assert_int_equal(munmap(at, A), 0);
	if (A == 4096)
		return;
	assert_ptr_equal(mmap(at + 4096, A, RW, MAP_SHARED, dev, 0), MAP_FAILED);
	assert_int_equal(errno, EINVAL);
	assert_ptr_equal(mmap(at + 4096, A, RW, MAP_SHARED | MAP_FIXED, dev, 0), MAP_FAILED);
	assert_int_equal(errno, EINVAL);
}

static void test_other_files(void **state)
{
	int zero = open("/dev/zero", O_RDWR);
	char *p = mmap(NULL, 4096, RW, MAP_SHARED, -1, 0);

	(void)state;
	assert_ptr_equal(p, MAP_FAILED);
	assert_int_equal(errno, EBADF);
	p = mmap(NULL, 4096, RW, MAP_PRIVATE, zero, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	assert_int_equal(munmap(p, 4096), 0);
	close(zero);
}

/* --- managing a mapping of four units ------------------------------------------------------- */

enum call {
	MUNMAP,
	MPROTECT,
	SAME_PROTECT,
	MADVISE,
	MSYNC,
	OVERMAP,
	SHRINK,
	UNMAP_BY_NUMBER,
};

static const struct manage_case {
	const char *name;
	enum call call;
	struct measure at, len;
	int arg;
	int result;
	bool small; /* result is 0 when A is 4 KiB */
} manage_cases[] = {
	{ "munmap all", MUNMAP, { 0, 0 }, { 4, 0 }, 0, 0 },
	{ "munmap a unit", MUNMAP, { 1, 0 }, { 1, 0 }, 0, 0 },
	{ "munmap a unit, length rounds up", MUNMAP, { 1, 0 }, { 1, -5 }, 0, 0 },
	{ "munmap half a unit", MUNMAP, { 0, 0 }, { 0, 4096 }, 0, EINVAL, true },
	{ "munmap from within a unit", MUNMAP, { 0, 4096 }, { 1, 0 }, 0, EINVAL, true },
	{ "munmap nothing", MUNMAP, { 1, 0 }, { 0, 0 }, 0, EINVAL },
	{ "munmap from within a page", MUNMAP, { 0, 1 }, { 1, 0 }, 0, EINVAL },
	{ "munmap by number, half a unit",
	  UNMAP_BY_NUMBER,
	  { 0, 0 },
	  { 0, 4096 },
	  0,
	  EINVAL,
	  true },
	{ "mprotect a unit", MPROTECT, { 1, 0 }, { 1, 0 }, PROT_READ, 0 },
	{ "mprotect half a unit", MPROTECT, { 1, 0 }, { 0, 4096 }, PROT_READ, EINVAL, true },
	{ "mprotect half a unit, no change", MPROTECT, { 1, 0 }, { 0, 4096 }, RW, 0 },
	{ "mprotect nothing", MPROTECT, { 1, 0 }, { 0, 0 }, PROT_READ, 0 },
	{ "random access, a unit", MADVISE, { 1, 0 }, { 1, 0 }, MADV_RANDOM, 0 },
	{ "random access, half a unit", MADVISE, { 1, 0 }, { 0, 4096 }, MADV_RANDOM, EINVAL, true },
	{ "normal access, half a unit", MADVISE, { 1, 0 }, { 0, 4096 }, MADV_NORMAL, 0 },
	{ "no fork, half a unit", MADVISE, { 1, 0 }, { 0, 4096 }, MADV_DONTFORK, EINVAL, true },
	{ "drop half a unit", MADVISE, { 1, 0 }, { 0, 4096 }, MADV_DONTNEED, 0, true },
	{ "punch a hole", MADVISE, { 1, 0 }, { 1, 0 }, MADV_REMOVE, ENODEV },
	{ "free", MADVISE, { 1, 0 }, { 1, 0 }, MADV_FREE, EINVAL },
	{ "wipe on fork", MADVISE, { 1, 0 }, { 1, 0 }, MADV_WIPEONFORK, EINVAL },
	{ "unknown advice", MADVISE, { 1, 0 }, { 1, 0 }, 77, EINVAL },
	{ "msync, waiting", MSYNC, { 1, 0 }, { 1, 0 }, MS_SYNC, EINVAL },
	{ "msync, not waiting", MSYNC, { 1, 0 }, { 1, 0 }, MS_ASYNC, 0 },
	{ "replaced by a unit", OVERMAP, { 1, 0 }, { 1, 0 }, 0, 0 },
	{ "replaced by half a unit", OVERMAP, { 1, 0 }, { 0, 4096 }, 0, EINVAL, true },
	{ "shrunk to a unit", SHRINK, { 0, 0 }, { 1, 0 }, 0, 0 },
	{ "shrunk to half a unit", SHRINK, { 0, 0 }, { 1, 4096 }, 0, EINVAL, true },
};

static int call_result(const struct manage_case *c, char *p)
{
	char *at = p + bytes_of(c->at);
	size_t len = bytes_of(c->len);

	switch (c->call) {
	case MUNMAP:
		return RESULT(munmap(at, len) < 0);
	case UNMAP_BY_NUMBER:
		return RESULT(syscall(SYS_munmap, at, len) < 0);
	case MPROTECT:
		return RESULT(mprotect(at, len, c->arg) < 0);
	case MADVISE:
		return RESULT(madvise(at, len, c->arg) < 0);
	case MSYNC:
		return RESULT(msync(at, len, c->arg) < 0);
	case OVERMAP:
		return RESULT(mmap(at, len, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
			      MAP_FAILED);
	default:
		return RESULT(mremap(at, 4 * A, len, 0) == MAP_FAILED);
	}
}

static void test_manage(void **state)
{
	const struct manage_case *c = *state;
	char *p = map_units(4);

	for (int i = 0; i < 4; i++)
		p[(size_t)i * A] = (char)('a' + i);
	assert_int_equal(call_result(c, p), c->small && A == 4096 ? 0 : c->result);
	/* What is refused changes nothing. */
	if (c->result && A != 4096)
		for (int i = 0; i < 4; i++)
			assert_int_equal(p[(size_t)i * A]++, 'a' + i);
	assert_int_equal(munmap(p, 4 * A), 0);
}

/* Advice that was given once is no change the second time. */
static void test_advice_remembered(void **state)
{
	char *p = map_units(4);

	(void)state;
	if (A == 4096)
		return; /* none is refused there */
	assert_int_equal(madvise(p + A, A, MADV_RANDOM), 0);
	assert_int_equal(madvise(p + A, 4096, MADV_RANDOM), 0);
	assert_int_equal(RESULT(madvise(p + A, 4096, MADV_NORMAL)), EINVAL);
	assert_int_equal(RESULT(madvise(p + 2 * A, 4096, MADV_RANDOM)), EINVAL);
	assert_int_equal(munmap(p, 4 * A), 0);
}

static void test_grow_and_move(void **state)
{
	char *p = map_units(1), *q, *to;

	(void)state;
	p[0] = 'x';
	/* No room to grow in place. */
	to = mmap(p + A, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	assert_ptr_equal(to, p + A);
	assert_ptr_equal(mremap(p, A, 2 * A, 0), MAP_FAILED);
	q = mremap(p, A, 2 * A, MREMAP_MAYMOVE);
	if (q == MAP_FAILED && getenv("DAX_HUGETLB"))
		return; /* hugetlbfs mappings do not grow: the one call that cannot be given */
	assert_ptr_not_equal(q, MAP_FAILED);
	assert_int_equal((uintptr_t)q % A, 0);
	assert_int_equal(q[0], 'x');
	assert_int_equal(munmap(to, 4096), 0);
	if (A > 4096)
		assert_int_equal(RESULT(munmap(q + A, 4096)), EINVAL);
	to = free_room();
	assert_ptr_equal(mremap(q, 2 * A, 2 * A, MREMAP_MAYMOVE | MREMAP_FIXED, to), to);
	assert_int_equal(to[0], 'x');
	if (A > 4096)
		assert_int_equal(RESULT(munmap(to, 4096)), EINVAL);
	assert_int_equal(munmap(to, 2 * A), 0);
}

#if defined(__x86_64__) || defined(__aarch64__)
/* The table is a hint: what was changed without us is not refused. */
static void test_changed_behind_our_back(void **state)
{
	char *p = map_units(2);

	(void)state;
	assert_int_equal(sys_mmap((uintptr_t)p, 2 * A, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
				  -1, 0),
			 (uintptr_t)p);
	assert_int_equal(munmap(p + 4096, 4096), 0);
	assert_int_equal(msync(p, 4096, MS_SYNC), 0);
	munmap(p, 2 * A);
}
#endif

/* --- memory ---------------------------------------------------------------------------------- */

static void test_shared_by_fork(void **state)
{
	char *p = map_units(1), *q = map_units(1);
	int status;
	pid_t pid;

	(void)state;
	p[0] = 1;
	pid = fork();
	if (pid == 0) {
		/* The child maps as well as its parent. */
		char *mine = mmap(NULL, A, RW, MAP_SHARED, dev, 0);

		p[0]++;
		_exit(mine == MAP_FAILED || mine[0] != 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(q[0], 2);
	munmap(p, A);
	munmap(q, A);
}

static int death_of_child(void (*child)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGBUS, SIG_DFL);
		signal(SIGSEGV, SIG_DFL);
		child();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void store_past_end(void)
{
	volatile char *p = mmap(NULL, A, RW, MAP_SHARED, dev, (off_t)1 << 40);

	*p = 1;
}

static void store_to_read_only(void)
{
	int fd = open("/dev/null", O_RDONLY);
	char *p = mmap(NULL, A, PROT_READ, MAP_SHARED, fd, 0);

	if (mprotect(p, A, RW) == 0 || errno != EACCES)
		_exit(1);
	*(volatile char *)p = 1;
}

static void test_faults(void **state)
{
	(void)state;
	assert_int_equal(death_of_child(store_past_end), SIGBUS);
	assert_int_equal(death_of_child(store_to_read_only), SIGSEGV);
}

/* Of each unit: has this mapping touched it? Not: does the memory exist. */
static void test_mincore(void **state)
{
	char *p = map_units(4), *q;
	unsigned char *vec = calloc(4, A / 4096);

	(void)state;
	memset(p, 1, 4 * A);
	q = map_units(4);
	q[A + A / 2] = 1;
	q[3 * A] = 1;
	assert_int_equal(mincore(q, 4 * A, vec), 0);
	for (size_t i = 0; i < 4 * A / 4096; i++)
		assert_int_equal(vec[i], i / (A / 4096) % 2);
	/* From within a unit. */
	assert_int_equal(mincore(q + 2 * A - 4096, 8192, vec), 0);
	assert_int_equal(vec[0], 1);
	assert_int_equal(vec[1], 0);
	free(vec);
	munmap(p, 4 * A);
	munmap(q, 4 * A);
}

static void *map_and_unmap(void *arg)
{
	(void)arg;
	for (int i = 0; i < 50; i++) {
		char *p = mmap(NULL, 2 * A, RW, MAP_SHARED, dev, 0);

		if (p == MAP_FAILED || (uintptr_t)p % A)
			return (void *)1;
		p[A] = 1;
		if (A > 4096 && munmap(p + 4096, 4096) == 0)
			return (void *)2;
		if (munmap(p, A) < 0 || munmap(p + A, A) < 0)
			return (void *)3;
	}
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t threads[64];
	void *result;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, map_and_unmap, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		pthread_join(threads[i], &result);
		assert_null(result);
	}
}

/* No descriptor to ask with: the one errno of mmap(2) that says so. */
static void test_no_descriptor(void **state)
{
	struct rlimit all, few = { 0, 0 };

	(void)state;
	getrlimit(RLIMIT_NOFILE, &all);
	few.rlim_max = all.rlim_max;
	setrlimit(RLIMIT_NOFILE, &few);
	assert_ptr_equal(mmap(NULL, A, RW, MAP_SHARED, dev, 0), MAP_FAILED);
	assert_int_equal(errno, ENFILE);
	setrlimit(RLIMIT_NOFILE, &all);
}

static size_t add_rows(struct CMUnitTest *tests, const void *rows, size_t count, size_t size,
		       CMUnitTestFunction test)
{
	for (size_t i = 0; i < count; i++) {
		void *row = (char *)(uintptr_t)rows + i * size;

		tests[i] = (struct CMUnitTest){ .name = *(const char **)row,
						.test_func = test,
						.initial_state = row };
	}
	return count;
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(map_cases) + ARRAY_SIZE(manage_cases) + 10] = {
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_other_files),
		cmocka_unit_test(test_advice_remembered),
		cmocka_unit_test(test_grow_and_move),
		cmocka_unit_test(test_shared_by_fork),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_mincore),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_no_descriptor),
#if defined(__x86_64__) || defined(__aarch64__)
		cmocka_unit_test(test_changed_behind_our_back),
#endif
	};
	size_t n = 0;

	while (tests[n].name)
		n++;
	if (!getenv("DAX_ALIGN") || parse_size(getenv("DAX_ALIGN"), &A) < 0)
		return 77;
	dev = open("/dev/null", O_RDWR | O_CLOEXEC);
	n += add_rows(tests + n, map_cases, ARRAY_SIZE(map_cases), sizeof(map_cases[0]), test_map);
	n += add_rows(tests + n, manage_cases, ARRAY_SIZE(manage_cases), sizeof(manage_cases[0]),
		      test_manage);
	return _cmocka_run_group_tests("preload", tests, n, NULL, NULL);
}
