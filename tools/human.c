/* SPDX-License-Identifier: BSD-3-Clause */
/* -u: sizes and addresses as people read them. Source: ndctl util/json.c, util_json_object_size().
 */
#include "human.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

static const struct {
	const char *key;
	bool address;
} known[] = {
	{ "size", false },	    { "available_size", false }, { "align", false },
	{ "memblock_size", false }, { "start", true },		 { "end", true },
	{ "page_offset", true },
};

static void format_size(uint64_t bytes, char *out, size_t len)
{
	static const char units[] = "KMGT";
	double binary = (double)bytes, decimal = (double)bytes;
	int unit = -1;

	while (binary >= 1024 && unit < 3) {
		binary /= 1024;
		decimal /= 1000;
		unit++;
	}
	if (unit < 0)
		snprintf(out, len, "%llu", (unsigned long long)bytes);
	else
		snprintf(out, len, "%.2f %ciB (%.2f %cB)", binary, units[unit], decimal,
			 units[unit]);
}

/* New text for the number under this key; NULL leaves it. */
static struct json_object *human_value(const char *key, struct json_object *number)
{
	char text[64];

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		uint64_t n = json_object_get_uint64(number);

		if (strcmp(known[i].key, key))
			continue;
		if (known[i].address)
			snprintf(text, sizeof(text), "0x%llx", (unsigned long long)n);
		else
			format_size(n, text, sizeof(text));
		return json_object_new_string(text);
	}
	return NULL;
}

static void human_object(struct json_object *json)
{
	json_object_object_foreach(json, key, value)
	{
		struct json_object *text = NULL;

		if (json_object_is_type(value, json_type_int))
			text = human_value(key, value);
		else
			human_json(value);
		if (text)
			json_object_object_add(json, key, text); /* the key stays in its place */
	}
}

void human_json(struct json_object *json)
{
	if (json_object_is_type(json, json_type_object))
		human_object(json);
	else if (json_object_is_type(json, json_type_array))
		for (size_t i = 0; i < json_object_array_length(json); i++)
			human_json(json_object_array_get_idx(json, i));
}
