/* SPDX-License-Identifier: BSD-3-Clause */
/* The door: what a datagram must look like to be a request. See msg.h. */
#include "broker/msg.h"

#include <errno.h>
#include <string.h>

int msg_check_map(const void *buf, size_t len, bool has_fd, uint32_t last,
		  struct daxemu_msg_map *out)
{
	const struct daxemu_msg_header *header = &out->header;

	memset(out, 0, sizeof(*out));
	if (len < sizeof(*header))
		return -EPROTO;
	memcpy(out, buf, len < sizeof(*out) ? len : sizeof(*out));
	if (header->size != len)
		return -EPROTO;
	/* Before all that another version may have changed. */
	if (header->version != DAXEMU_PROTO_VERSION)
		return -EPROTONOSUPPORT;
	if (header->type != DAXEMU_MSG_MAP || len != sizeof(*out) || header->error)
		return -EPROTO;
	if (header->serial <= last)
		return -EPROTO;
	return has_fd ? 0 : -EBADF;
}

struct daxemu_msg_map_reply msg_reply(uint32_t serial, int error)
{
	return (struct daxemu_msg_map_reply){
		.header = { .size = sizeof(struct daxemu_msg_map_reply),
			    .version = DAXEMU_PROTO_VERSION,
			    .type = DAXEMU_MSG_MAP_REPLY,
			    .serial = serial,
			    .error = error },
	};
}
