/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The NVDIMM bus around two static regions, one of 1 GiB with room for its namespace and one of 2
 * MiB without: what reads how, what a write answers, and what then is there. Recorded: 25-nd.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

#include "base/util.h"
#include "fixture.h"

#define NB   "sys/devices/platform/e820_pmem/ndbus0/"
#define R0   NB "region0/"
#define R3   NB "region3/"
#define BUS  "sys/bus/nd/"
#define DRV  BUS "drivers/"
#define UUID "11111111-2222-3333-4444-555555555555"

#define OK INT32_MAX /* all bytes of the text */

/* What else comes first: a write each, which must succeed. */
#define UNBIND                                  \
	{                                       \
		DRV "dax_pmem/unbind", "dax0.0" \
	}
#define DETACH                              \
	UNBIND,                             \
	{                                   \
		R0 "dax0.0/namespace", "\n" \
	}

static const struct nd_case {
	const char *name;
	const char *path, *text; /* NULL text: only looks */
	long result;
	const char *look, *answer;
	struct {
		const char *path, *text;
	} before[3];
} cases[] = {
	/* two regions on one bus */
	{ "raw size", .look = R0 "size", .answer = "1092616192\n" },
	{ "raw start", .look = R0 "resource", .answer = "0x13ee00000\n" },
	{ "namespace size", .look = R0 "namespace0.0/size", .answer = "1092616192\n" },
	{ "device start", .look = R0 "dax0.0/resource", .answer = "0x140000000\n" },
	{ "align", .look = R0 "align", .answer = "0x1000000\n" },
	{ "no room for metadata", .look = R3 "resource", .answer = "0x180000000\n" },
	{ "as large as its device", .look = R3 "size", .answer = "2097152\n" },
	{ "align of a small one", .look = R3 "align", .answer = "0x1000\n" },
	{ "its seed", .look = R3 "dax_seed", .answer = "dax3.1\n" },
	{ "its link", .look = BUS "devices/pfn3.0",
	  .answer = "../../../devices/platform/e820_pmem/ndbus0/region3/pfn3.0" },
	{ "no third region", .look = NB "region1/size", .answer = "ERROR -2" },
	{ "no device of another", .look = R0 "dax3.0/size", .answer = "ERROR -2" },
	{ "uuids differ", .look = R3 "dax3.0/uuid",
	  .answer = "da0e0000-da7a-4da0-8da0-000000000003\n" },
	{ "seed size", .look = R0 "pfn0.0/size", .answer = "ERROR -6" },
	{ "seed resource", .look = R0 "dax0.1/resource", .answer = "ERROR -6" },
	{ "the char device of the bus", .look = "sys/dev/char/245:0",
	  .answer = "../../devices/platform/e820_pmem/ndbus0/nd/ndctl0" },

	/* what is bound cannot be changed */
	{ "align bound", R0 "dax0.0/align", "4096", -EBUSY },
	{ "mode bound", R0 "dax0.0/mode", "x", -EBUSY },
	{ "uuid bound", R0 "dax0.0/uuid", UUID, -EBUSY },
	{ "namespace bound", R0 "dax0.0/namespace", "", 0 },
	{ "namespace bound, newline", R0 "dax0.0/namespace", "\n", -EBUSY },
	{ "holder_class", R0 "namespace0.0/holder_class", "x", -EBUSY },

	/* nor what is not */
	{ "uuid unbound", R0 "dax0.0/uuid", UUID, -EOPNOTSUPP, .before = { UNBIND } },
	{ "size unbound", .look = R0 "dax0.0/size", .answer = "ERROR -6", .before = { UNBIND } },
	{ "held unbound", .look = R0 "namespace0.0/holder", .answer = "dax0.0\n",
	  .before = { UNBIND } },
	{ "others are bound", .look = R3 "dax3.0/size", .answer = "2097152\n",
	  .before = { UNBIND } },
	{ "force_raw", R0 "namespace0.0/force_raw", "1", -EOPNOTSUPP },
	{ "force_raw off", R0 "namespace0.0/force_raw", "0", OK },
	{ "force_raw junk", R0 "namespace0.0/force_raw", "x", -EINVAL },
	{ "read_only", R0 "read_only", "1", -EOPNOTSUPP },
	{ "region align the same", R0 "align", "0x1000000\n", OK },
	{ "region align", R0 "align", "4096", -EOPNOTSUPP },
	{ "region align no power", R0 "align", "12288", -EINVAL },
	{ "region align too small", R0 "align", "2048", -EINVAL },
	{ "region align too large", R3 "align", "4194304", -EINVAL },
	{ "region align junk", R0 "align", "x", -EINVAL },

	/* seeds */
	{ "seed align", R0 "pfn0.0/align", "4096", -EOPNOTSUPP },
	{ "seed align the same", R0 "dax0.1/align", "2097152", OK },
	{ "seed align junk", R0 "dax0.1/align", "8192", -EINVAL },
	{ "seed mode", R0 "dax0.1/mode", "pmem", -EOPNOTSUPP },
	{ "seed mode the same", R0 "dax0.1/mode", "none", OK },
	{ "seed mode junk", R0 "dax0.1/mode", "x", -EINVAL },
	{ "seed uuid", R0 "btt0.0/uuid", UUID, -EOPNOTSUPP },
	{ "seed uuid short", R0 "btt0.0/uuid", "11111111-2222", -EINVAL },
	{ "sector size", R0 "btt0.0/sector_size", "4160", -EOPNOTSUPP },
	{ "sector size junk", R0 "btt0.0/sector_size", "511", -EINVAL },
	{ "seed namespace none", R0 "dax0.1/namespace", "\n", OK },
	{ "seed namespace held", R0 "dax0.1/namespace", "namespace0.0", -EBUSY },
	{ "seed namespace of another", R0 "dax0.1/namespace", "namespace3.0", -ENODEV },
	{ "seed namespace junk", R0 "dax0.1/namespace", "x", -EINVAL },
	{ "seed namespace free", R0 "dax0.1/namespace", "namespace0.0", -EOPNOTSUPP,
	  .before = { DETACH } },

	/* a namespace given back, and taken again */
	{ "namespace junk", R0 "dax0.0/namespace", "x", -EINVAL, .before = { UNBIND } },
	{ "namespace set already", R0 "dax0.0/namespace", "namespace0.1", -EBUSY,
	  .before = { UNBIND } },
	{ "nobody holds it", .look = R0 "namespace0.0/holder", .answer = "\n",
	  .before = { DETACH } },
	{ "mode of a free one", .look = R0 "namespace0.0/mode", .answer = "memory\n",
	  .before = { DETACH } },
	{ "the device is gone", .look = R0 "dax0.0/uuid", .answer = "ERROR -2",
	  .before = { DETACH } },
	{ "also from the bus", .look = BUS "devices/dax0.0", .answer = "ERROR -2",
	  .before = { DETACH } },
	{ "the seed is left", .look = R0 "dax0.1/mode", .answer = "none\n", .before = { DETACH } },
	{ "no driver takes it", DRV "dax_pmem/bind", "dax0.0", -ENODEV, .before = { DETACH } },
	{ "holder_class of a free one", R0 "namespace0.0/holder_class", "btt", -EOPNOTSUPP,
	  .before = { DETACH } },
	{ "holder_class the same", R0 "namespace0.0/holder_class", "dax\n", OK,
	  .before = { DETACH } },
	{ "holder_class junk", R0 "namespace0.0/holder_class", "x", -EINVAL, .before = { DETACH } },
	{ "nd_pmem finds it",
	  DRV "nd_pmem/bind",
	  "namespace0.0",
	  -ENXIO,
	  R0 "dax0.0/namespace",
	  "namespace0.0\n",
	  { DETACH } },
	{ "so does a probe",
	  BUS "drivers_probe",
	  "namespace0.0\n",
	  OK,
	  R0 "dax0.0/dax_region/id",
	  "0\n",
	  { DETACH } },
	{ "nd_pmem with a held one", DRV "nd_pmem/bind", "namespace0.0", -ENXIO },

	/* drivers */
	{ "bound already", DRV "dax_pmem/bind", "dax0.0", -EBUSY },
	{ "region bound already", DRV "nd_region/bind", "region0", -EBUSY },
	{ "region stays bound", DRV "nd_region/unbind", "region0", -EOPNOTSUPP },
	{ "no such region", DRV "nd_region/unbind", "region1", -ENODEV },
	{ "not its kind", DRV "nd_region/bind", "dax0.0", -ENODEV },
	{ "nothing of nvdimm's", DRV "nvdimm/unbind", "region0", -ENODEV },
	{ "nothing of nd_pmem's", DRV "nd_pmem/unbind", "namespace0.0", -ENODEV },
	{ "a seed for nd_pmem", DRV "nd_pmem/bind", "pfn0.0", -ENODEV },
	{ "probe of nobody", BUS "drivers_probe", "x", -ENODEV },
	{ "probe of a name too long", BUS "drivers_probe",
	  "namespace0.0namespace0.0namespace0.0namespace0.0", -ENODEV },
	{ "probe of what is bound", BUS "drivers_probe", "region3", OK },
	{ "autoprobe", BUS "drivers_autoprobe", "0", -EOPNOTSUPP, BUS "drivers_autoprobe", "1\n" },
	{ "autoprobe on", BUS "drivers_autoprobe", "1", OK },
	{ "nd_bus has no bind", .look = DRV "nd_bus/bind", .answer = "ERROR -2" },
};

