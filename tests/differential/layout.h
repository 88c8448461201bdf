/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine on which sequences run: pairs of dynamic regions, each region in a node of its own
 * that has no other memory. What kmem leaves behind stays until the machine ends, and so does a
 * block that the kernel began to use itself: then the rest of the sequences go on with another
 * pair.
 */
#pragma once

#include <stdint.h>

#define LAYOUT_BLOCK   (UINT64_C(128) << 20) /* bytes of a memory block */
#define LAYOUT_PAIRS   8
#define LAYOUT_REGIONS (2 * LAYOUT_PAIRS)

struct layout_region {
	uint64_t start, len; /* bytes */
	int node;	     /* target node */
};

/*
 * Region @id; a kernel numbers them by address. The first half are five whole blocks each, the
 * others three and a bit; region N and N + LAYOUT_PAIRS are a pair.
 */
static inline struct layout_region layout_region(int id)
{
	const uint64_t base = UINT64_C(4) << 30;
	uint64_t n = (uint64_t)id % LAYOUT_PAIRS;

	if (id < LAYOUT_PAIRS)
		return (struct layout_region){ base + n * 6 * LAYOUT_BLOCK, 5 * LAYOUT_BLOCK,
					       id + 1 };
	return (struct layout_region){ base + (LAYOUT_PAIRS * 6 + n * 4) * LAYOUT_BLOCK,
				       3 * LAYOUT_BLOCK + (UINT64_C(16) << 20), id + 1 };
}
