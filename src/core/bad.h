/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bad blocks: the parts of a region whose cells have failed, as the kernel keeps them for a region
 * of persistent memory. Offsets are bytes into what the region's device has. Source: Linux
 * block/badblocks.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/range.h"

/* What is bad, and what the kernel counts in. */
#define DAX_BAD_BLOCK UINT64_C(512)
/* The longest run that is one entry, bytes: BB_MAX_LEN. */
#define DAX_BAD_ENTRY (512 * DAX_BAD_BLOCK)
/* Entries there is room for: MAX_BADBLOCKS. */
enum { DAX_BAD_MAX = 512 };

struct dax_bad {
	struct dax_range *runs; /* by offset, apart from each other */
	size_t nr;
};

/**
 * dax_bad_add() - the blocks of @range have failed
 * @range: multiples of DAX_BAD_BLOCK; what is bad already stays so
 *
 * Return: 0, -EINVAL (odd, empty, or beyond 2^64), -ENOSPC (more than DAX_BAD_MAX entries; nothing
 * changed), -ENOMEM.
 */
int dax_bad_add(struct dax_bad *bad, struct dax_range range);

/**
 * dax_bad_clear() - the blocks of @range hold data again
 * @range: any; a block that it covers in part stays bad
 *
 * Return: 0, -ENOSPC (it would leave more than DAX_BAD_MAX entries; nothing changed), -ENOMEM.
 */
int dax_bad_clear(struct dax_bad *bad, struct dax_range range);

/* The lowest run that ends after @from. Return: whether there is one. */
bool dax_bad_next(const struct dax_bad *bad, uint64_t from, struct dax_range *out);

/* The lowest run of bad blocks in what dax_bad_clear() would clear. Return: whether there is one.
 */
bool dax_bad_next_within(const struct dax_bad *bad, struct dax_range range, struct dax_range *out);

/**
 * dax_bad_next_unit() - what an access meets: as dax_bad_next(), in units of a page
 * @unit: bytes, a power of two; the answer is the lowest span of whole units with a bad block in
 *        each that ends after @from
 */
bool dax_bad_next_unit(const struct dax_bad *bad, uint64_t from, uint64_t unit,
		       struct dax_range *out);

void dax_bad_free(struct dax_bad *bad);
