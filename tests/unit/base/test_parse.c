/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers and truth values as three kernels read them. Recorded: 10-region, 50-kmem, 65-extra. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/parse.h"
#include "base/util.h"

enum reader { U64, HEX, INT, BOOL, BOOL_7_2, SIZE };

struct parse_case {
	enum reader reader;
	const char *text;
	int result;
	uint64_t value; /* an int as its 64-bit two's complement */
};

/* What a refused text must leave in the output. */
#define UNTOUCHED 77

static const struct parse_case cases[] = {
	{ U64, "2147483648", 0, 2 * GIB },
	{ U64, "0x80000000", 0, 2 * GIB },
	{ U64, "0X80000000", 0, 2 * GIB },
	{ U64, "0x8aF", 0, 0x8af },
	{ U64, "020000000000", 0, 2 * GIB },
	{ U64, "+2147483648", 0, 2 * GIB },
	{ U64, "+0x10", 0, 16 },
	{ U64, "2147483648\n", 0, 2 * GIB },
	{ U64, "0", 0, 0 },
	{ U64, "00", 0, 0 },
	{ U64, "18446744073709551615", 0, UINT64_MAX },
	{ U64, "2147483648\n\n", -EINVAL },
	{ U64, "2147483648 ", -EINVAL },
	{ U64, " 2147483648", -EINVAL },
	{ U64, "2G", -EINVAL },
	{ U64, "-1", -EINVAL },
	{ U64, "-0", -EINVAL },
	{ U64, "++1", -EINVAL },
	{ U64, "+", -EINVAL },
	{ U64, "", -EINVAL },
	{ U64, "\n", -EINVAL },
	{ U64, " ", -EINVAL },
	{ U64, "0x", -EINVAL },
	{ U64, "0xg", -EINVAL },
	{ U64, "08", -EINVAL },
	{ U64, "1.0", -EINVAL },
	{ U64, "ff", -EINVAL },
	{ U64, "18446744073709551616", -ERANGE },
	{ U64, "99999999999999999999 junk", -ERANGE },
	{ U64, "0x10000000000000000", -ERANGE },

	{ HEX, "100000000", 0, 4 * GIB },
	{ HEX, "0x100000000", 0, 4 * GIB },
	{ HEX, "1001fffff\n", 0, 0x1001fffff },
	{ HEX, "+ff", 0, 255 },
	{ HEX, "010", 0, 16 },
	{ HEX, "", -EINVAL },
	{ HEX, "0x", -EINVAL },
	{ HEX, "xyz", -EINVAL },
	{ HEX, "100-1", -EINVAL },
	{ HEX, "10000000000000000", -ERANGE },

	{ INT, "1", 0, 1 },
	{ INT, "0x1", 0, 1 },
	{ INT, "01\n", 0, 1 },
	{ INT, "+1", 0, 1 },
	{ INT, "-1", 0, (uint64_t)-1 },
	{ INT, "-0", 0, 0 },
	{ INT, "2147483647", 0, INT_MAX },
	{ INT, "-2147483648", 0, (uint64_t)INT_MIN },
	{ INT, "2147483648", -ERANGE },
	{ INT, "-2147483649", -ERANGE },
	{ INT, "4294967297", -ERANGE },
	{ INT, "99999999999", -ERANGE },
	{ INT, "1x", -EINVAL },
	{ INT, "", -EINVAL },
	{ INT, "\n", -EINVAL },
	{ INT, " 1", -EINVAL },
	{ INT, "1 ", -EINVAL },
	{ INT, "-+1", -EINVAL },
	{ INT, "--1", -EINVAL },
	{ INT, "junk", -EINVAL },
	{ INT, "dax0.1", -EINVAL },

	{ BOOL, "1", 0, true },
	{ BOOL, "y", 0, true },
	{ BOOL, "Y", 0, true },
	{ BOOL, "t", 0, true },
	{ BOOL, "T", 0, true },
	{ BOOL, "on", 0, true },
	{ BOOL, "oN", 0, true },
	{ BOOL, "ON", 0, true },
	{ BOOL, "1x", 0, true },
	{ BOOL, "10", 0, true },
	{ BOOL, "true", 0, true },
	{ BOOL, "yes", 0, true },
	{ BOOL, "y ", 0, true },
	{ BOOL, "0", 0, false },
	{ BOOL, "n", 0, false },
	{ BOOL, "N", 0, false },
	{ BOOL, "f", 0, false },
	{ BOOL, "F", 0, false },
	{ BOOL, "of", 0, false },
	{ BOOL, "OF", 0, false },
	{ BOOL, "off", 0, false },
	{ BOOL, "0x1", 0, false },
	{ BOOL, "01", 0, false },
	{ BOOL, "no", 0, false },
	{ BOOL, "nope", 0, false },
	{ BOOL, "null", 0, false },
	{ BOOL, "", -EINVAL },
	{ BOOL, " 1", -EINVAL },
	{ BOOL, "2", -EINVAL },
	{ BOOL, "-1", -EINVAL },
	{ BOOL, "+1", -EINVAL },
	{ BOOL, "o", -EINVAL },
	{ BOOL, "oo", -EINVAL },
	{ BOOL, "o1", -EINVAL },
	{ BOOL, "\n", -EINVAL },
	{ BOOL, "junk", -EINVAL },
	{ BOOL, "e", -EINVAL },
	{ BOOL, "disable", -EINVAL },
	{ BOOL_7_2, "e", 0, true },
	{ BOOL_7_2, "enable", 0, true },
	{ BOOL_7_2, "d", 0, false },
	{ BOOL_7_2, "disable", 0, false },
	{ BOOL_7_2, "oe", -EINVAL },
	{ BOOL_7_2, "2", -EINVAL },

	{ SIZE, "4096", 0, 4096 },
	{ SIZE, "4K", 0, 4 * KIB },
	{ SIZE, "2M", 0, 2 * MIB },
	{ SIZE, "2G", 0, 2 * GIB },
	{ SIZE, "1T", 0, 1024 * GIB },
	{ SIZE, "2g", 0, 2 * GIB },
	{ SIZE, "0x200000", 0, 2 * MIB },
	{ SIZE, "0x2M", 0, 2 * MIB },
	{ SIZE, "0", 0, 0 },
	{ SIZE, "010M", 0, 10 * MIB },
	{ SIZE, "08", 0, 8 },
	{ SIZE, "18446744073709551615", 0, UINT64_MAX },
	{ SIZE, "", -EINVAL },
	{ SIZE, "G", -EINVAL },
	{ SIZE, "2GB", -EINVAL },
	{ SIZE, "2GG", -EINVAL },
	{ SIZE, "2G ", -EINVAL },
	{ SIZE, "2G\n", -EINVAL },
	{ SIZE, " 2G", -EINVAL },
	{ SIZE, "1.5G", -EINVAL },
	{ SIZE, "-1", -EINVAL },
	{ SIZE, "2X", -EINVAL },
	{ SIZE, "0xK", -EINVAL },
	{ SIZE, "junk", -EINVAL },
	{ SIZE, "16777216T", -ERANGE },
	{ SIZE, "18446744073709551616", -ERANGE },
};

