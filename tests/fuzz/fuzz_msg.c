/* SPDX-License-Identifier: BSD-3-Clause */
/* Any datagram at the broker's door: what is let in must be what the door promises. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "broker/msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

/* Two bytes steer: whether an fd came, and the last serial. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct daxemu_msg_map out, again;
	int r;

	if (size < 2)
		return 0;
	r = msg_check_map(data + 2, size - 2, data[0] & 1, data[1], &out);
	require(r == 0 || r == -EPROTO || r == -EPROTONOSUPPORT || r == -EBADF);
	if (r == 0) {
		require(size - 2 == sizeof(out) && (data[0] & 1));
		require(!memcmp(&out, data + 2, sizeof(out)));
		require(out.header.serial > data[1] && out.header.error == 0);
		/* A second time is a replay. */
		require(msg_check_map(data + 2, size - 2, true, out.header.serial, &again) ==
			-EPROTO);
	}
	require(msg_reply(out.header.serial, r).header.size == sizeof(struct daxemu_msg_map_reply));
	return 0;
}
