/* SPDX-License-Identifier: BSD-3-Clause */
/* Growing arrays kept as a plain pointer and a count: room is always a power of two of members. */
#pragma once

#include <stddef.h>

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
