/* SPDX-License-Identifier: BSD-3-Clause */
/* Synthetic events: ACTION, or ACTION UUID [KEY=VALUE ...]. Bounded by the length, never a NUL. */
#include "sysfs-emu/uevent.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/util.h"

static const char *const actions[] = {
	"add", "remove", "change", "move", "online", "offline", "bind", "unbind",
};

static const char *find_action(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (strlen(actions[i]) == len && memcmp(actions[i], word, len) == 0)
			return actions[i];
	}
	return NULL;
}

/* One or more letters and digits. Return: the first byte behind, NULL when there are none. */
static const char *skip_word(const char *s, const char *end)
{
	const char *first = s;

	while (s < end && isalnum((unsigned char)*s))
		s++;
	return s == first ? NULL : s;
}

/* Source: Linux include/linux/kobject.h, UEVENT_NUM_ENVP, UEVENT_BUFFER_SIZE. */
enum { MAX_VARIABLES = 64, MAX_BYTES = 2048 };

/* The buffer takes SYNTH_UUID, then each word as SYNTH_ARG_..., with its NUL. */
static bool args_fit(size_t words, size_t len)
{
	return 1 + words <= MAX_VARIABLES &&
	       sizeof("SYNTH_UUID=") + UEVENT_UUID_LEN + words * strlen("SYNTH_ARG_") + len <=
		       MAX_BYTES;
}

static bool args_are_valid(const char *s, const char *end)
{
	const char *first = s;
	size_t words = 0;

	for (; s < end; words++) {
		if (*s++ != ' ')
			return false;
		s = skip_word(s, end);
		if (!s || s == end || *s++ != '=')
			return false;
		s = skip_word(s, end);
		if (!s)
			return false;
	}
	return args_fit(words, (size_t)(end - first));
}

int uevent_parse(const char *bytes, size_t len, struct uevent_request *out)
{
	const char *end, *blank;

	if (len && (bytes[len - 1] == '\n' || bytes[len - 1] == '\0'))
		len--;
	end = bytes + len;
	blank = memchr(bytes, ' ', len);
	*out = (struct uevent_request){
		.action = find_action(bytes, (size_t)((blank ? blank : end) - bytes)),
	};
	if (!out->action)
		return -EINVAL;
	if (!blank)
		return 0;
	if (end - blank - 1 < UEVENT_UUID_LEN || !names_is_uuid(blank + 1))
		return -EINVAL;
	out->uuid = blank + 1;
	out->args = out->uuid + UEVENT_UUID_LEN;
	out->args_len = (size_t)(end - out->args);
	return args_are_valid(out->args, end) ? 0 : -EINVAL;
}
