/* SPDX-License-Identifier: BSD-3-Clause */
/* Text that grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/strbuf.h"

static void test_empty(void **state)
{
	_cleanup_strbuf_ struct strbuf buf = { 0 };

	(void)state;
	assert_int_equal(strbuf_printf(&buf, "%s", ""), 0);
	assert_string_equal(buf.text, "");
	assert_int_equal(buf.len, 0);
}

static void test_append(void **state)
{
	_cleanup_strbuf_ struct strbuf buf = { 0 };

	(void)state;
	assert_int_equal(strbuf_printf(&buf, "dax%d.%d", 0, 1), 0);
	assert_int_equal(strbuf_printf(&buf, " %#x\n", 0x200000), 0);
	assert_string_equal(buf.text, "dax0.1 0x200000\n");
	assert_int_equal(buf.len, strlen(buf.text));
}

static void test_grow(void **state)
{
	_cleanup_strbuf_ struct strbuf buf = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(strbuf_printf(&buf, "%03d,", i), 0);
	assert_int_equal(buf.len, 4000);
	assert_memory_equal(buf.text, "000,001,", 8);
	assert_string_equal(buf.text + 3996, "999,");
}

static void test_long(void **state)
{
	_cleanup_strbuf_ struct strbuf buf = { 0 };

	(void)state;
	assert_int_equal(strbuf_printf(&buf, "%5000d", 7), 0);
	assert_int_equal(buf.len, 5000);
	assert_string_equal(buf.text + 4998, " 7");
}

static void test_freed(void **state)
{
	struct strbuf buf = { 0 };

	(void)state;
	strbuf_printf(&buf, "text");
	strbuf_free(&buf);
	assert_null(buf.text);
	assert_int_equal(buf.len, 0);
	assert_int_equal(buf.cap, 0);
	assert_int_equal(strbuf_printf(&buf, "again"), 0);
	assert_string_equal(buf.text, "again");
	strbuf_free(&buf);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty), cmocka_unit_test(test_append),
		cmocka_unit_test(test_grow),  cmocka_unit_test(test_long),
		cmocka_unit_test(test_freed),
	};

	return cmocka_run_group_tests_name("base.strbuf", tests, NULL, NULL);
}
