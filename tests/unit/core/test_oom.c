/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory runs out at every allocation a command makes, one after the other: the command must say
 * -ENOMEM and leave the model as it was. The linker sends the core's allocations here (--wrap).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "rows.h"
#include "script.h"

enum { DUMP_SIZE = 1 << 16 };

void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static int allocations_left = -1; /* negative: no limit */

static bool allowed(void)
{
	return allocations_left < 0 || allocations_left-- > 0;
}

void *__wrap_calloc(size_t n, size_t size)
{
	return allowed() ? __real_calloc(n, size) : NULL;
}

void *__wrap_realloc(void *old, size_t size)
{
	return allowed() ? __real_realloc(old, size) : NULL;
}

/* Five devices; all but the last have a range each, which fills the arrays' room. */
#define FIVE                                                                         \
	SETUP "; size 0 0; create 1; create 1; create 1; create 1; size 0 2097152; " \
	      "size 1 2097152; size 2 2097152; size 3 2097152"

static const struct oom_case {
	const char *name;
	const char *abi;
	const char *setup; /* NULL for SETUP */
	const char *command;
	int least; /* allocations it makes */
} cases[] = {
	{ "region", "6.12", NULL, "region 1 200000000 40000000 hmem none", 4 },
	{ "create", "6.12", SETUP "; size 0 0; create 1; create 1; create 1", "create 1", 4 },
	{ "grow", "6.12", FIVE "; size 0 0; size 2 0", "size 4 0x8000000", 2 },
	{ "mapping", "6.12", FIVE, "map 4 140000000-1401fffff", 2 },
	{ "device_dax", "6.1", NULL, "bind device_dax 0", 1 },
	{ "kmem", "6.12", NULL, "bind kmem 0", 2 },
	{ "new_id", "6.12", NULL, "new_id device_dax 0.0", 1 },
	{ "enable", "6.12", SETUP "; disable 0", "enable 0", 1 },
};

/* With @n allocations to go. Return: what the command says. */
static int run_with(const struct oom_case *c, int n)
{
	_cleanup_free_ char *before = malloc(DUMP_SIZE);
	_cleanup_free_ char *after = malloc(DUMP_SIZE);
	const struct sequence sequence = { .abi = c->abi, .setup = c->setup };
	struct script s;
	int r;

	assert_true(before && after);
	script_begin(&s, &sequence);
	text_dump(s.model, before, DUMP_SIZE);
	allocations_left = n;
	r = script_run(&s, c->command);
	allocations_left = -1;
	text_dump(s.model, after, DUMP_SIZE);
	if (r == -ENOMEM)
		assert_string_equal(after, before);
	script_end(&s);
	return r;
}

static void test_oom(void **state)
{
	const struct oom_case *c = *state;
	int n = 0;

	while (run_with(c, n) == -ENOMEM)
		n++;
	assert_int_equal(run_with(c, n), 0);
	assert_true(n >= c->least);
}

int main(void)
{
	static struct CMUnitTest units[ARRAY_SIZE(cases)];

	row_tests(units, ROWS(cases, name), test_oom);
	return cmocka_run_group_tests_name("core.oom", units, NULL, NULL);
}
