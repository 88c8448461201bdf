/* SPDX-License-Identifier: BSD-3-Clause */
/* From a granted request to system calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <sys/mman.h>
#include <linux/mman.h>

#include "base/util.h"
#include "client/map_plan.h"

#define A	 (2 * MIB)
#define RW	 (PROT_READ | PROT_WRITE)
#define AT	 UINT64_C(0x7f0000000000)
#define BASE	 (MAP_SHARED | MAP_NORESERVE)
#define VALIDATE MAP_SHARED_VALIDATE

static const struct plan_case {
	const char *name;
	struct map_want want; /* addr, len, off, prot, flags */
	uint64_t align, page;
	int result;
	struct map_plan plan; /* place, addr, len, off, align, prot, flags, protect */
} cases[] = {
	{ "aligned by us",
	  { 0, A, 0, RW, MAP_SHARED },
	  A,
	  4096,
	  0,
	  { PLACE_ALIGNED, 0, A, 0, A, RW, BASE, -1 } },
	{ "room to spare at align 4K",
	  { 0, 4096, 4096, RW, MAP_SHARED },
	  4096,
	  4096,
	  0,
	  { PLACE_ALIGNED, 0, 4096, 4096, 4096, RW, BASE, -1 } },
	{ "any page of a hint at align 4K",
	  { AT + 4096, 4096, 4096, RW, MAP_SHARED },
	  4096,
	  4096,
	  0,
	  { PLACE_KERNEL, AT + 4096, 4096, 4096, 4096, RW, BASE, -1 } },
	{ "an offset beyond all files",
	  { 0, 4096, -UINT64_C(4096), RW, MAP_SHARED },
	  4096,
	  4096,
	  0,
	  { PLACE_ALIGNED, 0, 4096, (UINT64_C(1) << 62) + GIB - 4096, 4096, RW, BASE, -1 } },
	{ "length rounds up to pages",
	  { 0, A - 5, 0, RW, MAP_SHARED },
	  A,
	  4096,
	  0,
	  { PLACE_ALIGNED, 0, A, 0, A, RW, BASE, -1 } },
	{ "a hint is tried as it is",
	  { AT, A, 0, RW, MAP_SHARED },
	  A,
	  4096,
	  0,
	  { PLACE_HINT, AT, A, 0, A, RW, BASE, -1 } },
	{ "a hint within the first page is none",
	  { 1, A, 0, RW, MAP_SHARED },
	  A,
	  4096,
	  0,
	  { PLACE_ALIGNED, 0, A, 0, A, RW, BASE, -1 } },
	{ "a hint loses its page offset",
	  { AT + 1, A, 0, RW, MAP_SHARED },
	  A,
	  4096,
	  0,
	  { PLACE_HINT, AT, A, 0, A, RW, BASE, -1 } },
	{ "a hint and an offset that is not aligned",
	  { AT, A, 4096, RW, MAP_SHARED },
	  A,
	  4096,
	  0,
	  { PLACE_HINT, AT, A, 4096, A, RW, BASE, -1 } },
	{ "no hint and such an offset", { 0, A, 4096, RW, MAP_SHARED }, A, 4096, -EINVAL, { 0 } },
	{ "fixed",
	  { AT, A, 4096, RW, MAP_SHARED | MAP_FIXED },
	  A,
	  4096,
	  0,
	  { PLACE_KERNEL, AT, A, 4096, A, RW, BASE | MAP_FIXED, -1 } },
	{ "fixed at 0",
	  { 0, A, 0, RW, MAP_SHARED | MAP_FIXED },
	  A,
	  4096,
	  0,
	  { PLACE_KERNEL, 0, A, 0, A, RW, BASE | MAP_FIXED, -1 } },
	{ "fixed, misaligned",
	  { AT + 4096, A, 0, RW, MAP_SHARED | MAP_FIXED },
	  A,
	  4096,
	  -EINVAL,
	  { 0 } },
	{ "fixed, not replacing",
	  { AT, A, 0, RW, MAP_SHARED | MAP_FIXED_NOREPLACE },
	  A,
	  4096,
	  0,
	  { PLACE_KERNEL, AT, A, 0, A, RW, BASE | MAP_FIXED_NOREPLACE, -1 } },
	{ "synchronous is ordinary memory",
	  { 0, A, 0, RW, VALIDATE | MAP_SYNC },
	  A,
	  4096,
	  0,
	  { PLACE_ALIGNED, 0, A, 0, A, RW, BASE, -1 } },
	{ "populated and locked",
	  { 0, A, 0, RW, MAP_SHARED | MAP_POPULATE | MAP_LOCKED },
	  A,
	  4096,
	  0,
	  { PLACE_ALIGNED, 0, A, 0, A, RW, BASE | MAP_POPULATE | MAP_LOCKED, -1 } },
	{ "unknown and huge page bits are dropped",
	  { 0, A, 0, RW, MAP_SHARED | (int)0xfc000000u | MAP_DENYWRITE | MAP_STACK },
	  A,
	  4096,
	  0,
	  { PLACE_ALIGNED, 0, A, 0, A, RW, BASE, -1 } },
	{ "huge pages: writable in a second step",
	  { 0, A, 0, RW, MAP_SHARED },
	  A,
	  A,
	  0,
	  { PLACE_ALIGNED, 0, A, 0, A, PROT_READ, BASE, RW } },
	{ "huge pages: writable alone",
	  { 0, A, 0, PROT_WRITE, MAP_SHARED },
	  A,
	  A,
	  0,
	  { PLACE_ALIGNED, 0, A, 0, A, PROT_NONE, BASE, PROT_WRITE } },
	{ "huge pages: read-only",
	  { 0, A, 0, PROT_READ, MAP_SHARED },
	  A,
	  A,
	  0,
	  { PLACE_ALIGNED, 0, A, 0, A, PROT_READ, BASE, -1 } },
	{ "huge pages under align 4K round up",
	  { 0, 4096, 0, PROT_READ, MAP_SHARED },
	  4096,
	  A,
	  0,
	  { PLACE_ALIGNED, 0, A, 0, A, PROT_READ, BASE, -1 } },
	{ "huge pages: offset within one",
	  { AT, A, 4096, RW, MAP_SHARED },
	  4096,
	  A,
	  -EINVAL,
	  { 0 } },
	{ "align 1G",
	  { 0, GIB, GIB, RW, MAP_SHARED },
	  GIB,
	  4096,
	  0,
	  { PLACE_ALIGNED, 0, GIB, GIB, GIB, RW, BASE, -1 } },
	{ "length wraps", { 0, UINT64_MAX, 0, RW, MAP_SHARED }, A, 4096, -ENOMEM, { 0 } },
};

static void test_plan(void **state)
{
	const struct plan_case *c = *state;
	struct daxemu_msg_map_reply grant = { .align = c->align, .page_size = c->page };
	struct map_plan plan;

	assert_int_equal(map_plan_make(&plan, &c->want, &grant), c->result);
	if (c->result < 0)
		return;
	assert_int_equal(plan.place, c->plan.place);
	assert_int_equal(plan.addr, c->plan.addr);
	assert_int_equal(plan.len, c->plan.len);
	assert_int_equal(plan.off, c->plan.off);
	assert_int_equal(plan.align, c->plan.align);
	assert_int_equal(plan.prot, c->plan.prot);
	assert_int_equal(plan.flags, c->plan.flags);
	assert_int_equal(plan.protect, c->plan.protect);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases)];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i] = (struct CMUnitTest){ .name = cases[i].name,
						.test_func = test_plan,
						.initial_state = (void *)&cases[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
