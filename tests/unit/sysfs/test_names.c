/* SPDX-License-Identifier: BSD-3-Clause */
/* The small readers of the tree: names, ids, synthetic events, node lists, file ids. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/util.h"
#include "rows.h"
#include "sysfs-emu/names.h"
#include "sysfs-emu/nodelist.h"
#include "sysfs-emu/order.h"
#include "sysfs-emu/ref.h"
#include "sysfs-emu/uevent.h"

/* Recorded: newid.unbound.* */
static const struct id_case {
	const char *text;
	int result, region, dev;
} id_cases[] = {
	{ "dax0.0", 0, 0, 0 },
	{ "dax0.0\n", 0, 0, 0 },
	{ "dax0.0\n\n", -EINVAL },
	{ " dax0.0", -EINVAL },
	{ "dax0.0 ", -EINVAL },
	{ "dax0", -EINVAL },
	{ "dax0.", -EINVAL },
	{ "dax.0", -EINVAL },
	{ "dax0.0x", -EINVAL },
	{ "dax00.0", -EINVAL },
	{ "dax0.00", -EINVAL },
	{ "dax-1.0", 0, -1, 0 },
	{ "dax0.-1", 0, 0, -1 },
	{ "dax-0.0", -EINVAL },
	{ "dax4294967295.0", -EINVAL },
	{ "dax2147483648.0", -EINVAL },
	{ "dax2147483647.-2147483648", 0, INT_MAX, INT_MIN },
	{ "dax-2147483649.0", -EINVAL },
	{ "dax99999999999999999999999.0", -EINVAL },
	{ "DAX0.0", -EINVAL },
	{ "", -EINVAL },
	{ "\n", -EINVAL },
	{ "dax0.0 dax0.1", -EINVAL },
	{ "dax123456789.123456789", 0, 123456789, 123456789 },
	{ "dax+1.0", -EINVAL },
};

static void test_id(void **state)
{
	const struct id_case *c = *state;
	struct dax_id id = { 42, 42 };
	int file = c->result == 0 && c->region >= 0 && c->dev >= 0 && !strchr(c->text, '\n');

	assert_int_equal(names_parse_id(c->text, &id), c->result);
	assert_int_equal(id.region, c->result ? 42 : c->region);
	assert_int_equal(id.dev, c->result ? 42 : c->dev);
	assert_int_equal(names_parse_dev(c->text, &id), file ? 0 : -EINVAL);
}

#define UUID "fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed"

static const struct uevent_case {
	const char *text;
	int result;
	const char *action;
} uevent_cases[] = {
	{ "add", 0, "add" },
	{ "unbind\n", 0, "unbind" },
	{ "add\n\n", -EINVAL },
	{ " add", -EINVAL },
	{ "add ", -EINVAL },
	{ "ADD", -EINVAL },
	{ "ad", -EINVAL },
	{ "adding", -EINVAL },
	{ "", -EINVAL },
	{ "\n", -EINVAL },
	{ " ", -EINVAL },
	{ "change " UUID, 0, "change" },
	{ "change " UUID "\n", 0, "change" },
	{ "change " UUID " ", -EINVAL },
	{ "change " UUID "x", -EINVAL },
	{ "change fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18ee", -EINVAL },
	{ "change fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eeg", -EINVAL },
	{ "change fe4d7c9d0b8c6-4a70-9ef1-3d8a58d18eed", -EINVAL },
	{ "add " UUID " A=1 B2=c3", 0, "add" },
	{ "add " UUID " A=1 B", -EINVAL },
	{ "add " UUID " A=", -EINVAL },
	{ "add " UUID " =1", -EINVAL },
	{ "add " UUID " A_=1", -EINVAL },
	{ "add " UUID "  A=1", -EINVAL },
	{ "add " UUID " A=1=2", -EINVAL },
};

static void test_uevent(void **state)
{
	const struct uevent_case *c = *state;
	struct uevent_request request;

	assert_int_equal(uevent_parse(c->text, strlen(c->text), &request), c->result);
	if (c->result == 0)
		assert_string_equal(request.action, c->action);
}

