/* SPDX-License-Identifier: BSD-3-Clause */
/* Spans of emulated physical memory: half-open inside, the inclusive end only where sysfs shows it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* [start, start + len), bytes. */
struct dax_range {
	uint64_t start;
	uint64_t len;
};

/* One past the last byte. */
static inline uint64_t dax_range_end(struct dax_range r)
{
	return r.start + r.len;
}

/* The last byte, as sysfs and iomem show it; start - 1 when empty. */
static inline uint64_t dax_range_last(struct dax_range r)
{
	return r.start + r.len - 1;
}

static inline bool dax_range_contains(struct dax_range outer, struct dax_range inner)
{
	return inner.start >= outer.start && inner.len <= outer.len &&
	       inner.start - outer.start <= outer.len - inner.len;
}

static inline bool dax_range_overlaps(struct dax_range a, struct dax_range b)
{
	return a.len && b.len && a.start < dax_range_end(b) && b.start < dax_range_end(a);
}
