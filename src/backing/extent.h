/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a sparse file has data. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* [start, start + len) of a file, bytes. */
struct extent {
	uint64_t start;
	uint64_t len;
	bool hole; /* had no pages when last looked at */
};

/**
 * extent_next() - the first data at or after @from
 * @end: looks no further
 *
 * A file that cannot tell is all data. Return: false if there is none.
 */
bool extent_next(int fd, uint64_t from, uint64_t end, struct extent *out);