static const struct list_case {
	const char *text, *result;
	int add;
} list_cases[] = {
	{ "0", "0-1\n", 1 },
	{ "0-1,3\n", "0-1,3,5\n", 5 },
	{ "0,1,2,3", "0-4\n", 4 },
	{ "", "7\n", 7 },
	{ "\n", "\n", -1 },
	{ "junk", "1\n", 1 },
	{ "0-", "0\n", 0 },
	{ "4-2", "1\n", 1 },
	{ "1000-99999999", "1000-1023\n", 1023 },
	{ "0,,2", "0,9\n", 9 },
	{ "1", "1\n", 4000 },
};

static void test_list(void **state)
{
	const struct list_case *c = *state;
	_cleanup_strbuf_ struct strbuf out = { 0 };
	struct nodelist list = { 0 };

	nodelist_parse(&list, c->text);
	nodelist_add(&list, c->add);
	assert_int_equal(nodelist_print(&list, &out), 0);
	assert_string_equal(out.text, c->result);
}

static void test_number(void **state)
{
	uint64_t n = 42;

	(void)state;
	assert_int_equal(names_parse_number("memory32", "memory", &n), 0);
	assert_int_equal(n, 32);
	assert_int_equal(names_parse_number("memory032", "memory", &n), -ENOENT);
	assert_int_equal(names_parse_number("memory", "memory", &n), -ENOENT);
	assert_int_equal(names_parse_number("memory3x", "memory", &n), -ENOENT);
	assert_int_equal(names_parse_number("node3", "memory", &n), -ENOENT);
	assert_int_equal(names_parse_number("m18446744073709551615", "m", &n), 0);
	assert_true(n == UINT64_MAX);
	assert_int_equal(names_parse_number("m18446744073709551616", "m", &n), -ENOENT);
}

/* Every field comes back; ids of real files are none of ours. */
static void test_ref(void **state)
{
	struct sysfs_ref ref = { .kind = SYSFS_MAPPING,
				 .leaf = 63,
				 .index = (1u << SYSFS_INDEX_BITS) - 1,
				 .serial = (UINT64_C(1) << SYSFS_SERIAL_BITS) - 1 };
	struct sysfs_ref back;

	(void)state;
	assert_true(sysfs_ref_decode(sysfs_ref_encode(ref), &back));
	assert_int_equal(back.kind, ref.kind);
	assert_int_equal(back.leaf, ref.leaf);
	assert_int_equal(back.index, ref.index);
	assert_true(back.serial == ref.serial);
	assert_false(sysfs_ref_decode(1, &back));
	assert_false(
		sysfs_ref_decode(SYSFS_REF_EMULATED | UINT64_C(127) << SYSFS_KIND_SHIFT, &back));
}

/* As `ls -U` lists them on a real kernel. */
static void test_order(void **state)
{
	static const char *const names[] = { "kernel", "power", "class",    "devices", "dev",
					     "fs",     "bus",	"firmware", "block",   "module" };

	(void)state;
	for (size_t i = 1; i < ARRAY_SIZE(names); i++)
		assert_true(sysfs_name_compare(names[i - 1], names[i]) < 0);
	assert_int_equal(sysfs_name_compare("dax0.0", "dax0.0"), 0);
}

int main(void)
{
	static struct CMUnitTest
		tests[ARRAY_SIZE(id_cases) + ARRAY_SIZE(uevent_cases) + ARRAY_SIZE(list_cases) + 3];
	size_t n = 0;

	n += row_tests(&tests[n], ROWS(id_cases, text), test_id);
	n += row_tests(&tests[n], ROWS(uevent_cases, text), test_uevent);
	n += row_tests(&tests[n], ROWS(list_cases, text), test_list);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_number);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_ref);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_order);
	return cmocka_run_group_tests_name("sysfs.names", tests, NULL, NULL);
}
