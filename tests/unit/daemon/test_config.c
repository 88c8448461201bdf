/* SPDX-License-Identifier: BSD-3-Clause */
/* What the user asked for: defaults, every refusal, and the configuration file. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/util.h"
#include "daemon/config.h"
#include "daemon/options.h"
#include "rows.h"

/* A directory with the files that rows name; the working directory of all rows. */
static char directory[] = "/tmp/daxemu-config-XXXXXX";

static int make_file(const char *name, off_t size, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, mode);

	if (fd < 0 || ftruncate(fd, size) < 0)
		return -1;
	return close(fd);
}

static int make_files(void **state)
{
	(void)state;
	if (!mkdtemp(directory) || chdir(directory) < 0 || mkdir("dir", 0755) < 0)
		return -1;
	if (symlink("good", "alias") < 0)
		return -1;
	return make_file("good", 4 << 20, 0644) || make_file("odd", 4097, 0644) ||
	       make_file("empty", 0, 0644);
}

static int remove_files(void **state)
{
	static const char *const names[] = { "good", "odd", "empty", "alias", "file.ini" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unlink(names[i]);
	rmdir("dir");
	return rmdir(directory);
}

/* --- regions from the command line ---------------------------------------------------------- */

static const struct region_case {
	const char *name;
	const char *specs[4];
	const char *refusal; /* what the sentence contains; NULL: accepted */
	/* the last region, when accepted */
	int id;
	uint64_t start, len;
	int target_node;
} region_cases[] = {
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
	FILE *file = fopen("file.ini", "we");

	(void)state;
	assert_non_null(file);
	fprintf(file, "[region 0]\ntype = static\nsize = 4M\ndeep-flush = read-only\n"
		      "persistence-domain = memory_controller\n"
		      "badblocks = 4K:2M+8K:0x202000\n");
	fclose(file);
	check_nvdimm(&(struct config_value){
		"region", "size=4M,type=static,deep-flush=read-only,"
			  "persistence-domain=memory_controller,badblocks=2M+8K:4K:0x202000" });
	check_nvdimm(&(struct config_value){ "config", "file.ini" });
}

static void test_defaults(void **state)
{
	struct refusal refusal;
	struct config config;

	(void)state;
	assert_int_equal(config_load(&config, NULL, 0, &refusal), 0);
	assert_string_equal(config.instance, "default");
	assert_string_equal(config.profile->name, "6.12");
	assert_int_equal(config.node, CONFIG_NODE_AUTO);
	assert_int_equal(config.uevents, CONFIG_UEVENTS_AUTO);
	assert_int_equal(config.memblock_size, 128 * MIB);
	assert_int_equal(config.auto_online, DAX_OFFLINE);
	assert_false(config.memmap_on_memory);
	assert_int_equal(config.regions[0].kind, DAX_REGION_HMEM);
	assert_int_equal(config.regions[0].align, 2 * MIB);
	assert_int_equal(config.regions[0].backing, BACKING_MEMFD);
	assert_int_equal(config.regions[0].numa_node, 0);
	assert_int_equal(config.regions[0].driver, CONFIG_DEVICE_DAX);
	assert_int_equal(config.regions[0].deep_flush, DAX_FLUSH_ABSENT);
	assert_int_equal(config.regions[0].persistence, DAX_PERSIST_ABSENT);
	assert_int_equal(config.regions[0].bad.nr, 0);
	config_free(&config);
}

/* --- other options -------------------------------------------------------------------------- */

static const struct option_case {
	const char *name, *option, *value;
	const char *refusal; /* NULL: accepted */
} option_cases[] = {
	{ "abi 6.1", "abi", "6.1", NULL },
	{ "abi 7.2", "abi", "7.2", NULL },
	{ "abi unknown", "abi", "5.10", "--abi=5.10: must be 6.1, 6.12 or 7.2" },
	{ "node fuse", "node", "fuse", NULL },
	{ "uevents private", "uevents", "private", NULL },
	{ "uevents off", "uevents", "off", NULL },
	{ "uevents unknown", "uevents", "loud", "--uevents=loud: must be auto, private or off" },
	{ "node unknown", "node", "mknod", "--node=mknod: must be auto, cuse or fuse" },
	{ "node empty", "node", "", "--node=: must be auto, cuse or fuse" },
	{ "memblock 2G", "memblock-size", "2G", NULL },
	{ "memblock no power", "memblock-size", "3M",
	  "--memblock-size=3M: must be a power of two" },
	{ "memblock too small", "memblock-size", "1M", "--memblock-size=1M: must be" },
	{ "memblock zero", "memblock-size", "0", "--memblock-size=0: must be" },
	{ "policy", "auto-online", "online_movable", NULL },
	{ "policy unknown", "auto-online", "movable", "--auto-online=movable: must be offline" },
	{ "flag", "memmap-on-memory", NULL, NULL },
	{ "instance", "instance", "a.b-c_1", NULL },
	{ "instance with a slash", "instance", "a/b", "--instance=a/b: must be 1 to 63" },
	{ "instance hidden", "instance", "..", "--instance=..: must be 1 to 63" },
	{ "instance empty", "instance", "", "--instance=: must be 1 to 63" },
	{ "state", "state", "/var/lib", "--state=/var/lib: keeping layout" },
	{ "unknown", "colour", "red", "--colour: there is no such option" },
	{ "config missing", "config", "missing", "--config=missing: there is no such file" },
	{ "config a directory", "config", "dir", "--config=dir: must be a regular file" },
};

static void test_option(void **state)
{
	const struct option_case *c = *state;
	const struct config_value value = { c->option, c->value };
	struct refusal refusal = { "" };
	struct config config;
	int r = config_load(&config, &value, 1, &refusal);

	assert_int_equal(r, c->refusal ? -EINVAL : 0);
	if (c->refusal && strncmp(refusal.text, c->refusal, strlen(c->refusal)))
		fail_msg("said '%s'", refusal.text);
	if (!r)
		config_free(&config);
}

/* --- the configuration file ----------------------------------------------------------------- */

static const struct file_case {
	const char *name, *text;
	const char *option, *value; /* also on the command line, NULL: none */
	const char *refusal;	    /* NULL: accepted */
	const char *abi;	    /* when accepted */
	size_t regions;
	int first_id;
	uint64_t first_size;
} file_cases[] = {
	{ "empty", "", NULL, NULL, NULL, "6.12", 1, 0, GIB },
	{ "all words",
	  "[daxemu]\nabi=6.1\nnode=fuse\nuevents=off\nmemblock-size=256M\nauto-online=online\n"
	  "memmap-on-memory=yes\ninstance=lab\n[region 2]\nsize=4M\n[region big]\nsize = 2G ; "
	  "more\n",
	  NULL, NULL, NULL, "6.1", 2, 2, 4 * MIB },
	{ "the command line wins", "[daxemu]\nabi=6.1\n", "abi", "7.2", NULL, "7.2", 1, 0, GIB },
	{ "regions of the command line replace", "[region 5]\nsize=4M\n[region 6]\nsize=4M\n",
	  "region", "size=8M", NULL, "6.12", 1, 0, 8 * MIB },
	{ "a path keeps its case and comma", "[region a]\nbacking=file:./good\n", NULL, NULL, NULL,
	  "6.12", 1, 0, 4 * MIB },
	{ "unknown key", "[daxemu]\ncolour=red\n", NULL, NULL,
	  "file.ini: [daxemu] colour=red: there is no such key" },
	{ "no option of the file", "[daxemu]\nconfig=x\n", NULL, NULL,
	  "file.ini: [daxemu] config=x: there is no such key" },
	{ "unknown section", "[numa]\nnodes=2\n", NULL, NULL,
	  "file.ini: [numa]: there is no such section" },
	{ "region without a name", "[region]\nsize=1G\n", NULL, NULL,
	  "file.ini: [region]: there is no such section" },
	{ "unknown region key", "[region 0]\ncolour=red\n", NULL, NULL,
	  "file.ini: [region 0]: colour=red: there is no such key" },
	{ "bad value", "[daxemu]\nabi=5\n", NULL, NULL,
	  "file.ini: [daxemu] abi=5: must be 6.1, 6.12 or 7.2" },
	{ "bad region value", "[region x]\nsize=3M\n", NULL, NULL,
	  "file.ini: [region x]: size=3M: must be a multiple of 2M" },
	{ "region without size", "[region x]\nalign=2M\n", NULL, NULL,
	  "file.ini: [region x]: size is missing" },
	{ "id twice", "[region 1]\nsize=2M\nid=2\n", NULL, NULL,
	  "file.ini: [region 1]: id=2: was given already" },
	{ "not INI", "size 1G here\n", NULL, NULL, "--config=file.ini: must be an INI file" },
};

static void write_file(const char *text)
{
	FILE *f = fopen("file.ini", "we");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

static void test_file(void **state)
{
	const struct file_case *c = *state;
	const struct config_value values[] = { { "config", "file.ini" }, { c->option, c->value } };
	struct refusal refusal = { "" };
	struct config config;
	int r;

	write_file(c->text);
	r = config_load(&config, values, c->option ? 2 : 1, &refusal);
	if (c->refusal) {
		assert_int_equal(r, -EINVAL);
		if (strncmp(refusal.text, c->refusal, strlen(c->refusal)))
			fail_msg("said '%s'", refusal.text);
		return;
	}
	if (r < 0)
		fail_msg("refused: %s", refusal.text);
	assert_string_equal(config.profile->name, c->abi);
	assert_int_equal(config.nr_regions, c->regions);
	assert_int_equal(config.regions[0].id, c->first_id);
	assert_int_equal(config.regions[0].span.len, c->first_size);
	config_free(&config);
}

/* --- the table ------------------------------------------------------------------------------ */

/* What the table offers for completion must be accepted. */
static void test_words_are_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < nr_option_defs; i++) {
		const struct option_def *def = &option_defs[i];
		_cleanup_free_ char *words = def->words ? strdup(def->words) : NULL;

		if (!words || *words == '@' || !def->arg)
			continue;
		for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
			const struct config_value value = { def->name, word };
			struct refusal refusal;
			struct config config;

			if (config_load(&config, &value, 1, &refusal) < 0)
				fail_msg("%s", refusal.text);
			config_free(&config);
		}
	}
}

static void test_every_profile_has_its_word(void **state)
{
	const struct option_def *def = option_find("abi", 3);
	const struct dax_profile *profile;

	(void)state;
	for (size_t i = 0; (profile = dax_profile_at(i)) != NULL; i++)
		assert_non_null(strstr(def->words, profile->name));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(region_cases) + ARRAY_SIZE(option_cases) +
				ARRAY_SIZE(file_cases) + 4] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_nvdimm),
		cmocka_unit_test(test_words_are_accepted),
		cmocka_unit_test(test_every_profile_has_its_word),
	};
	size_t n = 4;

	n += row_tests(&tests[n], ROWS(region_cases, name), test_region);
	n += row_tests(&tests[n], ROWS(option_cases, name), test_option);
	row_tests(&tests[n], ROWS(file_cases, name), test_file);
	return cmocka_run_group_tests(tests, make_files, remove_files);
}
