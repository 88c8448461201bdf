/* SPDX-License-Identifier: BSD-3-Clause */
/* Which major number the CUSE device files get. */
#include "cuse/major.h"

#include <errno.h>
#include <stdio.h>

#include "base/util.h"
#include "rows.h"

#define HEAD "Character devices:\n  1 mem\n 10 misc\n"
#define TAIL "\nBlock devices:\n  7 loop\n252 device-mapper\n254 virtblk\n"

static const struct major_case {
	const char *name;
	const char *devices;
	unsigned wanted;
	int result;
} cases[] = {
	{ "a free number is taken as wanted", HEAD TAIL, 252, 252 },
	{ "the kernel's dax core has it", HEAD "252 dax\n" TAIL, 252, 240 },
	{ "the first free one", HEAD "240 a\n241 b\n252 dax\n" TAIL, 252, 242 },
	{ "a block device is no obstacle", HEAD TAIL, 254, 254 },
	{ "a longer number is another one", HEAD "1252 a\n" TAIL, 252, 252 },
	{ "a part of a number is another one", HEAD "252 dax\n" TAIL, 25, 25 },
	{ "an empty list", "", 252, 252 },
};

static void test_choose(void **state)
{
	const struct major_case *c = *state;

	assert_int_equal(major_choose(c->devices, c->wanted), c->result);
}

static void test_none_left(void **state)
{
	char devices[8192];
	size_t n = 0;

	(void)state;
	for (int major = 1; major < 256; major++)
		n += (size_t)snprintf(devices + n, sizeof(devices) - n, "%3d taken\n", major);
	assert_int_equal(major_choose(devices, 252), -EBUSY);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases) + 1] = { cmocka_unit_test(test_none_left) };

	row_tests(&tests[1], ROWS(cases, name), test_choose);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
