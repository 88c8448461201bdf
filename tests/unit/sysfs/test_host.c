/* SPDX-License-Identifier: BSD-3-Clause */
/* What is ours added to what the host's own /sys says of memory and nodes; the host is a directory.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/util.h"
#include "fixture.h"

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

/* The second region's memory goes to node 0, which is the host's. */
static void add_near_region(struct fixture *fixture)
{
	const struct dax_region_config config = {
		.id = 1, .span = { 6 * GIB, 2 * GIB }, .align = 2 * MIB, .target_node = 0
	};
	struct dax_region *region;

	assert_int_equal(dax_region_add(fixture->model, &config, DAX_KMEM, &region), 0);
}

static void test_host(void **state)
{
	const struct host_case *c = *state;
	char root[] = "/tmp/test_host.XXXXXX";
	struct fixture fixture;

	assert_non_null(mkdtemp(root));
	for (size_t i = 0; i < ARRAY_SIZE(host) && !c->empty; i++)
		write_file(root, &host[i]);
	fixture_begin(&fixture, "6.12", "H");
	add_near_region(&fixture);
	fixture.model->config.online_nodes = c->empty ? 1 : 5;
	fixture.tree.real_sys = open(root, O_PATH | O_DIRECTORY);
	if (c->path)
		assert_int_equal(fixture_write(&fixture, c->path, c->text), strlen(c->text));
	assert_string_equal(fixture_read(&fixture, c->look), c->answer);
	close(fixture.tree.real_sys);
	fixture_end(&fixture);
	remove_tree(root);
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(cases)];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i] = (struct CMUnitTest){ .name = cases[i].name,
						.test_func = test_host,
						.initial_state = (void *)&cases[i] };
	return cmocka_run_group_tests_name("sysfs.host", tests, NULL, NULL);
}
