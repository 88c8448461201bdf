/* SPDX-License-Identifier: BSD-3-Clause */
/* Bad pages of a mapping. See bad.h. */
#include "client/bad.h"

#include <errno.h>
#include <stddef.h>

#include "client/ask.h"
#include "client/sys.h"

enum { HEAD = offsetof(struct daxemu_msg_bad, ranges) };

int bad_check(const struct daxemu_msg_bad *msg, long len, uint32_t serial, uint32_t left)
{
	uint32_t count;

	if (len <= HEAD || msg->header.size != (uint64_t)len ||
	    msg->header.version != DAXEMU_PROTO_VERSION || msg->header.type != DAXEMU_MSG_BAD ||
	    msg->header.serial != serial || msg->header.error)
		return -EPROTO;
	count = (uint32_t)(len - HEAD) / sizeof(struct daxemu_bad);
	if ((len - HEAD) % sizeof(struct daxemu_bad) || count > DAXEMU_BAD_MAX || count > left)
		return -EPROTO;
	return (int)count;
}

bool bad_clip(const struct map_plan *plan, struct daxemu_bad *bad)
{
	uint64_t end = bad->off + bad->len, plan_end = plan->off + plan->len;

	if (end < bad->off || plan_end < plan->off)
		return false;
	if (bad->off < plan->off)
		bad->off = plan->off;
	if (end > plan_end)
		end = plan_end;
	bad->len = end - bad->off;
	return end > bad->off;
}

/* The empty file over one range. */
static int lay(const struct map_plan *plan, uint64_t addr, int empty, struct daxemu_bad bad)
{
	int prot = plan->protect < 0 ? plan->prot : plan->protect;

	if (!bad_clip(plan, &bad))
		return 0;
	return sys_error(sys_mmap(addr + (bad.off - plan->off), bad.len, prot,
				  MAP_SHARED | MAP_NORESERVE | MAP_FIXED, empty, bad.off));
}

static int lay_list(int sock, const struct map_plan *plan, uint64_t addr, int empty,
		    const struct daxemu_msg_map_reply *grant)
{
	uint32_t left = grant->nr_bad;
	struct daxemu_msg_bad msg;
	int r = 0;

	while (left && r >= 0) {
		int count = bad_check(&msg, ask_more(sock, &msg, sizeof(msg)), grant->header.serial,
				      left);

		r = count;
		for (int i = 0; i < count && r >= 0; i++)
			r = lay(plan, addr, empty, msg.ranges[i]);
		left -= count > 0 ? (uint32_t)count : 0;
	}
	return r < 0 ? r : 0;
}

int bad_lay(int sock, const struct map_plan *plan, uint64_t addr,
	    const struct daxemu_msg_map_reply *grant)
{
	int empty = (int)SYS3(SYS_memfd_create, "dax-bad", MFD_CLOEXEC, 0);
	int r;

	if (empty < 0)
		return empty;
	r = lay_list(sock, plan, addr, empty, grant);
	sys_close(empty);
	return r;
}
