/* SPDX-License-Identifier: BSD-3-Clause */
/* Bad blocks as sorted runs. See bad.h. */
#include "core/bad.h"

#include <errno.h>
#include <stdlib.h>

#include "base/util.h"
#include "core/array.h"

/* Index of the first run that ends at or after @offset; dax_bad.nr for none. */
static size_t run_at(const struct dax_bad *bad, uint64_t offset)
{
	size_t i = 0;

	while (i < bad->nr && dax_range_end(bad->runs[i]) < offset)
		i++;
	return i;
}

static size_t entries_of(struct dax_range run)
{
	return (size_t)((run.len + DAX_BAD_ENTRY - 1) / DAX_BAD_ENTRY);
}

/* Puts @with in place of @count runs from @pos, if that many entries there may be. */
static int replace(struct dax_bad *bad, size_t pos, size_t count, const struct dax_range *with,
		   size_t nr)
{
	size_t entries = 0, more = nr > count ? nr - count : 0;
	struct dax_range *runs;

	for (size_t i = 0; i < bad->nr; i++)
		entries += i >= pos && i < pos + count ? 0 : entries_of(bad->runs[i]);
	for (size_t i = 0; i < nr; i++)
		entries += entries_of(with[i]);
	if (entries > DAX_BAD_MAX)
		return -ENOSPC;
	if (more) {
		runs = array_open(bad->runs, bad->nr, sizeof(*runs), pos, more);
		if (!runs)
			return -ENOMEM;
		bad->runs = runs;
	} else {
		array_close(bad->runs, bad->nr, sizeof(*runs), pos, count - nr);
	}
	bad->nr = bad->nr - count + nr;
	for (size_t i = 0; i < nr; i++)
		bad->runs[pos + i] = with[i];
	return 0;
}

int dax_bad_add(struct dax_bad *bad, struct dax_range range)
{
	size_t pos, end;

	if (!range.len || !is_aligned(range.start | range.len, DAX_BAD_BLOCK) ||
	    dax_range_end(range) < range.start)
		return -EINVAL;
	pos = run_at(bad, range.start);
	for (end = pos; end < bad->nr && bad->runs[end].start <= dax_range_end(range); end++) {
		uint64_t last = max_u64(dax_range_end(range), dax_range_end(bad->runs[end]));

		range.start = min_u64(range.start, bad->runs[end].start);
		range.len = last - range.start;
	}
	return replace(bad, pos, end - pos, &range, 1);
}

/* Whole blocks within @range. */
static struct dax_range blocks_in(struct dax_range range)
{
	uint64_t start = range.start + (-range.start & (DAX_BAD_BLOCK - 1));
	uint64_t end = dax_range_end(range) & -DAX_BAD_BLOCK;
	bool some = dax_range_end(range) >= range.start && start >= range.start && end > start;

	return (struct dax_range){ start, some ? end - start : 0 };
}

int dax_bad_clear(struct dax_bad *bad, struct dax_range range)
{
	struct dax_range rest[2];
	size_t pos, end, nr = 0;

	range = blocks_in(range);
	pos = run_at(bad, range.start + 1);
	for (end = pos; end < bad->nr && dax_range_overlaps(bad->runs[end], range); end++) {
		struct dax_range run = bad->runs[end];

		if (run.start < range.start)
			rest[nr++] = (struct dax_range){ run.start, range.start - run.start };
		if (dax_range_end(run) > dax_range_end(range))
			rest[nr++] =
				(struct dax_range){ dax_range_end(range),
						    dax_range_end(run) - dax_range_end(range) };
	}
	return end > pos ? replace(bad, pos, end - pos, rest, nr) : 0;
}

bool dax_bad_next(const struct dax_bad *bad, uint64_t from, struct dax_range *out)
{
	size_t i = from < UINT64_MAX ? run_at(bad, from + 1) : bad->nr;

	if (i == bad->nr)
		return false;
	*out = bad->runs[i];
	return true;
}

bool dax_bad_next_within(const struct dax_bad *bad, struct dax_range range, struct dax_range *out)
{
	struct dax_range run;

	range = blocks_in(range);
	if (!range.len || !dax_bad_next(bad, range.start, &run) || !dax_range_overlaps(run, range))
		return false;
	out->start = max_u64(run.start, range.start);
	out->len = min_u64(dax_range_end(run), dax_range_end(range)) - out->start;
	return true;
}

static struct dax_range widen(struct dax_range run, uint64_t unit)
{
	uint64_t start = run.start & -unit;

	return (struct dax_range){ start, align_up(dax_range_end(run), unit) - start };
}

bool dax_bad_next_unit(const struct dax_bad *bad, uint64_t from, uint64_t unit,
		       struct dax_range *out)
{
	struct dax_range run;

	/* The unit that @from is in may be bad by a block before it. */
	if (!dax_bad_next(bad, from & -unit, &run))
		return false;
	*out = widen(run, unit);
	while (dax_bad_next(bad, dax_range_end(*out), &run) &&
	       (run.start & -unit) <= dax_range_end(*out))
		out->len = dax_range_end(widen(run, unit)) - out->start;
	return true;
}

void dax_bad_free(struct dax_bad *bad)
{
	free(bad->runs);
	*bad = (struct dax_bad){ 0 };
}
