/* SPDX-License-Identifier: BSD-3-Clause */
/* What passes the broker's door and what does not, without a socket. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/util.h"
#include "broker/msg.h"
#include "rows.h"

#define MSG(size, version, type, serial, error)                                                   \
	{                                                                                         \
		.header = { size, version, type, serial, error }, .len = 4096, .prot = PROT_READ, \
		.flags = MAP_SHARED                                                               \
	}
#define GOOD MSG(48, DAXEMU_PROTO_VERSION, DAXEMU_MSG_MAP, 5, 0)

static const struct msg_case {
	const char *name;
	struct daxemu_msg_map msg;
	size_t len;
	bool has_fd;
	uint32_t last;
	int result;
	uint32_t serial; /* to answer with */
} cases[] = {
	{ "a request", GOOD, 48, true, 4, 0, 5 },
	{ "empty", GOOD, 0, true, 4, -EPROTO, 0 },
	{ "one byte short of a header", GOOD, 15, true, 4, -EPROTO, 0 },
	{ "a header alone", GOOD, 16, true, 4, -EPROTO, 5 },
	{ "truncated", GOOD, 47, true, 4, -EPROTO, 5 },
	{ "oversized", GOOD, 49, true, 4, -EPROTO, 5 },
	{ "size lies", MSG(49, 1, 1, 5, 0), 48, true, 4, -EPROTO, 5 },
	{ "older version", MSG(48, 0, 1, 5, 0), 48, true, 4, -EPROTONOSUPPORT, 5 },
	{ "newer version", MSG(48, 2, 1, 5, 0), 48, true, 4, -EPROTONOSUPPORT, 5 },
	{ "a reply", MSG(48, 1, 2, 5, 0), 48, true, 4, -EPROTO, 5 },
	{ "unknown type", MSG(48, 1, 77, 5, 0), 48, true, 4, -EPROTO, 5 },
	{ "an error in a request", MSG(48, 1, 1, 5, -1), 48, true, 4, -EPROTO, 5 },
	{ "replayed", GOOD, 48, true, 5, -EPROTO, 5 },
	{ "out of order", GOOD, 48, true, 6, -EPROTO, 5 },
	{ "serial 0", MSG(48, 1, 1, 0, 0), 48, true, 0, -EPROTO, 0 },
	{ "no fd", GOOD, 48, false, 4, -EBADF, 5 },
};

static void test_check(void **state)
{
	const struct msg_case *c = *state;
	char buf[64] = { 0 };
	struct daxemu_msg_map out;

	memcpy(buf, &c->msg, sizeof(c->msg));
	assert_int_equal(msg_check_map(buf, c->len, c->has_fd, c->last, &out), c->result);
	assert_int_equal(out.header.serial, c->serial);
	if (c->result == 0)
		assert_memory_equal(&out, &c->msg, sizeof(out));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases)];

	row_tests(tests, ROWS(cases, name), test_check);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
