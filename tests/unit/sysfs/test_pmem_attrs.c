/* SPDX-License-Identifier: BSD-3-Clause */
/* Static regions and what an NVDIMM says of itself, as on real kernels. */
#include <errno.h>
#include <string.h>

#include "attr_case.h"
#include "base/util.h"
#include "rows.h"

#define NR  "sys/devices/platform/e820_pmem/ndbus0/region0/"
#define NR1 "sys/devices/platform/e820_pmem/ndbus0/region1/"
#define P   NR "dax0.0/"

static const struct attr_case cases[] = {
	/* static regions */
	{ "static size", P "dax0.0/size", "2097152", -EBUSY, P "dax0.0/size", "2147483648\n",
	  .regions = "p" },
	{ "static has no mapping", P "dax0.0/mapping", "1-2", -ENOENT, P "dax_region/create",
	  "ERROR -2", .regions = "p" },
	{ "static unbind", "sys/bus/nd/drivers/dax_pmem/unbind", "dax0.0", OK, P "dax_region/size",
	  "ERROR -2", .regions = "p" },
	{ "static driver", NULL, NULL, 0, P "driver", "../../../../../../bus/nd/drivers/dax_pmem",
	  .regions = "p" },

	/* what an NVDIMM says */
	{ "no deep_flush", NR "deep_flush", "1", -ENOENT, NR "persistence_domain", "ERROR -2",
	  .regions = "p" },
	{ "deep_flush needless", NULL, NULL, 0, NR "deep_flush", "0\n", .regions = "n" },
	{ "deep_flush", NR "deep_flush", "1", OK, NR "deep_flush", "1\n", .regions = "w" },
	{ "deep_flush yes", NR "deep_flush", "y\n", OK, NR "deep_flush", "1\n", .regions = "w" },
	{ "deep_flush no", NR "deep_flush", "0", -EINVAL, NR "deep_flush", "1\n", .regions = "w" },
	{ "deep_flush junk", NR "deep_flush", "2", -EINVAL, NR "deep_flush", "1\n",
	  .regions = "w" },
	{ "deep_flush e", NR "deep_flush", "e", -EINVAL, NR "deep_flush", "1\n", .regions = "w" },
	{ "deep_flush e 7.2", NR "deep_flush", "e", OK, NR "deep_flush", "1\n", .abi = "7.2",
	  .regions = "w" },
	{ "deep_flush read-only", NULL, NULL, 0, NR "deep_flush", "1\n", .regions = "r" },
	{ "deep_flush fails", NR "deep_flush", "1", -EIO, NR "deep_flush", "1\n", .regions = "f" },
	{ "deep_flush fails, first the value", NR "deep_flush", "0", -EINVAL, NR "deep_flush",
	  "1\n", .regions = "f" },
	{ "persists caches", NULL, NULL, 0, NR "persistence_domain", "cpu_cache\n",
	  .regions = "n" },
	{ "persists what left the caches", NULL, NULL, 0, NR "persistence_domain",
	  "memory_controller\n", .regions = "w" },
};

/* Bad blocks as ndctl reads them: sectors, in runs of 512 at most, as much as a page holds. */
static void test_bad(void **state)
{
	struct dax_range long_run = { 4096, 1024 * DAX_BAD_BLOCK };
	struct dax_region *region;
	struct fixture fixture;
	const char *text;

	(void)state;
	fixture_begin(&fixture, "6.12", "hp");
	region = dax_region_find(fixture.model, 0);
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 0, 512 }), -EINVAL);
	region = dax_region_find(fixture.model, 1);
	assert_string_equal(fixture_read(&fixture, NR1 "badblocks"), "");
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 2 * GIB, 512 }), -EINVAL);
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 2 * GIB - 512, 512 }), 0);
	assert_int_equal(dax_region_add_bad(region, long_run), 0);
	assert_string_equal(fixture_read(&fixture, NR1 "badblocks"), "8 512\n520 512\n4194303 1\n");
	for (uint64_t i = 0; i < DAX_BAD_MAX - 3; i++)
		assert_int_equal(
			dax_region_add_bad(region, (struct dax_range){ GIB + i * MIB, 512 }), 0);
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 0, 512 }), -ENOSPC);
	text = fixture_read(&fixture, NR1 "badblocks");
	assert_in_range(strlen(text), SYSFS_PAGE - 24, SYSFS_PAGE - 1);
	assert_int_equal(text[strlen(text) - 1], '\n');
	fixture_end(&fixture);
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(cases) + 1];

	row_tests(tests, ROWS(cases, name), attr_case_test);
	tests[ARRAY_SIZE(cases)] = (struct CMUnitTest)cmocka_unit_test(test_bad);
	return cmocka_run_group_tests_name("sysfs.pmem_attrs", tests, NULL, NULL);
}
