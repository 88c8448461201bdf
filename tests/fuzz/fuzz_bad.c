/* SPDX-License-Identifier: BSD-3-Clause */
/* Any datagram as a part of the list of bad pages: what is taken stays within the mapping. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/ask.h"
#include "client/bad.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not called: the pieces under test are compiled in as they are. */
long ask_more(int more, void *buf, size_t len)
{
	(void)more;
	(void)buf;
	(void)len;
	return -EBADF;
}

static void require(bool truth)
{
	if (!truth)
		abort();
}

/* Two numbers and a byte steer: the mapping, and how many ranges are to come. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct map_plan plan = { 0 };
	struct daxemu_msg_bad msg;
	int count;

	if (size < 17 || size - 17 > sizeof(msg))
		return 0;
	memcpy(&plan.off, data, 8);
	memcpy(&plan.len, data + 8, 8);
	memcpy(&msg, data + 17, size - 17);
	count = bad_check(&msg, (long)size - 17, 1, data[16]);
	require(count == -EPROTO || (count > 0 && count <= DAXEMU_BAD_MAX && count <= data[16]));
	for (int i = 0; i < count; i++) {
		struct daxemu_bad bad = msg.ranges[i];

		if (!bad_clip(&plan, &bad))
			continue;
		require(bad.len > 0 && bad.len <= plan.len && bad.off >= plan.off);
		require(bad.off - plan.off <= plan.len - bad.len);
	}
	return 0;
}
