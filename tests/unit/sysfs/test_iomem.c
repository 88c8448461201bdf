/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/iomem. Each row of `recorded` makes the changes that a recording made on real kernels and
 * reads the same lines, for each profile; the other rows have what the recordings leave out: how
 * the machine's own lines and ours become one text, and what is hidden from whom.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "fixture.h"
#include "rows.h"
#include "sysfs-emu/iomem.h"

static const char *text_of(const struct strbuf *buf)
{
	return buf->text ? buf->text : "";
}

/* --- regions and changes ------------------------------------------------------------------ */

static void add_pmem(struct fixture *f, int id, struct dax_range span)
{
	const struct dax_region_config config = {
		.id = id, .kind = DAX_REGION_PMEM, .span = span, .align = 2 * MIB, .target_node = 0
	};

	assert_int_equal(dax_region_add(f->model, &config, DAX_DEVICE_DAX, NULL), 0);
}

/* As ndctl makes it of the GiB at 4 GiB. */
static const struct dax_range recorded_pmem = { 0x101200000, 1006 * MIB };

/* @regions: as fixture_begin(), or "pmem" for what was recorded. */
static void begin(struct fixture *f, const char *abi, const char *regions)
{
	bool pmem = !strcmp(regions, "pmem");

	fixture_begin(f, abi, pmem ? "" : regions);
	if (pmem)
		add_pmem(f, 0, recorded_pmem);
}

/* A path that starts with "dax" is below the directory of region 0. */
static void change_all(struct fixture *f, const char *const *changes)
{
	const char *parent = f->model->config.profile->hmem_parent;

	for (; *changes; changes += 2) {
		_cleanup_strbuf_ struct strbuf path = { 0 };

		if (!strncmp(changes[0], "dax", 3))
			strbuf_printf(&path, "sys/devices/%s/hmem.0/", parent);
		strbuf_printf(&path, "%s", changes[0]);
		if (fixture_write(f, path.text, changes[1]) != (long)strlen(changes[1]))
			fail_msg("%s <- %s", path.text, changes[1]);
	}
}

/* --- rows from the recordings ------------------------------------------------------------- */

#define DRIVERS	      "sys/bus/dax/drivers/"
#define MEMORY	      "sys/devices/system/memory/"
#define HMEM	      "sys/bus/platform/drivers/hmem/"
#define UNBIND_DEVDAX DRIVERS "device_dax/unbind", "dax0.0"
#define UNBIND(dev)   DRIVERS "kmem/unbind", dev
#define KMEM(dev)     DRIVERS "kmem/new_id", dev
#define DEVDAX(dev)   DRIVERS "device_dax/new_id", dev
#define CREATE	      "dax_region/create", "1"
#define MAP(dev, s)   dev "/mapping", s
#define EMPTY	      UNBIND_DEVDAX, "dax0.0/size", "0"
#define SIZE(bytes)   EMPTY, "dax0.0/size", bytes
#define ONLINE(n)     MEMORY "memory" #n "/state", "online"
#define OFFLINE(n)    MEMORY "memory" #n "/state", "offline"
#define UNBIND_REGION HMEM "unbind", "hmem.0"
#define BIND_REGION   HMEM "bind", "hmem.0"
#define STUCK	      SIZE("268435456"), KMEM("dax0.0"), ONLINE(33), UNBIND("dax0.0")
#define ROUNDED                                                                              \
	SIZE("201326592"), CREATE, CREATE, CREATE, "dax0.1/size", "67108864", "dax0.2/size", \
		"335544320", "dax0.3/size", "201326592", KMEM("dax0.0"), KMEM("dax0.1"),     \
		KMEM("dax0.2"), KMEM("dax0.3")
#define HALF_STUCK                                                                         \
	EMPTY, MAP("dax0.0", "100000000-107ffffff"), MAP("dax0.0", "110000000-11fffffff"), \
		MAP("dax0.0", "130000000-137ffffff"), KMEM("dax0.0"), ONLINE(34), UNBIND("dax0.0")
#define REGION_GOES                                                                     \
	HALF_STUCK, CREATE, CREATE, MAP("dax0.1", "140000000-147ffffff"),               \
		MAP("dax0.2", "150000000-151ffffff"), KMEM("dax0.1"), DEVDAX("dax0.2"), \
		ONLINE(40), UNBIND_REGION

