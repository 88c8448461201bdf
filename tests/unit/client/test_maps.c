/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading /proc/PID/maps: canned text in pieces of every size, and the real file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/mman.h>

#include "base/util.h"
#include "client/maps.h"

static const char text[] =
	"559c9a8d4000-559c9a8d6000 r--p 00000000 08:01 1835136   /usr/bin/cat with-a-dash f00\n"
	"7f2c00000000-7f2c00200000 rw-s 140000000 00:01 2057     /memfd:dax0.0 (deleted)\n"
	"7f2c00200000-7f2c00400000 ---s 00200000 00:01 2057      /memfd:dax0.0 (deleted)\n"
	"7ffd3b7f4000-7ffd3b815000 rwxp 00000000 00:00 0         [stack]\n"
	"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n";

static const struct maps_case {
	const char *name;
	uint64_t addr;
	bool found;
	struct maps_line line;
} cases[] = {
	{ "first byte of all",
	  0x559c9a8d4000,
	  true,
	  { 0x559c9a8d4000, 0x559c9a8d6000, 0, 1, false } },
	{ "before all", 0x559c9a8d3fff, false, { 0 } },
	{ "in a hole", 0x559c9a8d6000, false, { 0 } },
	{ "shared",
	  0x7f2c00000123,
	  true,
	  { 0x7f2c00000000, 0x7f2c00200000, 0x140000000, PROT_READ | PROT_WRITE, true } },
	{ "its last byte",
	  0x7f2c001fffff,
	  true,
	  { 0x7f2c00000000, 0x7f2c00200000, 0x140000000, PROT_READ | PROT_WRITE, true } },
	{ "the next one, no access",
	  0x7f2c00200000,
	  true,
	  { 0x7f2c00200000, 0x7f2c00400000, 0x200000, PROT_NONE, true } },
	{ "private, all rights",
	  0x7ffd3b800000,
	  true,
	  { 0x7ffd3b7f4000, 0x7ffd3b815000, 0, 7, false } },
	{ "the upper half",
	  0xffffffffff600000,
	  true,
	  { 0xffffffffff600000, 0xffffffffff601000, 0, PROT_EXEC, false } },
};

static void test_feed(void **state)
{
	const struct maps_case *c = *state;

	for (size_t piece = 1; piece < sizeof(text); piece++) {
		struct maps_scan scan = { 0 };
		bool found = false;

		for (size_t at = 0; at < sizeof(text) - 1 && !found; at += piece)
			found = maps_feed(&scan, text + at, min_u64(piece, sizeof(text) - 1 - at),
					  c->addr);
		assert_int_equal(found, c->found);
		if (!found)
			continue;
		assert_int_equal(scan.line.start, c->line.start);
		assert_int_equal(scan.line.end, c->line.end);
		assert_int_equal(scan.line.off, c->line.off);
		assert_int_equal(scan.line.prot, c->line.prot);
		assert_int_equal(scan.line.shared, c->line.shared);
	}
}

static void test_real(void **state)
{
	struct maps_line line;
	char *p = mmap(NULL, 3 * 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	munmap(p + 4096, 4096);
	assert_int_equal(maps_find((uintptr_t)p, &line), MAPS_YES);
	assert_int_equal(line.start, (uintptr_t)p);
	assert_int_equal(line.end, (uintptr_t)p + 4096);
	assert_int_equal(line.prot, PROT_READ);
	assert_true(line.shared);
	assert_int_equal(maps_find((uintptr_t)p + 4096, &line), MAPS_NO);
	munmap(p, 3 * 4096);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases) + 1] = { cmocka_unit_test(test_real) };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i + 1] = (struct CMUnitTest){ .name = cases[i].name,
						    .test_func = test_feed,
						    .initial_state = (void *)&cases[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