static int read_int(const char *text, uint64_t *out)
{
	int value = UNTOUCHED;
	int r = parse_int(text, &value);

	*out = (uint64_t)(int64_t)value;
	return r;
}

static int read_bool(const char *text, bool enable_disable, uint64_t *out)
{
	bool value = true;
	int r = parse_bool(text, enable_disable, &value);

	if (r == 0)
		*out = value;
	return r;
}

static int read_case(const struct parse_case *c, uint64_t *out)
{
	switch (c->reader) {
	case U64:
		return parse_u64(c->text, 0, out);
	case HEX:
		return parse_u64(c->text, 16, out);
	case INT:
		return read_int(c->text, out);
	case SIZE:
		return parse_size(c->text, out);
	default:
		return read_bool(c->text, c->reader == BOOL_7_2, out);
	}
}

static void test_parse(void **state)
{
	const struct parse_case *c = *state;
	uint64_t value = UNTOUCHED;

	assert_int_equal(read_case(c, &value), c->result);
	assert_int_equal(value, c->result ? UNTOUCHED : c->value);
}

/* A newline shows as $, as in the recordings. */
static void make_name(char *name, size_t size, const char *reader, const char *text)
{
	snprintf(name, size, "%s '%s'", reader, text);
	for (; *name; name++)
		if (*name == '\n')
			*name = '$';
}

int main(void)
{
	static const char *const readers[] = { "u64", "hex", "int", "bool", "bool 7.2", "size" };
	static struct CMUnitTest units[ARRAY_SIZE(cases)];
	static char names[ARRAY_SIZE(cases)][64];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		make_name(names[i], sizeof(names[i]), readers[cases[i].reader], cases[i].text);
		units[i] = (struct CMUnitTest){ .name = names[i],
						.test_func = test_parse,
						.initial_state = (void *)&cases[i] };
	}
	return cmocka_run_group_tests_name("base.parse", units, NULL, NULL);
}
