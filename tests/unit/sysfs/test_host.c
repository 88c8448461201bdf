/* SPDX-License-Identifier: BSD-3-Clause */
/* What is ours added to what the host's own /sys says of memory and nodes; the host is a directory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/util.h"
#include "fixture.h"
#include "rows.h"

#define N "sys/devices/system/node/"
#define M "sys/devices/system/memory/"
#define T "sys/devices/virtual/memory_tiering/"

struct file {
	const char *path, *text;
};

/* Two nodes far apart, one of them without memory; the lists are of a kernel we do not know. */
static const struct file host[] = {
	{ "devices/system/node/online", "0,2\n" },
	{ "devices/system/node/possible", "0-3\n" },
	{ "devices/system/node/has_memory", "0\n" },
	{ "devices/system/node/has_normal_memory", "0\n" },
	{ "devices/system/node/node0/distance", "10 31\n" },
	{ "devices/system/node/node2/distance", "31 10\n" },
	{ "devices/system/node/node0/cpumap", "0000000f,ffffffff\n" },
	{ "devices/system/node/node0/meminfo",
	  "Node 0 MemTotal:        1000000 kB\nNode 0 MemFree:          900000 kB\n"
	  "Node 0 MemUsed:          100000 kB\nNode 0 New:          7 kB\n"
	  "Node 0 HugePages_Total:     3\nodd\n" },
	{ "devices/system/node/node0/vmstat", "nr_free_pages 225000\nnr_new 5\nodd\n" },
	{ "devices/virtual/memory_tiering/memory_tier4/nodelist", "0\n" },
};

/* Its memory from 0 to 2 GiB and from 4 to 10, in blocks of 2 GiB. */
static const struct file large_blocks[] = {
	{ "devices/system/memory/block_size_bytes", "80000000\n" },
	{ "devices/system/memory/memory0/state", "online\n" },
	{ "devices/system/memory/memory0/valid_zones", "DMA32\n" },
	{ "devices/system/memory/memory0/removable", "0\n" },
	{ "devices/system/memory/memory2/state", "online\n" },
	{ "devices/system/memory/memory3/state", "online\n" },
	{ "devices/system/memory/memory4/state", "offline\n" },
	{ "devices/system/node/node0/memory0/x", "" },
	{ "devices/system/node/node2/memory4/x", "" },
};

/* The same without the last, in blocks of 64 MiB; one of them is missing. */
static const struct file small_blocks[] = {
	{ "devices/system/memory/block_size_bytes", "4000000\n" },
	{ "devices/system/memory/memory0/state", "online\n" },
	{ "devices/system/memory/memory1/state", "offline\n" },
	{ "devices/system/memory/memory3/state", "online\n" },
	{ "devices/system/memory/memory64/state", "online\n" },
	{ "devices/system/node/node0/memory0/x", "" },
};

static const struct file same_blocks[] = {
	{ "devices/system/memory/block_size_bytes", "8000000\n" },
	{ "devices/system/memory/memory0/state", "online\n" },
};

static void write_file(const char *root, const struct file *file)
{
	char path[256];
	_cleanup_file_ FILE *f = NULL;

	for (const char *s = file->path; (s = strchr(s, '/')); s++) {
		snprintf(path, sizeof(path), "%s/%.*s", root, (int)(s - file->path), file->path);
		mkdir(path, 0755);
	}
	snprintf(path, sizeof(path), "%s/%s", root, file->path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(file->text, f) >= 0);
}

static void remove_tree(const char *root)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -r '%s'", root);
	assert_int_equal(system(command), 0);
}

static void write_files(const char *root, const struct file *files, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		write_file(root, &files[i]);
}

