/* SPDX-License-Identifier: BSD-3-Clause */
/* /proc/devices, and the files that are mounted over those of /proc: what is in them, and for whom.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/util.h"
#include "fixture.h"
#include "rows.h"
#include "sysfs-emu/chrdevs.h"

/* --- /proc/devices ------------------------------------------------------------------------ */

#define BLOCK "\nBlock devices:\n  7 loop\n252 zram\n"

static const struct chrdevs_case {
	const char *name;
	unsigned major, nd_major; /* 0: no static region */
	const char *real, *want;
} chrdevs[] = {
	{ "in its place", 252, 0, "Character devices:\n  1 mem\n251 pps\n253 dimmctl\n" BLOCK,
	  "Character devices:\n  1 mem\n251 pps\n252 dax\n253 dimmctl\n" BLOCK },
	{ "last", 252, 0, "Character devices:\n  1 mem\n" BLOCK,
	  "Character devices:\n  1 mem\n252 dax\n" BLOCK },
	{ "after those of the same number", 252, 0,
	  "Character devices:\n252 a\n252 b\n253 c\n" BLOCK,
	  "Character devices:\n252 a\n252 b\n252 dax\n253 c\n" BLOCK },
	{ "once", 252, 0, "Character devices:\n  1 mem\n250 dax\n252 dax\n254 ndctl\n" BLOCK,
	  "Character devices:\n  1 mem\n252 dax\n254 ndctl\n" BLOCK },
	{ "CUSE names its own", 251, 0,
	  "Character devices:\n251 dax0.0\n251 dax0.1\n252 daxle\n" BLOCK,
	  "Character devices:\n251 dax\n252 daxle\n" BLOCK },
	{ "aligned", 60, 0, "Character devices:\n  1 mem\n" BLOCK,
	  "Character devices:\n  1 mem\n 60 dax\n" BLOCK },
	{ "no end of line", 252, 0, "Character devices:\n  1 mem",
	  "Character devices:\n  1 mem\n252 dax\n" },
	{ "with a static region", 252, 245,
	  "Character devices:\n  1 mem\n244 b\n246 c\n253 ndctl\n" BLOCK,
	  "Character devices:\n  1 mem\n244 b\n245 ndctl\n246 c\n252 dax\n" BLOCK },
	{ "at the end, with a static region", 252, 245,
	  "Character devices:\n  1 mem\n252 ndctl\n" BLOCK,
	  "Character devices:\n  1 mem\n245 ndctl\n252 dax\n" BLOCK },
	{ "nothing can be read", 252, 0, "", "Character devices:\n252 dax\n\nBlock devices:\n" },
};

static void test_chrdevs(void **state)
{
	const struct chrdevs_case *c = *state;
	_cleanup_strbuf_ struct strbuf got = { 0 };
	const struct chrdev ours[] = { { c->nd_major, "ndctl" }, { c->major, "dax" } };
	size_t first = c->nd_major ? 0 : 1;

	assert_int_equal(chrdevs_render(ours + first, 2 - first, c->real, &got), 0);
	assert_string_equal(got.text, c->want);
}

/* --- the files ---------------------------------------------------------------------------- */

static void write_file(const char *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_file_ FILE *f = NULL;

	assert_true(asprintf(&path, "%s/%s", dir, name) > 0);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
}

/* A /proc of our own making. */
static void test_files(void **state)
{
	char dir[] = "/tmp/iomem.XXXXXX", command[64];
	struct sysfs_ref ref;
	struct fixture f;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	write_file(dir, "iomem", "00001000-0009fbff : System RAM\n");
	write_file(dir, "devices", "Character devices:\n  1 mem\n\nBlock devices:\n");
	fixture_begin(&f, "7.2", "h");
	f.tree.real_proc = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(f.tree.real_proc >= 0);
	assert_string_equal(fixture_read(&f, "dev/.daxemu/proc/iomem"),
			    "00001000-0009fbff : System RAM\n"
			    "100000000-17fffffff : dax0.0\n");
	assert_string_equal(fixture_read(&f, "dev/.daxemu/proc/devices"),
			    "Character devices:\n  1 mem\n251 dax\n\nBlock devices:\n");
	assert_int_equal(fixture_find(&f, "dev/.daxemu/proc/iomem", &ref), 0);
	sysfs_stat(&f.tree, ref, &st);
	assert_int_equal(st.st_mode, S_IFREG | 0444);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(sysfs_check_open(&f.tree, ref, O_RDWR), -EACCES);
	close(f.tree.real_proc);
	f.tree.real_proc = -1;
	assert_string_equal(fixture_read(&f, "dev/.daxemu/proc/iomem"),
			    "100000000-17fffffff : dax0.0\n");
	fixture_end(&f);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

/* Only addresses are for root: the list of devices is for all. */
static void test_redact(void **state)
{
	static const struct {
		const char *path, *text, *want;
	} files[] = {
		{ "dev/.daxemu/proc/iomem", "00001000-00001fff : x\n", "00000000-00000000 : x\n" },
		{ "dev/.daxemu/proc/devices", "00001000-00001fff : x\n",
		  "00001000-00001fff : x\n" },
		{ "sys/bus/dax/devices", "00001000-00001fff : x\n", "00001000-00001fff : x\n" },
	};
	struct sysfs_ref ref;
	struct fixture f;

	(void)state;
	fixture_begin(&f, "6.12", "h");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_strbuf_ struct strbuf text = { 0 };

		assert_int_equal(fixture_find(&f, files[i].path, &ref), 0);
		assert_int_equal(strbuf_printf(&text, "%s", files[i].text), 0);
		sysfs_redact(ref, &text);
		assert_string_equal(text.text, files[i].want);
	}
	fixture_end(&f);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(chrdevs) + 2] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_redact),
	};

	row_tests(&tests[2], ROWS(chrdevs, name), test_chrdevs);
	return cmocka_run_group_tests_name("sysfs.proc", tests, NULL, NULL);
}
