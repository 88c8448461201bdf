/* SPDX-License-Identifier: BSD-3-Clause */
/* Growing arrays kept as a plain pointer and a count: room is always a power of two of members. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * array_open() - make a hole in an array
 * @array: malloc'ed, or NULL; @nr members of @size bytes
 * @pos:   where the hole of @count members begins, at most @nr
 *
 * Return: the array, perhaps moved, which replaces @array; NULL without memory, @array is as it
 * was.
 */
void *array_open(void *array, size_t nr, size_t size, size_t pos, size_t count);

/* Removes @count members at @pos; the caller lowers its count. */
void array_close(void *array, size_t nr, size_t size, size_t pos, size_t count);

/**
 * array_position() - where a key is in a sorted array, or belongs
 * @offset: of the key in a member, an uint64_t
 *
 * Return: index of the first member whose key is not below @key; @nr if there is none.
 */
size_t array_position(const void *array, size_t nr, size_t size, size_t offset, uint64_t key);

#define ARRAY_POSITION(array, nr, field, key)                                                  \
	array_position((array), (nr), sizeof(*(array)), offsetof(__typeof__(*(array)), field), \
		       (key))
