/* SPDX-License-Identifier: BSD-3-Clause */
/* The list of bad pages as the library takes it: which messages are parts of it, and what of a
 * range a mapping has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "base/util.h"
#include "client/bad.h"

static const struct check_case {
	const char *name;
	long len;
	uint32_t size;
	uint16_t version, type;
	uint32_t serial;
	int32_t error;
	uint32_t left;
	int result;
} check_cases[] = {
	{ "one", 32, 32, 1, 3, 7, 0, 1, 1 },
	{ "one of many", 32, 32, 1, 3, 7, 0, 512, 1 },
	{ "as many as there may be", 512, 512, 1, 3, 7, 0, 31, 31 },
	{ "none", 16, 16, 1, 3, 7, 0, 1, -EPROTO },
	{ "the end", 0, 32, 1, 3, 7, 0, 1, -EPROTO },
	{ "an error", -104, 32, 1, 3, 7, 0, 1, -EPROTO },
	{ "cut", 20, 32, 1, 3, 7, 0, 2, -EPROTO },
	{ "half a range", 40, 40, 1, 3, 7, 0, 2, -EPROTO },
	{ "more than is left", 64, 64, 1, 3, 7, 0, 2, -EPROTO },
	{ "another version", 32, 32, 2, 3, 7, 0, 1, -EPROTO },
	{ "another type", 32, 32, 1, 2, 7, 0, 1, -EPROTO },
	{ "another serial", 32, 32, 1, 3, 8, 0, 1, -EPROTO },
	{ "with an error", 32, 32, 1, 3, 7, -5, 1, -EPROTO },
};

static void test_check(void **state)
{
	const struct check_case *c = *state;
	struct daxemu_msg_bad msg = { { c->size, c->version, c->type, c->serial, c->error } };

	assert_int_equal(bad_check(&msg, c->len, 7, c->left), c->result);
}

/* A mapping of 8 pages from page 16 on. */
static const struct clip_case {
	const char *name;
	uint64_t off, len;
	uint64_t want_off, want_len; /* 0: nothing */
} clip_cases[] = {
	{ "within", 0x11000, 0x1000, 0x11000, 0x1000 },
	{ "all", 0x10000, 0x8000, 0x10000, 0x8000 },
	{ "over the start", 0xf000, 0x2000, 0x10000, 0x1000 },
	{ "over the end", 0x17000, 0x9000, 0x17000, 0x1000 },
	{ "around", 0, 0x100000, 0x10000, 0x8000 },
	{ "before", 0xf000, 0x1000, 0, 0 },
	{ "behind", 0x18000, 0x1000, 0, 0 },
	{ "empty", 0x11000, 0, 0, 0 },
	{ "wrapping", 0x11000, UINT64_MAX - 0xfff, 0, 0 },
};

static void test_clip(void **state)
{
	const struct map_plan plan = { .off = 0x10000, .len = 0x8000 };
	const struct clip_case *c = *state;
	struct daxemu_bad bad = { c->off, c->len };

	assert_int_equal(bad_clip(&plan, &bad), c->want_len > 0);
	if (!c->want_len)
		return;
	assert_int_equal(bad.off, c->want_off);
	assert_int_equal(bad.len, c->want_len);
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(check_cases) + ARRAY_SIZE(clip_cases)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(check_cases); i++)
		tests[n++] = (struct CMUnitTest){ check_cases[i].name, test_check, NULL, NULL,
						  (void *)&check_cases[i] };
	for (size_t i = 0; i < ARRAY_SIZE(clip_cases); i++)
		tests[n++] = (struct CMUnitTest){ clip_cases[i].name, test_clip, NULL, NULL,
						  (void *)&clip_cases[i] };
	return cmocka_run_group_tests_name("client.bad", tests, NULL, NULL);
}
