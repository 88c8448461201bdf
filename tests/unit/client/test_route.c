/* SPDX-License-Identifier: BSD-3-Clause */
/* Which files the preload library takes for its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include "base/util.h"
#include "client/route.h"
#include "daxemu/proto.h"

enum { MOUNT = 0x2a, OTHER = 0x2b };

#define NODE (4u << 28 | 252u << 20 | 7u)
#define TWIN (5u << 28 | 252u << 20 | 7u)

static const struct route_case {
	const char *name;
	struct route_file file;
	uint64_t mount;
	enum route route;
	struct route_dev dev;
} cases[] = {
	{ "a twin", { S_IFREG, MOUNT, TWIN }, MOUNT, ROUTE_TWIN, { 252, 7 } },
	{ "a node", { S_IFCHR, MOUNT, NODE, 252, 7 }, MOUNT, ROUTE_NODE, { 252, 7 } },
	{ "the largest minor",
	  { S_IFREG, MOUNT, 0x5fffffffu },
	  MOUNT,
	  ROUTE_TWIN,
	  { 255, 0xfffff } },
	{ "twin number elsewhere", { S_IFREG, OTHER, TWIN }, MOUNT, ROUTE_NONE, { 0 } },
	{ "no mount known", { S_IFREG, 0, TWIN }, 0, ROUTE_NONE, { 0 } },
	{ "other file of the mount", { S_IFREG, MOUNT, 1u << 28 }, MOUNT, ROUTE_NONE, { 0 } },
	{ "node number, but regular", { S_IFREG, MOUNT, NODE }, MOUNT, ROUTE_NONE, { 0 } },
	{ "bit 31 set", { S_IFREG, MOUNT, 1u << 31 | TWIN }, MOUNT, ROUTE_NONE, { 0 } },
	{ "64-bit inode", { S_IFREG, MOUNT, UINT64_C(1) << 40 | TWIN }, MOUNT, ROUTE_NONE, { 0 } },
	{ "directory", { S_IFDIR, MOUNT, TWIN }, MOUNT, ROUTE_NONE, { 0 } },
	{ "character device elsewhere", { S_IFCHR, OTHER, 9, 1, 3 }, MOUNT, ROUTE_CHR, { 1, 3 } },
	{ "character device, no mount", { S_IFCHR, OTHER, 9, 1, 3 }, 0, ROUTE_CHR, { 1, 3 } },
	{ "device bound into the mount", { S_IFCHR, MOUNT, 9, 1, 3 }, MOUNT, ROUTE_CHR, { 1, 3 } },
};

static void test_route(void **state)
{
	const struct route_case *c = *state;
	struct route_dev dev = { 0 };

	assert_int_equal(route_of(&c->file, c->mount, &dev), c->route);
	assert_int_equal(dev.major, c->dev.major);
	assert_int_equal(dev.minor, c->dev.minor);
}

static void test_numbers(void **state)
{
	(void)state;
	assert_int_equal(daxemu_ino(DAXEMU_INO_NODE, 252, 7), NODE);
	assert_int_equal(daxemu_ino(DAXEMU_INO_TWIN, 252, 7), TWIN);
}

static void test_path(void **state)
{
	char path[ROUTE_PATH_MAX];

	(void)state;
	route_twin_path((struct route_dev){ 252, 0 }, path);
	assert_string_equal(path, "/dev/.daxemu/twin/252:0");
	route_twin_path((struct route_dev){ 4294967295u, 4294967295u }, path);
	assert_string_equal(path, "/dev/.daxemu/twin/4294967295:4294967295");
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases) + 2] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_path),
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i + 2] = (struct CMUnitTest){ .name = cases[i].name,
						    .test_func = test_route,
						    .initial_state = (void *)&cases[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
