/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of mappings: by rows, against a simple model, and with many threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/util.h"
#include "client/vma.h"

#define M   UINT64_C(0x100000)
#define ALL UINT64_C(0x7fffffffffff)

static void add(uint64_t start, uint64_t end, uint64_t off)
{
	struct vma vma = { .start = start, .end = end, .off = off, .align = 21 };

	assert_int_equal(vma_add(&vma), 0);
}

static void expect(uint64_t from, uint64_t start, uint64_t end, uint64_t off)
{
	struct vma vma;

	assert_true(vma_next(from, ALL, &vma));
	assert_int_equal(vma.start, start);
	assert_int_equal(vma.end, end);
	assert_int_equal(vma.off, off);
	assert_int_equal(vma.align, 21);
}

static int empty(void **state)
{
	(void)state;
	vma_erase(0, ALL);
	assert_int_equal(vma_count(), 0);
	return 0;
}

static void test_finds(void **state)
{
	struct vma vma;

	(void)state;
	add(10 * M, 12 * M, 0);
	add(20 * M, 21 * M, 5 * M);
	assert_int_equal(vma_count(), 2);
	expect(0, 10 * M, 12 * M, 0);
	expect(11 * M, 10 * M, 12 * M, 0);
	expect(12 * M, 20 * M, 21 * M, 5 * M);
	assert_false(vma_next(0, 10 * M, &vma));
	assert_true(vma_next(0, 10 * M + 1, &vma));
	assert_false(vma_next(12 * M, 20 * M, &vma));
	assert_false(vma_next(21 * M, ALL, &vma));
	assert_false(vma_next(11 * M, 11 * M, &vma));
}

static void test_cuts(void **state)
{
	(void)state;
	add(10 * M, 40 * M, M);
	vma_erase(20 * M, 30 * M);
	assert_int_equal(vma_count(), 2);
	expect(0, 10 * M, 20 * M, M);
	expect(20 * M, 30 * M, 40 * M, 21 * M);
	vma_erase(15 * M, 35 * M);
	expect(0, 10 * M, 15 * M, M);
	expect(15 * M, 35 * M, 40 * M, 26 * M);
}

static void test_replaces(void **state)
{
	(void)state;
	add(10 * M, 20 * M, 0);
	add(12 * M, 14 * M, 90 * M);
	assert_int_equal(vma_count(), 3);
	expect(0, 10 * M, 12 * M, 0);
	expect(12 * M, 12 * M, 14 * M, 90 * M);
	expect(14 * M, 14 * M, 20 * M, 4 * M);
	add(9 * M, 30 * M, 7 * M);
	assert_int_equal(vma_count(), 1);
	expect(0, 9 * M, 30 * M, 7 * M);
}

static void test_all_sizes(void **state)
{
	struct vma vma;

	(void)state;
	for (unsigned shift = 12; shift < 45; shift++)
		add(UINT64_C(2) << shift, UINT64_C(3) << shift, shift);
	assert_int_equal(vma_count(), 45 - 12);
	for (unsigned shift = 12; shift < 45; shift++) {
		uint64_t last = (UINT64_C(3) << shift) - 1;

		assert_true(vma_next(last, last + 1, &vma));
		assert_int_equal(vma.off, shift);
		assert_false(vma_next(last + 1, UINT64_C(4) << shift, &vma));
	}
	/* The lowest first, whatever its size. */
	expect(0, 2 << 12, 3 << 12, 12);
}

/* More than the table has room for without asking the kernel. */
static void test_grows(void **state)
{
	enum { N = 10000 };
	struct vma vma;

	(void)state;
	for (uint64_t i = 1; i <= N; i++)
		add(i * 2 * M, i * 2 * M + M, i);
	assert_int_equal(vma_count(), N);
	for (uint64_t i = 1; i <= N; i++) {
		assert_true(vma_next(i * 2 * M, i * 2 * M + M, &vma));
		assert_int_equal(vma.off, i);
	}
}

/* --- against a simple model ----------------------------------------------------------------- */

enum { PAGES = 4096 };

static void check_model(const uint64_t *off)
{
	struct vma vma = { .end = 1 };
	uint64_t page = 1;

	while (vma_next(page << 20, (uint64_t)PAGES << 20, &vma)) {
		for (; page < vma.start >> 20; page++)
			assert_int_equal(off[page], 0);
		for (; page < vma.end >> 20; page++)
			assert_int_equal(off[page], vma.off + (page << 20) - vma.start);
	}
	for (; page < PAGES; page++)
		assert_int_equal(off[page], 0);
}

static void test_random(void **state)
{
	static uint64_t off[PAGES];
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		uint64_t start = 1 + (uint64_t)rand_r(&seed) % (PAGES - 1);
		uint64_t room = PAGES - start;
		uint64_t len = 1 + (uint64_t)rand_r(&seed) % (round % 4 ? min_u64(room, 8) : room);
		bool adding = rand_r(&seed) % 3;

		if (adding)
			add(start << 20, (start + len) << 20, (uint64_t)(round + 1) << 32);
		else
			vma_erase(start << 20, (start + len) << 20);
		for (uint64_t i = 0; i < len; i++)
			off[start + i] = adding ? ((uint64_t)(round + 1) << 32) + (i << 20) : 0;
		if (round % 50 == 0)
			check_model(off);
	}
	check_model(off);
}

/* --- many threads ---------------------------------------------------------------------------- */

enum { THREADS = 64, ROUNDS = 100, EACH = 8 };

/* Each thread has its own addresses, between those of all others. Return: NULL if all is well. */
static void *worker(void *arg)
{
	uint64_t base = (uintptr_t)arg * 2 * M + M;
	uint64_t stride = THREADS * 2 * M;
	struct vma vma;

	for (uint64_t round = 1; round <= ROUNDS; round++) {
		for (uint64_t i = 0; i < EACH; i++) {
			vma = (struct vma){ .start = base + i * stride,
					    .end = base + i * stride + M,
					    .off = round,
					    .align = 12 };
			if (vma_add(&vma) < 0)
				return (void *)1;
		}
		for (uint64_t i = 0; i < EACH; i++) {
			uint64_t at = base + i * stride;

			if (!vma_next(at, at + M, &vma) || vma.off != round || vma.start != at)
				return (void *)2;
			vma_erase(at, at + M);
			if (vma_next(at, at + M, &vma))
				return (void *)3;
		}
	}
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t threads[THREADS];
	void *result;

	(void)state;
	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, worker, (void *)i), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &result);
		assert_null(result);
	}
	assert_int_equal(vma_count(), 0);
}

static void *fork_worker(void *arg)
{
	while (!__atomic_load_n((bool *)arg, __ATOMIC_RELAXED))
		worker((void *)1);
	return NULL;
}

/* Forked at any instant of another thread's change, the child's table works. */
static void test_fork(void **state)
{
	bool stop = false;
	pthread_t thread;
	int status;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, fork_worker, &stop), 0);
	for (int i = 0; i < 100; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(worker((void *)2) ? 1 : 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_finds, empty),
		cmocka_unit_test_setup(test_cuts, empty),
		cmocka_unit_test_setup(test_replaces, empty),
		cmocka_unit_test_setup(test_all_sizes, empty),
		cmocka_unit_test_setup(test_random, empty),
		cmocka_unit_test_setup(test_threads, empty),
		cmocka_unit_test_setup(test_fork, empty),
		cmocka_unit_test_setup(test_grows, empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
