/* SPDX-License-Identifier: BSD-3-Clause */
/* The regions that the user asked for: what is filled in, where they lie, and every refusal. */
#include <string.h>

#include "base/util.h"
#include "config_dir.h"
#include "daemon/config.h"
#include "rows.h"

static const struct region_case {
	const char *name;
	const char *specs[4];
	const char *refusal; /* what the sentence contains; NULL: accepted */
	/* the last region, when accepted */
	int id;
	uint64_t start, len;
	int target_node;
} cases[] = {
	{ "no region is one of 1G", { NULL }, NULL, 0, 4 * GIB, GIB, 1 },
	{ "size alone", { "size=2G" }, NULL, 0, 4 * GIB, 2 * GIB, 1 },
	{ "everything said",
	  { "size=4M,type=static,id=7,start=8G,align=4K,backing=memfd,numa-node=0,target-node=3,"
	    "driver=none" },
	  NULL,
	  7,
	  8 * GIB,
	  4 * MIB,
	  3 },
	{ "bytes", { "size=2097152,start=0x200000" }, NULL, 0, 2 * MIB, 2 * MIB, 1 },
	{ "the second lies behind the first, rounded to 1G",
	  { "size=1G", "size=2M", "size=2M" },
	  NULL,
	  2,
	  6 * GIB,
	  2 * MIB,
	  3 },
	{ "a place that is taken is left out",
	  { "size=2M,start=4G", "size=1G" },
	  NULL,
	  1,
	  5 * GIB,
	  GIB,
	  2 },
	{ "a gap too small is left out",
	  { "size=1G,start=5G", "size=2G" },
	  NULL,
	  1,
	  6 * GIB,
	  2 * GIB,
	  2 },
	{ "the lowest free id",
	  { "size=2M,id=1", "size=2M", "size=2M" },
	  NULL,
	  2,
	  6 * GIB,
	  2 * MIB,
	  3 },
	{ "later ids keep their own", { "size=2M", "size=2M,id=0" }, NULL, 0, 5 * GIB, 2 * MIB, 2 },
	{ "target node none", { "size=2M,target-node=-1" }, NULL, 0, 4 * GIB, 2 * MIB, -1 },
	{ "a file gives its size and type",
	  { "backing=file:good" },
	  NULL,
	  0,
	  4 * GIB + 2 * MIB,
	  4 * MIB,
	  1 },
	{ "a file and its size",
	  { "size=4M,backing=file:good" },
	  NULL,
	  0,
	  4 * GIB + 2 * MIB,
	  4 * MIB,
	  1 },
	{ "a namespace begins where a region would",
	  { "size=1G,type=static" },
	  NULL,
	  0,
	  4 * GIB + 18 * MIB,
	  GIB,
	  1 },
	{ "and is rounded up to the alignment",
	  { "size=1G,type=static,align=1G" },
	  NULL,
	  0,
	  5 * GIB,
	  GIB,
	  1 },
	{ "a namespace behind another",
	  { "size=1G,type=static", "size=1G,type=static" },
	  NULL,
	  1,
	  6 * GIB + 18 * MIB,
	  GIB,
	  2 },
	{ "not into what another namespace keeps",
	  { "size=1G,type=static", "size=2M,type=static" },
	  NULL,
	  1,
	  6 * GIB + 2 * MIB,
	  2 * MIB,
	  2 },
	{ "a gap too small for a namespace is left out",
	  { "size=1G,start=5G", "size=1G,type=static" },
	  NULL,
	  1,
	  6 * GIB + 18 * MIB,
	  GIB,
	  2 },

	{ "no size", { "id=1" }, "--region: size is missing" },
	{ "empty", { "" }, "--region: '': must be KEY=VALUE" },
	{ "a key alone", { "size" }, "--region: 'size': must be KEY=VALUE" },
	{ "unknown key", { "size=1G,colour=red" }, "--region: colour=red: there is no such key" },
	{ "a key twice", { "size=1G,size=1G" }, "--region: size=1G: was given already" },
	{ "size no number", { "size=big" }, "--region: size=big: must be a size" },
	{ "size with junk", { "size=1GB" }, "--region: size=1GB: must be a size" },
	{ "size too large to count", { "size=99999999999T" }, "size=99999999999T: must be a size" },
	{ "size beyond the address space", { "size=8192T" }, "size=8192T: must fit into 52 bits" },
	{ "size zero", { "size=0" }, "--region: size=0: must be more than 0" },
	{ "size odd", { "size=3M" }, "--region: size=3M: must be a multiple of 2M" },
	{ "size below its align", { "size=2M,align=1G" }, "size=2M: must be a multiple of align" },
	{ "align unknown", { "size=1G,align=16K" }, "--region: align=16K: must be 4K, 2M or 1G" },
	{ "start odd", { "size=1G,start=1M" }, "start=0x100000: must be a multiple of 2M" },
	{ "start below its align",
	  { "size=1G,align=1G,start=0x100200000" },
	  "start=0x100200000: must be a multiple of align" },
	{ "end beyond the address space",
	  { "size=1G,start=0xfffffffe00000" },
	  "start=0xfffffffe00000: the region must end" },
	{ "overlap",
	  { "size=1G,start=4G", "size=1G,start=0x120000000" },
	  "start=0x120000000: overlaps region 0, which has 0x100000000 to 0x13fffffff" },
	{ "same id",
	  { "size=2M,id=3", "size=2M,id=3" },
	  "id=3: two regions cannot have the same id" },
	{ "negative id", { "size=2M,id=-1" }, "--region: id=-1: must be a number from 0" },
	{ "type unknown", { "size=2M,type=odd" }, "--region: type=odd: must be dynamic or static" },
	{ "backing unknown",
	  { "size=2M,backing=disk" },
	  "backing=disk: must be memfd, hugetlb or" },
	{ "backing without a path",
	  { "backing=file:" },
	  "backing=file:: must be memfd, hugetlb or" },
	{ "huge pages in small steps",
	  { "size=2M,backing=hugetlb,align=4K" },
	  "align=4K: a region of huge pages" },
	{ "numa-node out of bounds", { "size=2M,numa-node=64" }, "numa-node=64: must be a number" },
	{ "numa-node missing",
	  { "size=2M,numa-node=63" },
	  "numa-node=63: this machine has no such" },
	{ "target-node out of bounds", { "size=2M,target-node=-2" }, "target-node=-2: must be" },
	{ "driver unknown",
	  { "size=2M,driver=dax" },
	  "driver=dax: must be device_dax, kmem or none" },
	{ "kmem without a node",
	  { "size=2M,driver=kmem,target-node=-1" },
	  "driver=kmem: kmem needs" },
	{ "a file under a dynamic region",
	  { "size=4M,type=dynamic,backing=file:good" },
	  "good: a file can back a static region only" },
	{ "deep-flush unknown",
	  { "size=2M,type=static,deep-flush=2" },
	  "deep-flush=2: must be absent, 0, 1, read-only or failing" },
	{ "deep-flush of a dynamic region",
	  { "size=2M,deep-flush=read-only" },
	  "deep-flush=read-only: only a static region has it, say type=static" },
	{ "persistence-domain unknown",
	  { "size=2M,type=static,persistence-domain=cpu" },
	  "persistence-domain=cpu: must be absent, cpu_cache or memory_controller" },
	{ "persistence-domain of a dynamic region",
	  { "persistence-domain=cpu_cache,size=2M" },
	  "persistence-domain=cpu_cache: only a static region has it" },
	{ "badblocks of a dynamic region",
	  { "size=2M,badblocks=0" },
	  "badblocks=0x0+0x200: only a static region has it" },
	{ "badblocks at odd bytes",
	  { "size=2M,type=static,badblocks=511" },
	  "badblocks=511: must be OFFSET[+LEN], multiples of 512" },
	{ "badblocks of odd length",
	  { "size=2M,type=static,badblocks=512+1" },
	  "badblocks=512+1: must be OFFSET[+LEN], multiples of 512" },
	{ "badblocks of no length",
	  { "size=2M,type=static,badblocks=512+0" },
	  "badblocks=512+0: must be OFFSET[+LEN]" },
	{ "badblocks empty", { "size=2M,type=static,badblocks=" }, "badblocks=: must be OFFSET" },
	{ "badblocks with a colon too many",
	  { "size=2M,type=static,badblocks=0:" },
	  "badblocks=0:: must be OFFSET" },
	{ "badblocks with two lengths",
	  { "size=2M,type=static,badblocks=0+512+512" },
	  "badblocks=0+512+512: must be OFFSET" },
	{ "badblocks wrapping",
	  { "size=2M,type=static,badblocks=0xfffffffffffffe00+1K" },
	  "must be OFFSET" },
	{ "badblocks too many",
	  { "size=1G,type=static,badblocks=0+512M" },
	  "badblocks=0+512M: must be OFFSET[+LEN], multiples of 512, more after a colon, and 512 "
	  "runs" },
	{ "badblocks beyond the device",
	  { "size=2M,type=static,badblocks=4K:2M" },
	  "badblocks=0x200000+0x200: must lie within the device" },
	{ "badblocks past the end of the device",
	  { "size=2M,type=static,badblocks=0x1ffe00+1K" },
	  "badblocks=0x1ffe00+0x400: must lie within the device" },
	{ "no such file",
	  { "backing=file:missing" },
	  "backing=file:missing: there is no such file" },
	{ "a directory", { "backing=file:dir" }, "backing=file:dir: must be a regular file" },
	{ "an empty file", { "backing=file:empty" }, "size=0: must be more than 0" },
	{ "a file of odd size", { "backing=file:odd" }, "size=4097: must be a multiple of 2M" },
	{ "a file of another size",
	  { "size=2M,backing=file:good" },
	  "size=2M: must be the size of the file, which has 4194304 bytes" },
	{ "one file twice, by two names",
	  { "backing=file:good", "backing=file:alias" },
	  "two regions cannot share one file" },
};

