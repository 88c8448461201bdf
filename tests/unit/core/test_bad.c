/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists of bad blocks: what is added and cleared, and the list after it, as Linux keeps them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "core/bad.h"

#define MAX_STEPS 6

/* In blocks, but where @odd bytes are said. */
struct step {
	char verb; /* '+', '-', or 0 at the end */
	uint64_t block, count;
	int result;
	uint64_t odd; /* bytes added to the start */
};

static const struct bad_case {
	const char *name;
	struct step steps[MAX_STEPS];
	const char *list; /* "block+count ..." */
} cases[] = {
	{ "nothing", { { 0 } }, "" },
	{ "one", { { '+', 8, 1 } }, "8+1" },
	{ "the last block there is", { { '+', UINT64_MAX / 512 - 1, 1 } }, "36028797018963966+1" },
	{ "sorted", { { '+', 8, 1 }, { '+', 2, 1 }, { '+', 20, 3 } }, "2+1 8+1 20+3" },
	{ "again", { { '+', 8, 2 }, { '+', 8, 2 } }, "8+2" },
	{ "within", { { '+', 8, 8 }, { '+', 10, 2 } }, "8+8" },
	{ "touching below", { { '+', 8, 2 }, { '+', 6, 2 } }, "6+4" },
	{ "touching above", { { '+', 8, 2 }, { '+', 10, 2 } }, "8+4" },
	{ "bridging", { { '+', 0, 2 }, { '+', 4, 2 }, { '+', 2, 2 } }, "0+6" },
	{ "swallowing", { { '+', 2, 1 }, { '+', 5, 1 }, { '+', 9, 1 }, { '+', 0, 7 } }, "0+7 9+1" },
	{ "over one's end", { { '+', 2, 4 }, { '+', 4, 4 } }, "2+6" },
	{ "no length", { { '+', 8, 1 }, { '+', 0, 0, -EINVAL } }, "8+1" },
	{ "odd", { { '+', 8, 1, -EINVAL, 1 } }, "" },
	{ "wrapping", { { '+', UINT64_MAX / 512 - 1, 3, -EINVAL } }, "" },
	{ "as long as there may be", { { '+', 0, 512 * 512 } }, "0+262144" },
	{ "longer", { { '+', 0, 512 * 512 + 1, -ENOSPC } }, "" },
	{ "one entry too many",
	  { { '+', 0, 512 * 511 }, { '+', 300000, 1 }, { '+', 400000, 1, -ENOSPC } },
	  "0+261632 300000+1" },
	{ "a full list takes what joins",
	  { { '+', 0, 512 * 510 + 1 }, { '+', 300000, 1 }, { '+', 512 * 510 + 1, 511 } },
	  "0+261632 300000+1" },

	{ "clear of nothing", { { '-', 0, 8 } }, "" },
	{ "clear beside", { { '+', 8, 2 }, { '-', 6, 2 }, { '-', 10, 2 } }, "8+2" },
	{ "clear all", { { '+', 8, 2 }, { '+', 12, 2 }, { '-', 0, 100 } }, "" },
	{ "clear exactly", { { '+', 8, 2 }, { '+', 12, 2 }, { '-', 8, 2 } }, "12+2" },
	{ "clear the start", { { '+', 8, 4 }, { '-', 0, 9 } }, "9+3" },
	{ "clear the end", { { '+', 8, 4 }, { '-', 11, 9 } }, "8+3" },
	{ "clear the middle", { { '+', 8, 4 }, { '-', 9, 2 } }, "8+1 11+1" },
	{ "clear over several",
	  { { '+', 0, 4 }, { '+', 6, 2 }, { '+', 10, 4 }, { '-', 2, 10 } },
	  "0+2 12+2" },
	{ "clear in part stays", { { '+', 8, 3 }, { '-', 8, 2, 0, 100 } }, "8+1 10+1" },
	{ "clear less than a block", { { '+', 8, 1 }, { '-', 8, 0, 0, 100 } }, "8+1" },
	{ "clear to the end of all", { { '+', 8, 4 }, { '-', 10, UINT64_MAX / 512 - 10 } }, "8+2" },
	{ "clear wrapping", { { '+', 8, 4 }, { '-', 10, UINT64_MAX / 512 } }, "8+4" },
	{ "clear of a full list where two would be left",
	  { { '+', 0, 512 * 512 }, { '-', 100, 1, -ENOSPC }, { '-', 100, 412 } },
	  "0+100 512+261632" },
};

