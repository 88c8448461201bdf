/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a sparse file has data. */
#include "backing/extent.h"

#include <unistd.h>

#include "base/util.h"

bool extent_next(int fd, uint64_t from, uint64_t end, struct extent *out)
{
	off_t data, hole;

	if (from >= end)
		return false;
	data = lseek(fd, (off_t)from, SEEK_DATA);
	if (data < 0 && errno == ENXIO)
		return false;
	if (data < 0) {
		*out = (struct extent){ .start = from, .len = end - from };
		return true;
	}
	if ((uint64_t)data >= end)
		return false;
	hole = lseek(fd, data, SEEK_HOLE);
	out->start = (uint64_t)data;
	out->hole = false;
	out->len = (hole < 0 ? end : min_u64((uint64_t)hole, end)) - out->start;
	return out->len > 0;
}