static void add_region(struct fixture *fixture, int id, uint64_t start, uint64_t len)
{
	struct dax_region_config config = {
		.id = id, .kind = DAX_REGION_PMEM, .span = { start, len }, .align = 2 * MIB
	};

	assert_int_equal(dax_region_add(fixture->model, &config, DAX_DRIVER_DEFAULT, NULL), 0);
}

static void begin(struct fixture *fixture)
{
	fixture_begin(fixture, "6.12", "");
	add_region(fixture, 0, 5 * GIB, GIB);
	add_region(fixture, 3, 6 * GIB, 2 * MIB);
}

static void test_nd(void **state)
{
	const struct nd_case *c = *state;
	long result = c->text && c->result == OK ? (long)strlen(c->text) : c->result;
	struct fixture fixture;

	begin(&fixture);
	for (size_t i = 0; i < ARRAY_SIZE(c->before) && c->before[i].path; i++)
		assert_true(fixture_write(&fixture, c->before[i].path, c->before[i].text) > 0);
	if (c->text)
		assert_int_equal(fixture_write(&fixture, c->path, c->text), result);
	if (c->look)
		assert_string_equal(fixture_read(&fixture, c->look), c->answer);
	fixture_end(&fixture);
}

/* Without a static region there is no bus; with one the machine's own is hidden. */
static void test_hidden(void **state)
{
	const struct sysfs_ref dev = { .kind = SYSFS_DEVFS };
	struct fixture fixture;
	struct sysfs_ref ref;

	(void)state;
	fixture_begin(&fixture, "6.12", "h");
	assert_int_equal(fixture_find(&fixture, "sys/bus/nd", &ref), -ENOENT);
	assert_int_equal(fixture_find(&fixture, "sys/class/nd", &ref), -ENOENT);
	assert_int_equal(fixture_find(&fixture, "sys/dev/char/245:0", &ref), -ENOENT);
	assert_int_equal(fixture_find(&fixture, "dev/ndctl0", &ref), -ENOENT);
	assert_false(sysfs_hides(&fixture.tree, dev, "ndctl1"));
	add_region(&fixture, 3, 8 * GIB, 2 * MIB);
	assert_true(sysfs_hides(&fixture.tree, dev, "ndctl1"));
	assert_false(sysfs_hides(&fixture.tree, dev, "ndctl"));
	assert_int_equal(fixture_find(&fixture, "sys/bus/nd", &ref), 0);
	assert_false(sysfs_is_merged(ref));
	fixture_end(&fixture);
}

