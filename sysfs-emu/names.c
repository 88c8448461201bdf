/* SPDX-License-Identifier: BSD-3-Clause */
/* Names in the tree, read strictly: what printing would not give back is refused. */
#include "sysfs-emu/names.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

/* Digits without leading zeros, at most @max. Return: the first character behind, NULL. */
static const char *read_digits(const char *s, uint64_t max, uint64_t *out)
{
	const char *first = s;
	uint64_t value = 0;

	for (; *s >= '0' && *s <= '9'; s++) {
		unsigned digit = (unsigned)(*s - '0');

		if (value > (max - digit) / 10)
			return NULL;
		value = value * 10 + digit;
	}
	if (s == first || (*first == '0' && s - first > 1))
		return NULL;
	*out = value;
	return s;
}

static const char *read_int(const char *s, int *out)
{
	bool negative = *s == '-';
	uint64_t value;

	s = read_digits(s + negative, (uint64_t)INT_MAX + negative, &value);
	if (!s || (negative && !value))
		return NULL;
	*out = (int)(negative ? -(int64_t)value : (int64_t)value);
	return s;
}

/* Return: the first character behind the id, NULL. */
static const char *read_id(const char *s, struct dax_id *out)
{
	if (strncmp(s, "dax", 3) != 0)
		return NULL;
	s = read_int(s + 3, &out->region);
	if (!s || *s != '.')
		return NULL;
	return read_int(s + 1, &out->dev);
}

int names_parse_id(const char *text, struct dax_id *out)
{
	struct dax_id id;
	const char *end = read_id(text, &id);

	if (!end || !names_equal(end, ""))
		return -EINVAL;
	*out = id;
	return 0;
}

int names_parse_dev(const char *name, struct dax_id *out)
{
	struct dax_id id;
	const char *end = read_id(name, &id);

	if (!end || *end || id.region < 0 || id.dev < 0)
		return -EINVAL;
	*out = id;
	return 0;
}

int names_parse_number(const char *name, const char *prefix, uint64_t *out)
{
	size_t len = strlen(prefix);
	const char *end;

	if (strncmp(name, prefix, len) != 0)
		return -ENOENT;
	end = read_digits(name + len, UINT64_MAX, out);
	return end && !*end ? 0 : -ENOENT;
}

bool names_equal(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncmp(text, word, len) == 0 && (!text[len] || strcmp(text + len, "\n") == 0);
}

bool names_is_uuid(const char *text)
{
	for (int i = 0; i < NAMES_UUID_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return true;
}
