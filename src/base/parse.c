/* SPDX-License-Identifier: BSD-3-Clause */
/* Text to numbers: the kernel's own readers of sysfs values, and sizes as people write them. */
#include "base/parse.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/util.h"

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : INT_MAX;
}

/* Skips a prefix and settles the base. Source: _parse_integer_fixup_radix(). */
static const char *skip_prefix(const char *s, unsigned *base)
{
	bool hex = s[0] == '0' && (s[1] | 0x20) == 'x';

	if (*base == 0)
		*base = hex && isxdigit((unsigned char)s[2]) ? 16 : s[0] == '0' ? 8 : 10;
	return *base == 16 && hex ? s + 2 : s;
}

/* Reads digits; *end is the first character that is none. -EINVAL without any, -ERANGE. */
static int parse_digits(const char *s, unsigned base, uint64_t *out, const char **end)
{
	const char *first = s;
	bool overflow = false;
	uint64_t value = 0;

	for (; digit_value(*s) < (int)base; s++) {
		overflow |= __builtin_mul_overflow(value, base, &value);
		overflow |= __builtin_add_overflow(value, (uint64_t)digit_value(*s), &value);
	}
	*end = s;
	if (s == first)
		return -EINVAL;
	if (overflow)
		return -ERANGE;
	*out = value;
	return 0;
}

static int parse_unsigned(const char *s, unsigned base, uint64_t *out)
{
	const char *end;
	uint64_t value;
	int r;

	s = skip_prefix(s, &base);
	r = parse_digits(s, base, &value, &end);
	if (r < 0)
		return r;
	if (*end == '\n')
		end++;
	if (*end)
		return -EINVAL;
	*out = value;
	return 0;
}

int parse_u64(const char *text, unsigned base, uint64_t *out)
{
	return parse_unsigned(text + (*text == '+'), base, out);
}

int parse_int(const char *text, int *out)
{
	bool negative = *text == '-';
	uint64_t value;
	int r = negative ? parse_unsigned(text + 1, 0, &value) : parse_u64(text, 0, &value);

	if (r < 0)
		return r;
	if (value > (uint64_t)INT_MAX + negative)
		return -ERANGE;
	*out = (int)(negative ? -(int64_t)value : (int64_t)value);
	return 0;
}

int parse_bool(const char *text, bool enable_disable, bool *out)
{
	char c = *text == 'o' || *text == 'O' ? text[1] : *text;
	const char *yes = c == *text ? "yYtT1" : "nN";
	const char *no = c == *text ? "nNfF0" : "fF";

	if (!c)
		return -EINVAL;
	if (strchr(yes, c) || (enable_disable && (*text | 0x20) == 'e'))
		*out = true;
	else if (strchr(no, c) || (enable_disable && (*text | 0x20) == 'd'))
		*out = false;
	else
		return -EINVAL;
	return 0;
}

int parse_size(const char *text, uint64_t *out)
{
	static const char suffixes[] = "KMGT";
	const char *end, *suffix;
	unsigned base = 0;
	uint64_t value;
	int r;

	text = skip_prefix(text, &base);
	if (base == 8)
		base = 10; /* people write 010M for ten */
	r = parse_digits(text, base, &value, &end);
	if (r < 0)
		return r;
	suffix = *end ? strchr(suffixes, toupper((unsigned char)*end)) : NULL;
	if (suffix && __builtin_mul_overflow(value, KIB << 10 * (suffix - suffixes), &value))
		return -ERANGE;
	if (end[suffix ? 1 : 0])
		return -EINVAL;
	*out = value;
	return 0;
}
