/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether a file stays open for its anchor, and for entries of the table that have one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "client/anchor.h"
#include "client/vma.h"

#define M UINT64_C(0x100000)

/* A file, open twice; what is locked is the first, which only its anchor keeps open. */
static struct {
	int other;
	uint8_t anchor;
} file;

static int lock_and_close(void **state)
{
	char path[] = "/tmp/daxemu-anchor.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	file.other = open(path, O_RDWR | O_CLOEXEC);
	unlink(path);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	file.anchor = anchor_new(fd);
	assert_int_not_equal(file.anchor, ANCHOR_NONE);
	close(fd);
	return 0;
}

static int close_other(void **state)
{
	(void)state;
	return close(file.other);
}

static bool is_locked(void)
{
	if (flock(file.other, LOCK_EX | LOCK_NB) < 0)
		return true;
	flock(file.other, LOCK_UN);
	return false;
}

static void test_references(void **state)
{
	(void)state;
	assert_int_equal(anchor_get(file.anchor), file.anchor);
	anchor_put(file.anchor);
	assert_true(is_locked());
	anchor_put(file.anchor);
	assert_false(is_locked());
	assert_int_equal(anchor_get(file.anchor), ANCHOR_NONE);
	anchor_put(file.anchor);
	assert_int_equal(anchor_get(ANCHOR_NONE), ANCHOR_NONE);
}

static void add_entry(void)
{
	struct vma vma = { .start = 10 * M, .end = 20 * M, .align = 21, .anchor = file.anchor };

	assert_int_equal(vma_add(&vma), 0);
	anchor_put(file.anchor);
}

/* Each row erases spans of an entry of [10, 20) MiB; only after the last the file may close. */
static const struct erase_case {
	const char *name;
	struct {
		uint64_t from, to;
	} spans[3];
} cases[] = {
	{ "all at once", { { 10, 20 } } },
	{ "more than all", { { 5, 25 } } },
	{ "from the start", { { 10, 12 }, { 12, 20 } } },
	{ "from the end", { { 18, 20 }, { 10, 18 } } },
	{ "from the middle", { { 12, 18 }, { 18, 20 }, { 10, 12 } } },
};

static void test_erase(void **state)
{
	const struct erase_case *c = *state;

	lock_and_close(NULL);
	add_entry();
	for (size_t i = 0; i < 3 && c->spans[i].to; i++) {
		assert_true(is_locked());
		vma_erase(c->spans[i].from * M, c->spans[i].to * M);
	}
	assert_false(is_locked());
	close_other(NULL);
}

/* An entry takes the place of itself, as after madvise(2). */
static void test_replace(void **state)
{
	struct vma vma;

	(void)state;
	add_entry();
	assert_true(vma_next(0, 30 * M, &vma));
	vma.advice = VMA_RANDOM;
	assert_int_equal(vma_add(&vma), 0);
	assert_true(is_locked());
	vma_erase(0, 30 * M);
	assert_false(is_locked());
}

/* There are so many, and they come back. */
static void test_limit(void **state)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	uint8_t anchors[ANCHOR_MAX];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ANCHOR_MAX; i++) {
			anchors[i] = anchor_new(fd);
			assert_int_not_equal(anchors[i], ANCHOR_NONE);
		}
		assert_int_equal(anchor_new(fd), ANCHOR_NONE);
		for (size_t i = 0; i < ANCHOR_MAX; i++)
			anchor_put(anchors[i]);
	}
	close(fd);
	assert_int_equal(anchor_new(fd), ANCHOR_NONE);
}

int main(void)
{
	struct CMUnitTest tests[3 + sizeof(cases) / sizeof(cases[0])] = {
		cmocka_unit_test_setup_teardown(test_references, lock_and_close, close_other),
		cmocka_unit_test_setup_teardown(test_replace, lock_and_close, close_other),
		cmocka_unit_test(test_limit),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		tests[3 + i] = (struct CMUnitTest){ .name = cases[i].name,
						    .test_func = test_erase,
						    .initial_state = (void *)&cases[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
