/* SPDX-License-Identifier: BSD-3-Clause */
/* Small numbers given to devices, the lowest free one first: minors, and Y of daxX.Y. */
#include <errno.h>

#include "core/array.h"
#include "core/internal.h"

int dax_slots_take(struct dax_slots *slots, struct dax_dev *dev)
{
	size_t i = slots->first_free;

	while (i < slots->nr && slots->at[i])
		i++;
	slots->first_free = i;
	if (i == DAX_MAX_SLOTS)
		return -ENOSPC;
	if (i == slots->nr) {
		struct dax_dev **at = array_open(slots->at, i, sizeof(struct dax_dev *), i, 1);

		if (!at)
			return -ENOMEM;
		slots->at = at;
		slots->nr++;
	}
	slots->at[i] = dev;
	return (int)i;
}

void dax_slots_give(struct dax_slots *slots, size_t i)
{
	slots->at[i] = NULL;
	if (i < slots->first_free)
		slots->first_free = i;
}

struct dax_dev *dax_slots_get(const struct dax_slots *slots, size_t i)
{
	return i < slots->nr ? slots->at[i] : NULL;
}