static void test_region(void **state)
{
	const struct region_case *c = *state;
	struct config_value values[4];
	struct refusal refusal = { "" };
	struct config config;
	size_t n = 0;
	int r;

	for (; n < 4 && c->specs[n]; n++)
		values[n] = (struct config_value){ "region", c->specs[n] };
	r = config_load(&config, values, n, &refusal);
	if (c->refusal) {
		assert_int_equal(r, -EINVAL);
		if (!strstr(refusal.text, c->refusal))
			fail_msg("said '%s'", refusal.text);
		return;
	}
	if (r < 0)
		fail_msg("refused: %s", refusal.text);
	assert_int_equal(config.nr_regions, n ? n : 1);
	assert_int_equal(config.regions[config.nr_regions - 1].id, c->id);
	assert_int_equal(config.regions[config.nr_regions - 1].span.start, c->start);
	assert_int_equal(config.regions[config.nr_regions - 1].span.len, c->len);
	assert_int_equal(config.regions[config.nr_regions - 1].target_node, c->target_node);
	config_free(&config);
}

/* What an NVDIMM is like, on the command line and in a file. */
static void check_nvdimm(const struct config_value *value)
{
	struct refusal refusal = { "" };
	struct config config;

	if (config_load(&config, value, 1, &refusal) < 0)
		fail_msg("refused: %s", refusal.text);
	assert_int_equal(config.regions[0].deep_flush, DAX_FLUSH_READ_ONLY);
	assert_int_equal(config.regions[0].persistence, DAX_PERSIST_MEMORY_CONTROLLER);
	assert_int_equal(config.regions[0].bad.nr, 2);
	assert_int_equal(config.regions[0].bad.runs[0].start, 4096);
	assert_int_equal(config.regions[0].bad.runs[0].len, 512);
	assert_int_equal(config.regions[0].bad.runs[1].start, 2 * MIB);
	assert_int_equal(config.regions[0].bad.runs[1].len, 8192 + 512);
	config_free(&config);
}

static void test_nvdimm(void **state)
{
	(void)state;
	config_dir_write("[region 0]\ntype = static\nsize = 4M\ndeep-flush = read-only\n"
			 "persistence-domain = memory_controller\n"
			 "badblocks = 4K:2M+8K:0x202000\n");
	check_nvdimm(&(struct config_value){
		"region", "size=4M,type=static,deep-flush=read-only,"
			  "persistence-domain=memory_controller,badblocks=2M+8K:4K:0x202000" });
	check_nvdimm(&(struct config_value){ "config", "file.ini" });
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(cases) + 1] = {
		cmocka_unit_test(test_nvdimm),
	};

	row_tests(&tests[1], ROWS(cases, name), test_region);
	return cmocka_run_group_tests(tests, config_dir_make, config_dir_remove);
}