static const struct recorded_case {
	const char *file, *key, *regions;
	const char *changes[40];
	const char *real; /* what the machine had there; NULL: nothing */
	bool dax_only;	  /* the recorder took the lines of devices and kmem only */
	const char *only; /* profile; NULL: each */
} recorded[] = {
	{ "50-kmem", "bind.iomem", "h", { SIZE("1073741824"), KMEM("dax0.0") } },
	{ "50-kmem", "blk.online.iomem", "h", { SIZE("1073741824"), KMEM("dax0.0"), ONLINE(32) } },
	{ "50-kmem",
	  "unbind.iomem",
	  "h",
	  { SIZE("1073741824"), KMEM("dax0.0"), UNBIND("dax0.0") } },
	{ "50-kmem",
	  "unbind.devdax.iomem",
	  "h",
	  { SIZE("1073741824"), KMEM("dax0.0"), MAP("dax0.0", "160000000-1601fffff"),
	    UNBIND("dax0.0"), DEVDAX("dax0.0") } },
	{ "50-kmem", "rnd.iomem", "h", { ROUNDED } },
	{ "50-kmem",
	  "rnd.iomem.end",
	  "h",
	  { ROUNDED, UNBIND("dax0.0"), UNBIND("dax0.2"), UNBIND("dax0.3") } },
	{ "50-kmem",
	  "mr.iomem",
	  "h",
	  { EMPTY, MAP("dax0.0", "100000000-107ffffff"), MAP("dax0.0", "110000000-1101fffff"),
	    MAP("dax0.0", "120000000-12fffffff"), KMEM("dax0.0") } },
	{ "50-kmem",
	  "auto.iomem",
	  "h",
	  { SIZE("268435456"), MEMORY "auto_online_blocks", "online_movable", KMEM("dax0.0") } },
	{ "50-kmem", "on.unbind.iomem", "h", { STUCK } },
	{ "50-kmem", "on.off.iomem", "h", { STUCK, OFFLINE(33) } },
	{ "50-kmem", "on.size.0.iomem", "h", { STUCK, OFFLINE(33), "dax0.0/size", "0" } },
	{ "50-kmem", "rgn.unbind.iomem", "h", { STUCK, UNBIND_REGION } },
	{ "50-kmem", "rgn.bind.iomem", "h", { STUCK, UNBIND_REGION, BIND_REGION } },
	{ "65-extra", "x.unbind.iomem", "h", { HALF_STUCK }, .dax_only = true },
	{ "65-extra", "x.newid.iomem", "h", { HALF_STUCK, KMEM("dax0.0") }, .dax_only = true },
	{ "65-extra",
	  "x.unbind2.iomem",
	  "h",
	  { HALF_STUCK, KMEM("dax0.0"), UNBIND("dax0.0") },
	  .dax_only = true },
	{ "65-extra", "y.iomem", "h", { REGION_GOES }, .dax_only = true },
	{ "55-kmem-mom",
	  "mom.kmem0.iomem",
	  "h",
	  { SIZE("268435456"), KMEM("dax0.0") },
	  .dax_only = true },
	{ "55-kmem-mom",
	  "mom.kmem1.unbound.iomem",
	  "h",
	  { SIZE("268435456"), KMEM("dax0.0"), UNBIND("dax0.0") },
	  .dax_only = true },
	{ "20-static", "st.iomem", "pmem", { NULL } },
	{ "20-static", "st.kmem.iomem", "pmem", { UNBIND_DEVDAX, KMEM("dax0.0") } },
	{ "20-static",
	  "st.kmem.unbind.iomem",
	  "pmem",
	  { UNBIND_DEVDAX, KMEM("dax0.0"), UNBIND("dax0.0") } },
	{ "10-region", "rgn.bind.iomem", "H", { NULL }, "100000000-1bfffffff : System RAM\n" },
	{ "45-fsdev",
	  "fsdev.iomem",
	  "h",
	  { SIZE("67108864"), DRIVERS "fsdev_dax/new_id", "dax0.0" },
	  .only = "7.2" },
};

/* What stands behind "KEY\t" in the recording; "|" ends a line there. */
static void read_recording(const struct dax_profile *profile, const struct recorded_case *c,
			   struct strbuf *out)
{
	char path[512], line[2048];
	_cleanup_file_ FILE *f = NULL;
	size_t n = strlen(c->key);
	bool found = false;

	snprintf(path, sizeof(path), RECORDINGS "/%s/%s.txt", profile->release, c->file);
	f = fopen(path, "r");
	assert_non_null(f);
	while (!found && fgets(line, sizeof(line), f)) {
		found = !strncmp(line, c->key, n) && line[n] == '\t';
		line[strcspn(line, "\n")] = '\0';
		if (found)
			strbuf_printf(out, "%s", line + n + 1);
	}
	if (!found)
		fail_msg("%s: no %s in it", path, c->key);
	for (char *p = out->text; (p = strchr(p, '|')) != NULL;)
		*p = '\n';
}