static const struct host_case {
	const char *name;
	bool empty;		 /* a host without any of this */
	const char *path, *text; /* a write before the look */
	const char *look, *answer;
} cases[] = {
	{ "online", false, NULL, NULL, N "online", "0-2\n" },
	{ "possible", false, NULL, NULL, N "possible", "0-3\n" },
	{ "has_memory", false, M "memory32/state", "online", N "has_memory", "0-1\n" },
	{ "distance of ours", false, NULL, NULL, N "node1/distance", "20 10 20\n" },
	{ "distance from theirs to ours", false, NULL, NULL, N "node0/distance", "10 20 31\n" },
	{ "distance from another", false, NULL, NULL, N "node2/distance", "31 20 10\n" },
	{ "as many CPUs", false, NULL, NULL, N "node1/cpumap", "00000000,00000000\n" },
	{ "their tier", false, NULL, NULL, T "memory_tier4/nodelist", "0\n" },
	{ "our tier", false, M "memory33/state", "online", T "memory_tier22/nodelist", "1\n" },
	{ "their memory", false, NULL, NULL, N "node0/meminfo",
	  "Node 0 MemTotal:        1000000 kB\nNode 0 MemFree:          900000 kB\n"
	  "Node 0 MemUsed:          100000 kB\nNode 0 New:          7 kB\n"
	  "Node 0 HugePages_Total:     3\nodd\n" },
	{ "ours in their node", false, M "memory48/state", "online", N "node0/meminfo",
	  "Node 0 MemTotal:        1131072 kB\nNode 0 MemFree:         1031072 kB\n"
	  "Node 0 MemUsed:          100000 kB\nNode 0 New:          7 kB\n"
	  "Node 0 HugePages_Total:     3\nodd\n" },
	{ "pages too", false, M "memory48/state", "online", N "node0/vmstat",
	  "nr_free_pages 257768\nnr_new 5\nodd\n" },
	{ "our block in their node", false, NULL, NULL, N "node0/memory48",
	  "../../memory/memory48" },
	{ "its node", false, NULL, NULL, M "memory48/node0", "../../node/node0" },
	{ "no tier changes then", false, M "memory48/state", "online", T "memory_tier22/nodelist",
	  "ERROR -2" },
	{ "theirs is not shadowed", false, NULL, NULL, N "node0/numastat", "ERROR -2" },
	{ "no host: online", true, NULL, NULL, N "online", "0-1\n" },
	{ "no host: distance", true, NULL, NULL, N "node0/distance", "10 20\n" },
	{ "no host: cpumap", true, NULL, NULL, N "node1/cpumap", "0\n" },
	{ "no host: tier", true, NULL, NULL, T "memory_tier4/nodelist", "0\n" },
	{ "no host: memory", true, M "memory48/state", "online", N "node0/numastat", "ERROR -2" },
};

#define LARGE large_blocks, ARRAY_SIZE(large_blocks)
#define SMALL small_blocks, ARRAY_SIZE(small_blocks)
#define SAME  same_blocks, ARRAY_SIZE(same_blocks)

static const struct memory_case {
	const char *name;
	const struct file *files;
	size_t nr;
	const char *look, *answer;
	const char *hidden; /* a name of the host's that must not be seen */
} memory_cases[] = {
	{ "large: the first", LARGE, M "memory0/state", "online\n", "memory0" },
	{ "large: the last of the first", LARGE, M "memory15/valid_zones", "DMA32\n", "memory4" },
	{ "large: a hole", LARGE, M "memory16/state", "ERROR -2" },
	{ "large: ours", LARGE, M "memory32/state", "offline\n" },
	{ "large: the last", LARGE, M "memory79/state", "offline\n" },
	{ "large: past the last", LARGE, M "memory80/state", "ERROR -2" },
	{ "large: phys_index", LARGE, M "memory15/phys_index", "0000000f\n" },
	{ "large: what the host does not say", LARGE, M "memory79/removable", "ERROR -2" },
	{ "large: node", LARGE, M "memory15/node0", "../../node/node0" },
	{ "large: another", LARGE, N "node2/memory79", "../../memory/memory79" },
	{ "large: not in this one", LARGE, N "node0/memory79", "ERROR -2" },
	{ "large: bus", LARGE, "sys/bus/memory/devices/memory79",
	  "../../../devices/system/memory/memory79" },
	{ "large: none in a region", LARGE, "sys/bus/memory/devices/memory63",
	  "../../../devices/system/memory/memory63" },
	{ "small: the first of two", SMALL, M "memory0/state", "online\n" },
	{ "small: the only one", SMALL, M "memory1/state", "online\n", "memory3" },
	{ "small: none", SMALL, M "memory2/state", "ERROR -2" },
	{ "small: ours", SMALL, M "memory32/state", "offline\n", "memory64" },
	{ "small: node", SMALL, N "node0/memory0", "../../memory/memory0" },
	{ "small: no node is known", SMALL, M "memory1/node0", "ERROR -2" },
	{ "same: passed through", SAME, M "memory0/state", "ERROR -2" },
	{ "same: but in a region", SAME, M "memory32/state", "offline\n", "memory32" },
	{ "our block size", LARGE, M "block_size_bytes", "8000000\n" },
	{ "none at all", NULL, 0, M "memory0/state", "ERROR -2" },
	{ "none at all: ours", NULL, 0, M "memory32/state", "offline\n" },
};

