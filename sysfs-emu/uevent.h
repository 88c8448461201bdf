/* SPDX-License-Identifier: BSD-3-Clause */
/* The text written into a `uevent` file: a synthetic event. */
#pragma once

#include <stddef.h>

#include "sysfs-emu/names.h"

struct uevent_request {
	const char *action; /* add, remove, ...: static */
	const char *uuid;   /* inside the text, UEVENT_UUID_LEN bytes; NULL for none */
	const char *args;   /* inside the text, KEY=VALUE words with a blank before each */
	size_t args_len;
};

#define UEVENT_UUID_LEN NAMES_UUID_LEN

/**
 * uevent_parse() - check a synthetic event
 * @bytes: not NUL-terminated; one newline or NUL at the end is dropped
 *
 * Return: 0, -EINVAL (also: more arguments than the kernel has room for).
 * Source: Linux lib/kobject_uevent.c, kobject_synth_uevent(), kobject_action_args().
 */
int uevent_parse(const char *bytes, size_t len, struct uevent_request *out);