static void keep_dax_lines(struct strbuf *text)
{
	struct strbuf kept = { 0 };
	char *save;

	for (char *line = text->text ? strtok_r(text->text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strstr(line, "dax") || strstr(line, "(kmem)"))
			strbuf_printf(&kept, "%s\n", line);
	}
	strbuf_free(text);
	*text = kept;
}

static void check_recorded(const struct recorded_case *c, const struct dax_profile *profile)
{
	_cleanup_strbuf_ struct strbuf want = { 0 }, got = { 0 };
	struct fixture f;

	read_recording(profile, c, &want);
	begin(&f, profile->name, c->regions);
	change_all(&f, c->changes);
	assert_int_equal(iomem_render(f.model, c->real ? c->real : "", &got), 0);
	if (c->dax_only)
		keep_dax_lines(&got);
	if (strcmp(text_of(&got), text_of(&want)))
		fail_msg("%s: shown\n%sthe kernel showed\n%s", profile->name, text_of(&got),
			 text_of(&want));
	fixture_end(&f);
}

static void test_recorded(void **state)
{
	const struct recorded_case *c = *state;
	const struct dax_profile *profile;

	for (size_t i = 0; (profile = dax_profile_at(i)) != NULL; i++) {
		if (!c->only || !strcmp(c->only, profile->name))
			check_recorded(c, profile);
	}
}

/* --- two texts become one ----------------------------------------------------------------- */

/* The first region of a fixture has 4 to 6 GiB, the second 6 to 8 GiB. */
static const struct merged_case {
	const char *name, *abi, *regions;
	const char *real, *want;
} merged[] = {
	{ "nothing can be read", "6.12", "h", "",
	  "100000000-17fffffff : Soft Reserved\n"
	  "  100000000-17fffffff : dax0.0\n" },
	{ "cut in two", "6.12", "h", "000a0000-1ffffffff : System RAM\n",
	  "000a0000-ffffffff : System RAM\n"
	  "100000000-17fffffff : Soft Reserved\n"
	  "  100000000-17fffffff : dax0.0\n"
	  "180000000-1ffffffff : System RAM\n" },
	{ "its whole address is taken", "6.12", "h",
	  "00000000-00000fff : Reserved\n"
	  "100000000-17fffffff : System RAM\n"
	  "  120000000-1200fffff : Kernel code\n"
	  "4000000000-7fffffffff : PCI Bus 0000:00\n",
	  "00000000-00000fff : Reserved\n"
	  "100000000-17fffffff : Soft Reserved\n"
	  "  100000000-17fffffff : dax0.0\n"
	  "4000000000-7fffffffff : PCI Bus 0000:00\n" },
	{ "children go with their pieces", "7.2", "h",
	  "00100000-1ffffffff : System RAM\n"
	  "  01000000-02ffffff : Kernel code\n"
	  "  ff000000-100ffffff : Kernel data\n"
	  "  120000000-1200fffff : Kernel bss\n"
	  "  170000000-18fffffff : Crash kernel\n",
	  "00100000-ffffffff : System RAM\n"
	  "  01000000-02ffffff : Kernel code\n"
	  "  ff000000-ffffffff : Kernel data\n"
	  "100000000-17fffffff : dax0.0\n"
	  "180000000-1ffffffff : System RAM\n"
	  "  180000000-18fffffff : Crash kernel\n" },
	{ "a hole where nothing is bound", "7.2", "i", "00000000-1ffffffff : System RAM\n",
	  "00000000-ffffffff : System RAM\n"
	  "180000000-1ffffffff : System RAM\n" },
	{ "two regions side by side", "6.1", "ih", "00000000-21fffffff : System RAM\n",
	  "00000000-ffffffff : System RAM\n"
	  "100000000-17fffffff : hmem.0\n"
	  "  100000000-17fffffff : Soft Reserved\n"
	  "180000000-1ffffffff : hmem.1\n"
	  "  180000000-1ffffffff : Soft Reserved\n"
	  "    180000000-1ffffffff : dax1.0\n"
	  "200000000-21fffffff : System RAM\n" },
	{ "a namespace has no room for its metadata", "6.12", "p", "fee00000-fee00fff : APIC\n",
	  "fee00000-fee00fff : APIC\n"
	  "100000000-17fffffff : Persistent Memory (legacy)\n"
	  "  100000000-17fffffff : dax0.0\n" },
	{ "nor after another region", "6.12", "hp", "",
	  "100000000-17fffffff : Soft Reserved\n"
	  "  100000000-17fffffff : dax0.0\n"
	  "180000000-1ffffffff : Persistent Memory (legacy)\n"
	  "  180000000-1ffffffff : dax1.0\n" },
	{ "metadata covers the machine too", "6.12", "pmem", "000a0000-1ffffffff : System RAM\n",
	  "000a0000-ffffffff : System RAM\n"
	  "100000000-13fffffff : Persistent Memory (legacy)\n"
	  "  100000000-1011fffff : namespace0.0\n"
	  "  101200000-13fffffff : dax0.0\n"
	  "140000000-1ffffffff : System RAM\n" },
	{ "dax devices of the machine are left out", "7.2", "i",
	  "200000000-27fffffff : Soft Reserved\n"
	  "  200000000-23fffffff : dax0.0\n"
	  "    200000000-23fffffff : System RAM (kmem)\n"
	  "  240000000-27fffffff : dax0.1\n"
	  "280000000-2ffffffff : dax1.0\n"
	  "300000000-3ffffffff : System RAM\n",
	  "200000000-27fffffff : Soft Reserved\n"
	  "  200000000-23fffffff : System RAM (kmem)\n"
	  "300000000-3ffffffff : System RAM\n" },
	{ "a machine that hides its addresses", "6.12", "h",
	  "00000000-00000000 : Reserved\n"
	  "00000000-00000000 : System RAM\n"
	  "  00000000-00000000 : Kernel code\n",
	  "00000000-00000000 : Reserved\n"
	  "00000000-00000000 : System RAM\n"
	  "  00000000-00000000 : Kernel code\n"
	  "100000000-17fffffff : Soft Reserved\n"
	  "  100000000-17fffffff : dax0.0\n" },
	{ "what is no entry is passed over", "7.2", "i",
	  "junk\n"
	  "\n"
	  "1000 : x\n"
	  "1000-1fff x\n"
	  "-1fff : x\n"
	  "00001000-00001fff : x : y\n"
	  "00002000-00002fff : no end",
	  "00001000-00001fff : x : y\n"
	  "00002000-00002fff : no end\n" },
	{ "the last address", "7.2", "i", "fffffff00000-ffffffffffffffff : top\n",
	  "fffffff00000-ffffffffffffffff : top\n" },
};

