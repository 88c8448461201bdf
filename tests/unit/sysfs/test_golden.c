/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The whole tree, compared with a text that was compared with the recordings. To make the texts
 * anew after a change: DAXEMU_GOLDEN=write test_sysfs.golden, then read the diff.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "fixture.h"
#include "rows.h"

static const struct golden_case {
	const char *name; /* also of the file */
	const char *abi;
	const char *regions;
	/* Writes before the look: path, text, path, text, ... */
	const char *writes[16];
} cases[] = {
	{ "tree-6.1", "6.1", "h" },
	{ "tree-6.12", "6.12", "h" },
	{ "tree-7.2", "7.2", "h" },
	{ "tree-static", "6.12", "p" },
	{ "tree-kmem", "6.12", "H" },
	{ "tree-devices",
	  "6.12",
	  "hh",
	  { "sys/bus/dax/drivers/device_dax/unbind", "dax0.0",
	    "sys/devices/platform/hmem.0/dax0.0/size", "4194304",
	    "sys/devices/platform/hmem.0/dax_region/create", "1",
	    "sys/devices/platform/hmem.0/dax0.1/size", "2097152",
	    "sys/devices/platform/hmem.0/dax0.0/size", "8388608",
	    "sys/bus/platform/drivers/hmem/unbind", "hmem.1" } },
};

static char *read_golden(const char *path)
{
	_cleanup_file_ FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 20);

	assert_non_null(f);
	assert_true(fread(text, 1, (1 << 20) - 1, f) > 0);
	return text;
}

static void write_golden(const char *path, const char *text)
{
	_cleanup_file_ FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
}

/* Says which line differs, where a string compare would print everything. */
static void compare_lines(const char *got, const char *want)
{
	for (int line = 1; *got || *want; line++) {
		size_t n = strcspn(got, "\n"), m = strcspn(want, "\n");

		if (n != m || memcmp(got, want, n) != 0)
			fail_msg("line %d: got  %.*s\n          want %.*s", line, (int)n, got,
				 (int)m, want);
		got += n + (got[n] == '\n');
		want += m + (want[m] == '\n');
	}
}

static void test_golden(void **state)
{
	const struct golden_case *c = *state;
	const char *mode = getenv("DAXEMU_GOLDEN");
	struct fixture fixture;
	char path[512];

	fixture_begin(&fixture, c->abi, c->regions);
	for (int i = 0; c->writes[i]; i += 2)
		assert_int_equal(fixture_write(&fixture, c->writes[i], c->writes[i + 1]),
				 strlen(c->writes[i + 1]));
	_cleanup_free_ char *got = fixture_dump(&fixture, "sys");
	snprintf(path, sizeof(path), GOLDEN_DIR "/%s.txt", c->name);
	if (mode && strcmp(mode, "write") == 0)
		write_golden(path, got);
	_cleanup_free_ char *want = read_golden(path);

	compare_lines(got, want);
	fixture_end(&fixture);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases)];

	row_tests(tests, ROWS(cases, name), test_golden);
	return cmocka_run_group_tests_name("sysfs.golden", tests, NULL, NULL);
}
