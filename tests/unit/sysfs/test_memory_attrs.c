/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory blocks, nodes and tiers: what text each file takes and answers, as on real kernels. */
#include <errno.h>

#include "attr_case.h"
#include "base/util.h"
#include "rows.h"

#define N1H N "node1/hugepages/hugepages-2048kB/"
#define T   "sys/devices/virtual/memory_tiering/"

static const struct attr_write three_blocks[] = { { DD "unbind", "dax0.0" },
						  { D "size", "402653184" },
						  { KM "new_id", "dax0.0" },
						  { M "memory32/state", "online_movable" },
						  { 0 } };
static const struct attr_write policy_movable[] = { { M "auto_online_blocks", "online_movable" },
						    { DD "unbind", "dax0.0" },
						    { D "size", "268435456" },
						    { 0 } };

static const struct attr_case cases[] = {
	{ "block state", M "memory32/state", "online\n", OK, M "memory32/state", "online\n", kmem },
	{ "block state again", M "memory32/state", "offline", -EINVAL, M "memory32/online", "0\n",
	  kmem },
	{ "block state junk", M "memory32/state", "Online", -EINVAL, M "memory32/valid_zones",
	  "Normal Movable\n", kmem },
	{ "block movable", M "memory32/state", "online_movable", OK, M "memory32/valid_zones",
	  "Movable\n", kmem },
	{ "block between movable ones", M "memory34/state", "online_movable", OK,
	  M "memory33/valid_zones", "Movable Normal\n", three_blocks },
	{ "block online again is fine", M "memory32/online", "0", OK, M "memory32/state",
	  "offline\n", kmem },
	{ "block online", M "memory33/online", "y", OK, M "memory33/valid_zones", "Normal\n",
	  kmem },
	{ "block online junk", M "memory33/online", "2", -EINVAL, M "memory33/phys_index",
	  "00000021\n", kmem },
	{ "block has its node", NULL, NULL, 0, M "memory32/node1", "../../node/node1", kmem },
	{ "node has its block", NULL, NULL, 0, N "node1/memory33", "../../memory/memory33", kmem },
	{ "blocks on the bus", NULL, NULL, 0, "sys/bus/memory/devices/memory32",
	  "../../../devices/system/memory/memory32", kmem },
	{ "node online", NULL, NULL, 0, N "online", "0-1\n", kmem },
	{ "node has no memory yet", NULL, NULL, 0, N "has_memory", "0\n", kmem },
	{ "node has memory", M "memory32/state", "online_movable", OK, N "has_memory", "0-1\n",
	  kmem },
	{ "movable is not normal", M "memory32/state", "online_movable", OK, N "has_normal_memory",
	  "0\n", kmem },
	{ "node is gone", KM "unbind", "dax0.0", OK, N "node1/distance", "ERROR -2", kmem },
	{ "node distance", NULL, NULL, 0, N "node1/distance", "20 10\n", kmem },
	{ "huge pages: none to be had", N1H "nr_hugepages", "5", OK, N1H "nr_hugepages", "0\n",
	  kmem },
	{ "huge pages: no number", N1H "nr_hugepages", "0x5", -EINVAL, N1H "nr_hugepages", "0\n",
	  kmem },
	{ "only large pages are demoted", NULL, NULL, 0, N1H "demote_size", "ERROR -2", kmem },
	{ "compact", N "node1/compact", "junk", OK, N "node1/x86/nothing", "ERROR -2", kmem },
	{ "no reclaim in 6.12", N "node1/reclaim", "1", -ENOENT, N "node1/reclaim", "ERROR -2",
	  kmem },
	{ "no failures in 6.1", NULL, NULL, 0, N "node1/memory_failure/total", "ERROR -2", kmem,
	  .abi = "6.1" },
	{ "less than a page is reclaimed", N "node1/reclaim", "4095", OK, N "node1/cpulist", "\n",
	  .abi = "7.2", .regions = "H" },
	{ "a page is too much", N "node1/reclaim", "4096", -EAGAIN, N "node1/cpulist", "\n",
	  .abi = "7.2", .regions = "H" },
	{ "no tier of slow memory yet", NULL, NULL, 0, T "memory_tier22/nodelist", "ERROR -2",
	  kmem },
	{ "tier", M "memory32/state", "online", OK, T "memory_tier22/nodelist", "1\n", kmem },
	{ "tier link", M "memory32/state", "online", OK,
	  "sys/bus/memory_tiering/devices/memory_tier22",
	  "../../../devices/virtual/memory_tiering/memory_tier22", kmem },
	{ "no other tier", M "memory32/state", "online", OK, T "memory_tier5/nodelist", "ERROR -2",
	  kmem },
	{ "policy", M "auto_online_blocks", "online_kernel\n", OK, M "auto_online_blocks",
	  "online_kernel\n" },
	{ "policy blank", M "auto_online_blocks", "online ", -EINVAL, M "auto_online_blocks",
	  "offline\n" },
	{ "policy followed", KM "new_id", "dax0.0", OK, M "memory32/valid_zones", "Movable\n",
	  policy_movable },
};

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(cases)];

	row_tests(tests, ROWS(cases, name), attr_case_test);
	return cmocka_run_group_tests_name("sysfs.memory_attrs", tests, NULL, NULL);
}