static void test_merged(void **state)
{
	const struct merged_case *c = *state;
	_cleanup_strbuf_ struct strbuf got = { 0 };
	struct fixture f;

	begin(&f, c->abi, c->regions);
	assert_int_equal(iomem_render(f.model, c->real, &got), 0);
	assert_string_equal(text_of(&got), c->want);
	fixture_end(&f);
}

/* --- who may not know --------------------------------------------------------------------- */

static const struct hidden_case {
	const char *name, *text, *want;
} hidden[] = {
	{ "every address, whatever its length",
	  "00001000-0009fbff : System RAM\n"
	  "100000000-13fffffff : Soft Reserved\n"
	  "  100000000-13fffffff : dax0.0\n"
	  "fffffff00000-ffffffffffffffff : top",
	  "00000000-00000000 : System RAM\n"
	  "00000000-00000000 : Soft Reserved\n"
	  "  00000000-00000000 : dax0.0\n"
	  "00000000-00000000 : top" },
	{ "nothing to hide", "", "" },
};

static void test_hidden(void **state)
{
	const struct hidden_case *c = *state;
	_cleanup_strbuf_ struct strbuf text = { 0 };

	assert_int_equal(strbuf_printf(&text, "%s", c->text), 0);
	iomem_hide(&text);
	assert_string_equal(text.text, c->want);
	assert_int_equal(text.len, strlen(c->want));
}

static void test_hide_empty(void **state)
{
	struct strbuf text = { 0 };

	(void)state;
	iomem_hide(&text);
	assert_null(text.text);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(recorded) + ARRAY_SIZE(merged) + ARRAY_SIZE(hidden) + 1];
	size_t n = 0;

	n += row_tests(&tests[n], ROWS(recorded, key), test_recorded);
	n += row_tests(&tests[n], ROWS(merged, name), test_merged);
	n += row_tests(&tests[n], ROWS(hidden, name), test_hidden);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_hide_empty);
	return cmocka_run_group_tests_name("sysfs.iomem", tests, NULL, NULL);
}
