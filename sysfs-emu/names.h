/* SPDX-License-Identifier: BSD-3-Clause */
/* Names in the tree: as written into bind, new_id and delete, and as directories are called. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/model.h"

/* Bytes for any name of this library, NUL included. */
#define SYSFS_NAME_MAX 48

/**
 * names_parse_id() - read daxX.Y
 * @text: the name, and at most one newline
 *
 * Both numbers are 32-bit decimal as printf("%d") would print them: so no blanks, plus signs or
 * leading zeros, but negative ones.
 *
 * Return: 0 or -EINVAL.
 * Source: Linux drivers/dax/bus.c, do_id_store(); lib/string_helpers.c, sysfs_streq().
 */
int names_parse_id(const char *text, struct dax_id *out);

/* As names_parse_id() for the name of a file: no newline, nothing negative. */
int names_parse_dev(const char *name, struct dax_id *out);

/**
 * names_parse_number() - read PREFIX followed by a decimal number without leading zeros
 *
 * Return: 0 or -ENOENT.
 */
int names_parse_number(const char *name, const char *prefix, uint64_t *out);

/* Equal, but for one newline at the end of @text. Source: sysfs_streq(). */
bool names_equal(const char *text, const char *word);

/* Starts with a uuid in its usual form. */
enum { NAMES_UUID_LEN = 36 };
bool names_is_uuid(const char *text);
