/* SPDX-License-Identifier: BSD-3-Clause */
/* Growing arrays kept as a plain pointer and a count: room is always a power of two of members. */
#include "core/array.h"

#include <stdlib.h>
#include <string.h>

/* Members an array of @nr has room for, at least. */
static size_t array_room(size_t nr)
{
	size_t room = 4;

	while (room < nr)
		room *= 2;
	return room;
}

void *array_open(void *array, size_t nr, size_t size, size_t pos, size_t count)
{
	char *a = array;

	if (!a || array_room(nr) != array_room(nr + count))
		a = realloc(array, array_room(nr + count) * size);
	if (a)
		memmove(a + (pos + count) * size, a + pos * size, (nr - pos) * size);
	return a;
}

void array_close(void *array, size_t nr, size_t size, size_t pos, size_t count)
{
	char *a = array;

	memmove(a + pos * size, a + (pos + count) * size, (nr - pos - count) * size);
}

size_t array_position(const void *array, size_t nr, size_t size, size_t offset, uint64_t key)
{
	size_t low = 0, high = nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint64_t here;

		memcpy(&here, (const char *)array + middle * size + offset, sizeof(here));
		if (here < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