/* The second region's memory goes to node 0, which is the host's. */
static void add_near_region(struct fixture *fixture)
{
	const struct dax_region_config config = {
		.id = 1, .span = { 6 * GIB, 2 * GIB }, .align = 2 * MIB, .target_node = 0
	};
	struct dax_region *region;

	assert_int_equal(dax_region_add(fixture->model, &config, DAX_KMEM, &region), 0);
}

struct world {
	char root[32];
	struct fixture fixture;
};

static void world_begin(struct world *world, uint64_t nodes)
{
	fixture_begin(&world->fixture, "6.12", "H");
	add_near_region(&world->fixture);
	world->fixture.model->config.online_nodes = nodes;
	world->fixture.tree.real_sys = open(world->root, O_PATH | O_DIRECTORY);
	assert_int_equal(host_memory_read(&world->fixture.tree), 0);
}

static void world_end(struct world *world)
{
	close(world->fixture.tree.real_sys);
	fixture_end(&world->fixture);
	remove_tree(world->root);
}

static void test_host(void **state)
{
	const struct host_case *c = *state;
	struct world world = { .root = "/tmp/test_host.XXXXXX" };

	assert_non_null(mkdtemp(world.root));
	write_files(world.root, host, c->empty ? 0 : ARRAY_SIZE(host));
	world_begin(&world, c->empty ? 1 : 5);
	if (c->path)
		assert_int_equal(fixture_write(&world.fixture, c->path, c->text), strlen(c->text));
	assert_string_equal(fixture_read(&world.fixture, c->look), c->answer);
	world_end(&world);
}

static void test_memory(void **state)
{
	static const enum sysfs_kind kinds[] = { SYSFS_MEMORY, SYSFS_BUS_MEMORY_DEVICES,
						 SYSFS_NODE };
	const struct memory_case *c = *state;
	struct world world = { .root = "/tmp/test_host.XXXXXX" };

	assert_non_null(mkdtemp(world.root));
	write_files(world.root, c->files, c->nr);
	world_begin(&world, 5);
	assert_string_equal(fixture_read(&world.fixture, c->look), c->answer);
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && c->hidden; i++)
		assert_true(sysfs_hides(&world.fixture.tree, (struct sysfs_ref){ .kind = kinds[i] },
					c->hidden));
	world_end(&world);
}

/* Nothing that is written to a block of the host's arrives, or changes anything. */
static void test_read_only(void **state)
{
	struct world world = { .root = "/tmp/test_host.XXXXXX" };

	(void)state;
	assert_non_null(mkdtemp(world.root));
	write_files(world.root, large_blocks, ARRAY_SIZE(large_blocks));
	world_begin(&world, 5);
	assert_int_equal(fixture_write(&world.fixture, M "memory0/state", "offline"), -EROFS);
	assert_int_equal(fixture_write(&world.fixture, M "memory0/online", "0"), -EROFS);
	assert_int_equal(fixture_write(&world.fixture, M "memory0/uevent", "change"), -EROFS);
	assert_string_equal(fixture_read(&world.fixture, M "memory0/state"), "online\n");
	world_end(&world);
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(cases) + ARRAY_SIZE(memory_cases) + 1];
	size_t n = 0;

	n += row_tests(&tests[n], ROWS(cases, name), test_host);
	n += row_tests(&tests[n], ROWS(memory_cases, name), test_memory);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_read_only);
	return cmocka_run_group_tests_name("sysfs.host", tests, NULL, NULL);
}