/* ndctl0 has a twin also where CUSE makes daxX.Y; both have one mode. */
static void test_file(void **state)
{
	struct fixture fixture;
	struct sysfs_ref file, twin;
	struct stat st;

	(void)state;
	begin(&fixture);
	fixture.tree.device_files = false;
	assert_int_equal(fixture_find(&fixture, "dev/dax0.0", &file), -ENOENT);
	assert_int_equal(fixture_find(&fixture, "dev/.daxemu/twin/252:0", &file), -ENOENT);
	assert_int_equal(fixture_find(&fixture, "dev/ndctl0", &file), 0);
	assert_int_equal(fixture_find(&fixture, "dev/.daxemu/twin/245:0", &twin), 0);
	assert_int_equal(sysfs_set_meta(&fixture.tree, twin, 0640, (uid_t)-1, (gid_t)-1), 0);
	sysfs_stat(&fixture.tree, file, &st);
	assert_int_equal(st.st_mode, S_IFCHR | 0640);
	assert_int_equal(st.st_rdev, makedev(245, 0));
	assert_null(sysfs_dev(&fixture.tree, twin));
	fixture_end(&fixture);
}

/* What was set on an nd dax device ends with it. */
static void test_meta(void **state)
{
	struct fixture fixture;
	struct sysfs_ref uuid;

	(void)state;
	begin(&fixture);
	assert_int_equal(fixture_find(&fixture, R0 "dax0.0/uuid", &uuid), 0);
	assert_int_equal(sysfs_set_meta(&fixture.tree, uuid, 0600, (uid_t)-1, (gid_t)-1), 0);
	assert_int_equal(fixture_write(&fixture, DRV "dax_pmem/unbind", "dax0.0"), 6);
	assert_int_equal(fixture.tree.meta.nr, 1);
	assert_int_equal(fixture_write(&fixture, R0 "dax0.0/namespace", "\n"), 1);
	assert_int_equal(fixture.tree.meta.nr, 0);
	fixture_end(&fixture);
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(cases) + 3];
	size_t n = 0;

	for (; n < ARRAY_SIZE(cases); n++)
		tests[n] = (struct CMUnitTest){ .name = cases[n].name,
						.test_func = test_nd,
						.initial_state = (void *)&cases[n] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_hidden);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_file);
	tests[n] = (struct CMUnitTest)cmocka_unit_test(test_meta);
	return cmocka_run_group_tests_name("sysfs.nd", tests, NULL, NULL);
}
