/* SPDX-License-Identifier: BSD-3-Clause */
/* Any text as /proc/PID/maps: in one piece or in many, the reader says the same. */
#include <stdlib.h>
#include <string.h>

#include "client/maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct maps_scan whole = { 0 }, pieces = { 0 };
	const char *text = (const char *)data + 8;
	bool found = false, found_whole;
	uint64_t addr;

	if (size < 8)
		return 0;
	memcpy(&addr, data, 8);
	size -= 8;
	found_whole = maps_feed(&whole, text, size, addr);
	for (size_t i = 0; i < size && !found; i++)
		found = maps_feed(&pieces, text + i, 1, addr);
	if (found != found_whole ||
	    (found && (whole.line.start != pieces.line.start || whole.line.off != pieces.line.off)))
		abort();
	return 0;
}