static void step(struct dax_bad *bad, const struct step *s)
{
	struct dax_range range = { s->block * 512 + s->odd, s->count * 512 };

	assert_int_equal((s->verb == '+' ? dax_bad_add : dax_bad_clear)(bad, range), s->result);
}

static void test_list(void **state)
{
	const struct bad_case *c = *state;
	struct dax_bad bad = { 0 };
	struct dax_range run;
	char list[128] = "";
	uint64_t at = 0;

	for (size_t i = 0; i < MAX_STEPS && c->steps[i].verb; i++)
		step(&bad, &c->steps[i]);
	for (; dax_bad_next(&bad, at, &run); at = dax_range_end(run))
		sprintf(list + strlen(list), "%s%llu+%llu", *list ? " " : "",
			(unsigned long long)run.start / 512, (unsigned long long)run.len / 512);
	dax_bad_free(&bad);
	assert_string_equal(list, c->list);
}

/* What an access meets, in pages; the list of each: blocks 7, 8, 9, 24, 40 to 47, 512. */
static const struct unit_case {
	const char *name;
	uint64_t from, unit;
	uint64_t start, len; /* 0: none */
} unit_cases[] = {
	{ "from the start", 0, 4 * KIB, 0, 8 * KIB },
	{ "from within a page that a block before has spoiled", 4000, 4 * KIB, 0, 8 * KIB },
	{ "from its second page", 5 * KIB, 4 * KIB, 0, 8 * KIB },
	{ "the next", 8 * KIB, 4 * KIB, 12 * KIB, 4 * KIB },
	{ "a whole page", 16 * KIB, 4 * KIB, 20 * KIB, 4 * KIB },
	{ "the last", 24 * KIB, 4 * KIB, 256 * KIB, 4 * KIB },
	{ "within the last", 257 * KIB, 4 * KIB, 256 * KIB, 4 * KIB },
	{ "none", 260 * KIB, 4 * KIB, 0, 0 },
	{ "none up there", UINT64_MAX, 4 * KIB, 0, 0 },
	{ "larger pages", 0, 16 * KIB, 0, 32 * KIB },
	{ "huge pages", 100 * KIB, 2 * MIB, 0, 2 * MIB },
	{ "past the huge page", 2 * MIB, 2 * MIB, 0, 0 },
};

static void test_units(void **state)
{
	static const struct step steps[] = {
		{ '+', 7, 3, 0, 0 },
		{ '+', 24, 1, 0, 0 },
		{ '+', 40, 8, 0, 0 },
		{ '+', 512, 1, 0, 0 },
	};
	const struct unit_case *c = *state;
	struct dax_bad bad = { 0 };
	struct dax_range out;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		step(&bad, &steps[i]);
	assert_int_equal(dax_bad_next_unit(&bad, c->from, c->unit, &out), c->len > 0);
	dax_bad_free(&bad);
	if (!c->len)
		return;
	assert_int_equal(out.start, c->start);
	assert_int_equal(out.len, c->len);
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(cases) + ARRAY_SIZE(unit_cases)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[n++] = (struct CMUnitTest){ cases[i].name, test_list, NULL, NULL,
						  (void *)&cases[i] };
	for (size_t i = 0; i < ARRAY_SIZE(unit_cases); i++)
		tests[n++] = (struct CMUnitTest){ unit_cases[i].name, test_units, NULL, NULL,
						  (void *)&unit_cases[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
