/* SPDX-License-Identifier: BSD-3-Clause */
/* A uevent as a line of JSON. */
#include "daemon/event_json.h"

#include <json.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

/* What every event has: named as the JSON of daxctl would, the rest as in the kernel. */
static const char *key_of(const char *variable)
{
	if (!strcmp(variable, "ACTION"))
		return "action";
	if (!strcmp(variable, "DEVPATH"))
		return "devpath";
	return strcmp(variable, "SUBSYSTEM") ? variable : "subsystem";
}

/* Return: 0, -1 (no memory). */
static int add_variable(struct json_object *json, const char *word)
{
	_cleanup_free_ char *name = strndup(word, strcspn(word, "="));
	const char *value = strchr(word, '=');

	if (!name || !value)
		return -1;
	return json_object_object_add(json, key_of(name), json_object_new_string(value + 1));
}

/* In the kernel's order, in which SEQNUM is the last. */
static int add_all(struct json_object *json, const char *message, size_t len, uint64_t seqnum)
{
	const char *word = message + strlen(message) + 1;
	int r = 0;

	for (; r == 0 && word < message + len; word += strlen(word) + 1)
		r = add_variable(json, word);
	return r ? r : json_object_object_add(json, "seqnum", json_object_new_uint64(seqnum));
}

char *event_json(const char *message, size_t len, uint64_t seqnum)
{
	const int style = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	struct json_object *json = json_object_new_object();
	char *line = NULL;

	if (json && add_all(json, message, len, seqnum) == 0 &&
	    asprintf(&line, "%s\n", json_object_to_json_string_ext(json, style)) < 0)
		line = NULL;
	json_object_put(json);
	return line;
}
