/* SPDX-License-Identifier: BSD-3-Clause */
/* The list of bad pages. See bad.h. */
#include "broker/bad.h"

#include <stddef.h>

struct bad_walk bad_walk_start(const struct dax_dev *dev, const struct daxemu_msg_map *request,
			       uint64_t page)
{
	uint64_t end = request->off + request->len;

	return (struct bad_walk){
		.dev = dev,
		.at = request->off,
		.end = end < request->off ? UINT64_MAX : end,
		.page = page,
	};
}

static bool walk_next(struct bad_walk *walk, struct daxemu_bad *out)
{
	struct dax_range bad;

	if (!dax_dev_next_bad(walk->dev, walk->at, walk->page, &bad) || bad.start >= walk->end)
		return false;
	walk->at = dax_range_end(bad);
	*out = (struct daxemu_bad){ .off = bad.start, .len = bad.len };
	return true;
}

uint32_t bad_count(struct bad_walk walk)
{
	struct daxemu_bad bad;
	uint32_t n = 0;

	while (walk_next(&walk, &bad))
		n++;
	return n;
}

bool bad_message(struct bad_walk *walk, uint32_t serial, struct daxemu_msg_bad *out)
{
	uint32_t n = 0;

	while (n < DAXEMU_BAD_MAX && walk_next(walk, &out->ranges[n]))
		n++;
	out->header = (struct daxemu_msg_header){
		.size = (uint32_t)(offsetof(struct daxemu_msg_bad, ranges) +
				   n * sizeof(out->ranges[0])),
		.version = DAXEMU_PROTO_VERSION,
		.type = DAXEMU_MSG_BAD,
		.serial = serial,
	};
	return n > 0;
}
