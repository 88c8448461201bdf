/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Uevents, against the kernels: each row of `recorded` makes in the tree the changes that a
 * recording made on the real thing, for each profile, and hears the same events in the same order.
 * `written` has what the recordings leave out: the exact messages, and synthetic events.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "fixture.h"
#include "rows.h"
#include "sysfs-emu/uevent_text.h"

/* --- what is heard ------------------------------------------------------------------------ */

struct ear {
	struct fixture fixture;
	struct dax_watcher watcher;
	bool sorted; /* as the recorder printed: sorted, without what the first word says already */
	struct strbuf heard; /* a line for each event */
};

static const char *text_of(const struct strbuf *buf)
{
	return buf->text ? buf->text : "";
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_said_already(const char *word)
{
	return !strncmp(word, "ACTION=", 7) || !strncmp(word, "DEVPATH=", 8);
}

static int hear(void *user, const char *message, size_t len)
{
	struct ear *ear = user;
	char *words[80];
	size_t nr = 0;

	assert_int_equal(message[len - 1], '\0');
	strbuf_printf(&ear->heard, "%s", message);
	for (const char *w = message + strlen(message) + 1; w < message + len; w += strlen(w) + 1)
		if (!ear->sorted || !is_said_already(w))
			words[nr++] = (char *)w;
	if (ear->sorted)
		qsort(words, nr, sizeof(*words), by_text);
	for (size_t i = 0; i < nr; i++)
		strbuf_printf(&ear->heard, "%c%s", ear->sorted ? ' ' : '|', words[i]);
	return strbuf_printf(&ear->heard, "\n");
}

static void on_event(void *user, const struct dax_event *event)
{
	struct ear *ear = user;

	assert_int_equal(uevent_from_model(&ear->fixture.tree, event, hear, ear), 0);
}

static int on_request(void *user, const struct sysfs_obj *obj, const struct uevent_request *request)
{
	return uevent_from_request(obj, request, hear, user);
}

/* Paths that start with "hmem.0/" are below the region's directory, wherever the kernel has it. */
static void write_text(struct ear *ear, const char *path, const char *text)
{
	const char *parent = ear->fixture.model->config.profile->hmem_parent;
	_cleanup_strbuf_ struct strbuf full = { 0 };
	long n;

	if (!strncmp(path, "hmem.0/", 7))
		strbuf_printf(&full, "sys/devices/%s/%s", parent, path);
	else
		strbuf_printf(&full, "%s", path);
	n = fixture_write(&ear->fixture, full.text, text);
	if (n != (long)strlen(text))
		fail_msg("%s <- %s: %ld", full.text, text, n);
}

/* One change: a write, or a module that comes or goes. */
static void change(struct ear *ear, const char *path, const char *text)
{
	struct dax_model *model = ear->fixture.model;

	if (!strcmp(path, "modprobe"))
		assert_int_equal(dax_driver_load(model, DAX_KMEM), 0);
	else if (!strcmp(path, "rmmod"))
		assert_int_equal(dax_driver_unload(model, DAX_KMEM), 0);
	else
		write_text(ear, path, text);
}

static void change_all(struct ear *ear, const char *const *changes)
{
	for (size_t i = 0; changes[i]; i += 2)
		change(ear, changes[i], changes[i + 1]);
}

/* @node_exists: the target node is there without us. */
static void ear_begin(struct ear *ear, const char *abi, const char *regions, bool node_exists)
{
	*ear = (struct ear){ .watcher = { .event = on_event } };
	fixture_begin(&ear->fixture, abi, regions);
	if (node_exists)
		ear->fixture.model->config.online_nodes |= 2;
	ear->fixture.tree.uevent = on_request;
	ear->fixture.tree.user = ear;
	ear->watcher.user = ear;
}

static void ear_listen(struct ear *ear)
{
	dax_model_watch(ear->fixture.model, &ear->watcher);
	strbuf_free(&ear->heard); /* synthetic events are heard all the time */
}

static void ear_end(struct ear *ear)
{
	fixture_end(&ear->fixture);
	strbuf_free(&ear->heard);
}

/* --- rows from the recordings ------------------------------------------------------------- */

#define MEMORY "sys/devices/system/memory/"
#define HMEM   "sys/bus/platform/drivers/hmem/"

/* A change is a path and a text. */
#define UNBIND_DEVDAX "sys/bus/dax/drivers/device_dax/unbind", "dax0.0"
#define UNBIND_KMEM   "sys/bus/dax/drivers/kmem/unbind", "dax0.0"
#define KMEM(dev)     "sys/bus/dax/drivers/kmem/new_id", dev
#define DEVDAX(dev)   "sys/bus/dax/drivers/device_dax/new_id", dev
#define EMPTY	      UNBIND_DEVDAX, "hmem.0/dax0.0/size", "0"
#define SIZE(bytes)   EMPTY, "hmem.0/dax0.0/size", bytes
#define ONLINE(n)     "sys/devices/system/memory/memory" #n "/state", "online"
#define OFFLINE(n)    "sys/devices/system/memory/memory" #n "/state", "offline"
#define CREATE	      "hmem.0/dax_region/create", "1"
#define UNBIND_REGION HMEM "unbind", "hmem.0"
#define BIND_REGION   HMEM "bind", "hmem.0"
/* Two blocks, of which the second stays for ever. */
#define STUCK SIZE("268435456"), KMEM("dax0.0"), ONLINE(33), UNBIND_KMEM
/* As 65-extra leaves them. */
#define THREE_DEVICES                                                                             \
	EMPTY, "hmem.0/dax0.0/mapping", "110000000-11fffffff", KMEM("dax0.0"), ONLINE(34),        \
		UNBIND_KMEM, CREATE, CREATE, "hmem.0/dax0.1/mapping", "140000000-147ffffff",      \
		"hmem.0/dax0.2/mapping", "150000000-151ffffff", KMEM("dax0.1"), DEVDAX("dax0.2"), \
		ONLINE(40)

static const struct recorded_case {
	const char *file, *key; /* the recording, and what the name of its lines starts with */
	const char *before[40], *now[10];
	bool new_node; /* the target node is not there without us */
} recorded[] = {
	{ "50-kmem", "ev.bind", { SIZE("1073741824") }, { KMEM("dax0.0") } },
	{ "50-kmem", "ev.blk.online", { SIZE("1073741824"), KMEM("dax0.0") }, { ONLINE(32) } },
	{ "50-kmem",
	  "ev.blk.offline",
	  { SIZE("1073741824"), KMEM("dax0.0"), ONLINE(32) },
	  { OFFLINE(32) } },
	{ "50-kmem", "ev.unbind", { SIZE("1073741824"), KMEM("dax0.0") }, { UNBIND_KMEM } },
	{ "50-kmem", "ev.rebind.devdax", { SIZE("1073741824") }, { DEVDAX("dax0.0") } },
	{ "50-kmem", "ev.size.0", { SIZE("4194304") }, { "hmem.0/dax0.0/size", "0" } },
	{ "50-kmem", "ev.size.grow", { EMPTY }, { "hmem.0/dax0.0/size", "2097152" } },
	{ "50-kmem", "ev.create", { EMPTY }, { CREATE } },
	{ "50-kmem", "ev.delete", { EMPTY, CREATE }, { "hmem.0/dax_region/delete", "dax0.1" } },
	{ "50-kmem",
	  "ev.auto.bind",
	  { SIZE("268435456"), MEMORY "auto_online_blocks", "online_movable" },
	  { KMEM("dax0.0") } },
	{ "50-kmem",
	  "ev.on.unbind",
	  { SIZE("268435456"), KMEM("dax0.0"), ONLINE(33) },
	  { UNBIND_KMEM } },
	{ "50-kmem", "ev.rgn.unbind", { STUCK }, { UNBIND_REGION } },
	{ "50-kmem", "ev.rgn.bind", { STUCK, UNBIND_REGION }, { BIND_REGION } },
	{ "65-extra", "ev.y.rgn.unbind", { THREE_DEVICES }, { UNBIND_REGION } },
	{ "65-extra",
	  "ev.y.rgn.bind",
	  { THREE_DEVICES, UNBIND_REGION },
	  { OFFLINE(40), BIND_REGION } },
	{ "60-numa", "numa.ev", { SIZE("268435456") }, { KMEM("dax0.0") }, true },
	{ "60-numa", "numa.on.ev", { SIZE("268435456"), KMEM("dax0.0") }, { ONLINE(32) }, true },
	{ "60-numa",
	  "numa.end.ev",
	  { SIZE("268435456"), KMEM("dax0.0"), ONLINE(32) },
	  { OFFLINE(32), UNBIND_KMEM },
	  true },
	/* 6.1 wants an id before it binds, the others do not. */
	{ "50-kmem", "ev.modprobe", { SIZE("1073741824"), "rmmod", "" }, { "modprobe", "" } },
};

/* "KEY.N\tEVENT" becomes a line, "KEY\tnone" none. Return: whether @line is of @key. */
static bool take_line(const char *line, const char *key, struct strbuf *out)
{
	size_t n = strlen(key);
	const char *tab = strchr(line, '\t');

	if (strncmp(line, key, n) || !tab)
		return false;
	if (line + n == tab)
		return !strcmp(tab, "\tnone\n");
	if (line[n] != '.' || strspn(line + n + 1, "0123456789") != (size_t)(tab - line - n - 1))
		return false;
	strbuf_printf(out, "%s", tab + 1);
	return true;
}

static void read_recording(const struct dax_profile *profile, const struct recorded_case *c,
			   struct strbuf *out)
{
	char path[512], line[1024];
	_cleanup_file_ FILE *f = NULL;
	bool found = false;

	snprintf(path, sizeof(path), RECORDINGS "/%s/%s.txt", profile->release, c->file);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		found |= take_line(line, c->key, out);
	if (!found)
		fail_msg("%s: no %s in it", path, c->key);
}

/* The recorder took the one directory out that differs. */
static void drop_hmem_platform(char *text)
{
	static const char name[] = "/hmem_platform.0/";
	char *at;

	while ((at = strstr(text, name)) != NULL)
		memmove(at, at + sizeof(name) - 2, strlen(at + sizeof(name) - 2) + 1);
}

static void test_recorded(void **state)
{
	const struct recorded_case *c = *state;

	for (size_t i = 0; dax_profile_at(i); i++) {
		_cleanup_strbuf_ struct strbuf want = { 0 };
		struct ear ear;

		read_recording(dax_profile_at(i), c, &want);
		ear_begin(&ear, dax_profile_at(i)->name, "h", !c->new_node);
		change_all(&ear, c->before);
		ear_listen(&ear);
		ear.sorted = true;
		change_all(&ear, c->now);
		if (ear.heard.text)
			drop_hmem_platform(ear.heard.text);
		if (strcmp(text_of(&ear.heard), text_of(&want)))
			fail_msg("%s: heard\n%sthe kernel sent\n%s", dax_profile_at(i)->name,
				 text_of(&ear.heard), text_of(&want));
		ear_end(&ear);
	}
}

/* --- rows of our own ---------------------------------------------------------------------- */

#define UUID "fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed"

#define DAX00	  "/devices/platform/hmem.0/dax0.0"
#define NDREGION  "/devices/platform/e820_pmem/ndbus0/region0"
#define NDDAX	  NDREGION "/dax0.0"
#define VARIABLES "MAJOR=252|MINOR=0|DEVNAME=dax0.0|DRIVER=device_dax|MODALIAS=dax:t0\n"
#define SYNTHETIC(path, text)  \
	"6.12", "h", { NULL }, \
	{                      \
		path, text     \
	}

/* Heard on Debian's 6.12.107, where the recordings have only sorted variables. */
static const struct written_case {
	const char *name, *abi, *regions;
	const char *before[10], *now[6];
	const char *heard;
} written[] = {
	{ "message of a device",
	  "6.12",
	  "h",
	  { NULL },
	  { UNBIND_DEVDAX, DEVDAX("dax0.0") },
	  "unbind@" DAX00 "|ACTION=unbind|DEVPATH=" DAX00 "|SUBSYSTEM=dax|MAJOR=252|MINOR=0"
	  "|DEVNAME=dax0.0\n"
	  "bind@" DAX00 "|ACTION=bind|DEVPATH=" DAX00 "|SUBSYSTEM=dax|MAJOR=252|MINOR=0"
	  "|DEVNAME=dax0.0|DRIVER=device_dax|MODALIAS=dax:t0\n" },
	{ "path of a device on 7.2",
	  "7.2",
	  "h",
	  { NULL },
	  { UNBIND_DEVDAX },
	  "unbind@/devices/platform/hmem_platform.0/hmem.0/dax0.0|ACTION=unbind"
	  "|DEVPATH=/devices/platform/hmem_platform.0/hmem.0/dax0.0|SUBSYSTEM=dax|MAJOR=251"
	  "|MINOR=0|DEVNAME=dax0.0\n" },
	{ "a driver goes with its module",
	  "6.12",
	  "h",
	  { NULL },
	  { "rmmod", "" },
	  "remove@/bus/dax/drivers/kmem|ACTION=remove|DEVPATH=/bus/dax/drivers/kmem"
	  "|SUBSYSTEM=drivers\n"
	  "remove@/module/kmem|ACTION=remove|DEVPATH=/module/kmem|SUBSYSTEM=module\n" },
	{ "a static region goes",
	  "6.12",
	  "p",
	  { NULL },
	  { "sys/bus/nd/drivers/dax_pmem/unbind", "dax0.0" },
	  "unbind@" NDDAX "/dax0.0|ACTION=unbind|DEVPATH=" NDDAX "/dax0.0|SUBSYSTEM=dax"
	  "|MAJOR=252|MINOR=0|DEVNAME=dax0.0\n"
	  "remove@" NDDAX "/dax0.0|ACTION=remove|DEVPATH=" NDDAX "/dax0.0|SUBSYSTEM=dax"
	  "|MAJOR=252|MINOR=0|DEVNAME=dax0.0|MODALIAS=dax:t0\n"
	  "unbind@" NDDAX "|ACTION=unbind|DEVPATH=" NDDAX "|SUBSYSTEM=nd|DEVTYPE=nd_dax\n" },
	{ "a static region comes",
	  "6.12",
	  "p",
	  { "sys/bus/nd/drivers/dax_pmem/unbind", "dax0.0" },
	  { "sys/bus/nd/drivers/dax_pmem/bind", "dax0.0" },
	  "add@" NDDAX "/dax0.0|ACTION=add|DEVPATH=" NDDAX "/dax0.0|SUBSYSTEM=dax"
	  "|MAJOR=252|MINOR=0|DEVNAME=dax0.0|MODALIAS=dax:t0\n"
	  "bind@" NDDAX "/dax0.0|ACTION=bind|DEVPATH=" NDDAX "/dax0.0|SUBSYSTEM=dax"
	  "|MAJOR=252|MINOR=0|DEVNAME=dax0.0|DRIVER=device_dax|MODALIAS=dax:t0\n"
	  "bind@" NDDAX "|ACTION=bind|DEVPATH=" NDDAX
	  "|SUBSYSTEM=nd|DEVTYPE=nd_dax|DRIVER=dax_pmem|MODALIAS=nd:t7\n" },
	{ "synthetic", SYNTHETIC("hmem.0/dax0.0/uevent", "change\n"),
	  "change@" DAX00 "|ACTION=change|DEVPATH=" DAX00
	  "|SUBSYSTEM=dax|SYNTH_UUID=0|" VARIABLES },
	{ "synthetic unbind has no modalias", SYNTHETIC("hmem.0/dax0.0/uevent", "unbind"),
	  "unbind@" DAX00 "|ACTION=unbind|DEVPATH=" DAX00 "|SUBSYSTEM=dax|SYNTH_UUID=0"
	  "|MAJOR=252|MINOR=0|DEVNAME=dax0.0|DRIVER=device_dax\n" },
	{ "synthetic with uuid", SYNTHETIC("hmem.0/dax0.0/uevent", "add " UUID),
	  "add@" DAX00 "|ACTION=add|DEVPATH=" DAX00 "|SUBSYSTEM=dax|SYNTH_UUID=" UUID
	  "|" VARIABLES },
	{ "synthetic with arguments", SYNTHETIC("hmem.0/dax0.0/uevent", "add " UUID " A=1 Bc=xY2"),
	  "add@" DAX00 "|ACTION=add|DEVPATH=" DAX00 "|SUBSYSTEM=dax|SYNTH_UUID=" UUID
	  "|SYNTH_ARG_A=1|SYNTH_ARG_Bc=xY2|" VARIABLES },
	{ "synthetic of a driver", SYNTHETIC("sys/bus/dax/drivers/kmem/uevent", "change"),
	  "change@/bus/dax/drivers/kmem|ACTION=change|DEVPATH=/bus/dax/drivers/kmem"
	  "|SUBSYSTEM=drivers|SYNTH_UUID=0\n" },
	{ "synthetic of the region driver", SYNTHETIC(HMEM "uevent", "change"),
	  "change@/bus/platform/drivers/hmem|ACTION=change|DEVPATH=/bus/platform/drivers/hmem"
	  "|SUBSYSTEM=drivers|SYNTH_UUID=0\n" },
	{ "synthetic of a module", SYNTHETIC("sys/module/kmem/uevent", "change"),
	  "change@/module/kmem|ACTION=change|DEVPATH=/module/kmem|SUBSYSTEM=module"
	  "|SYNTH_UUID=0\n" },
	{ "synthetic of the bus", SYNTHETIC("sys/bus/dax/uevent", "change"),
	  "change@/bus/dax|ACTION=change|DEVPATH=/bus/dax|SUBSYSTEM=bus|SYNTH_UUID=0\n" },
	{ "synthetic of a region", SYNTHETIC("hmem.0/uevent", "change"),
	  "change@/devices/platform/hmem.0|ACTION=change|DEVPATH=/devices/platform/hmem.0"
	  "|SUBSYSTEM=platform|SYNTH_UUID=0|DRIVER=hmem|MODALIAS=platform:hmem\n" },
	{ "synthetic of the platform",
	  SYNTHETIC("sys/devices/platform/hmem_platform.0/uevent", "change"),
	  "change@/devices/platform/hmem_platform.0|ACTION=change"
	  "|DEVPATH=/devices/platform/hmem_platform.0|SUBSYSTEM=platform|SYNTH_UUID=0"
	  "|DRIVER=hmem_platform|MODALIAS=platform:hmem_platform\n" },
	{ "synthetic of a mapping goes nowhere",
	  SYNTHETIC("hmem.0/dax0.0/mapping0/uevent", "change"), "" },
	{ "synthetic of the memory directory goes nowhere", SYNTHETIC(MEMORY "uevent", "change"),
	  "" },
	{ "synthetic of a block",
	  "6.12",
	  "h",
	  { SIZE("268435456"), KMEM("dax0.0") },
	  { MEMORY "memory32/uevent", "change" },
	  "change@/devices/system/memory/memory32|ACTION=change"
	  "|DEVPATH=/devices/system/memory/memory32|SUBSYSTEM=memory|SYNTH_UUID=0\n" },
	{ "synthetic of a static region",
	  "6.12",
	  "p",
	  { NULL },
	  { "sys" NDDAX "/uevent", "change", "sys" NDREGION "/uevent", "change" },
	  "change@" NDDAX "|ACTION=change|DEVPATH=" NDDAX "|SUBSYSTEM=nd|SYNTH_UUID=0"
	  "|DEVTYPE=nd_dax|DRIVER=dax_pmem|MODALIAS=nd:t7\n"
	  "change@" NDREGION "|ACTION=change|DEVPATH=" NDREGION "|SUBSYSTEM=nd|SYNTH_UUID=0"
	  "|DEVTYPE=nd_pmem|DRIVER=nd_region|MODALIAS=nd:t2\n" },
};

static void test_written(void **state)
{
	const struct written_case *c = *state;
	struct ear ear;

	ear_begin(&ear, c->abi, c->regions, true);
	change_all(&ear, c->before);
	ear_listen(&ear);
	change_all(&ear, c->now);
	assert_string_equal(text_of(&ear.heard), c->heard);
	ear_end(&ear);
}

/* --- what the kernel has no room for ------------------------------------------------------ */

/* Results of a write as recorded on 6.12.107. */
static const struct room_case {
	const char *name;
	int words;	   /* A=v, B=v, ... */
	int first, second; /* instead: letters in the values of two words */
	int result;	   /* 0: it is taken */
} rooms[] = {
	{ "51 words", .words = 51, .result = 0 },
	{ "56 words do not fit with the device's", .words = 56, .result = -ENOMEM },
	{ "70 words do not fit", .words = 70, .result = -EINVAL },
	{ "1800 bytes", .first = 1000, .second = 800, .result = 0 },
	{ "2000 bytes do not fit", .first = 1000, .second = 1000, .result = -EINVAL },
};

static void print_word(struct strbuf *out, int letters)
{
	strbuf_printf(out, " A=");
	for (int i = 0; i < letters; i++)
		strbuf_printf(out, "a");
}

static void test_room(void **state)
{
	const struct room_case *c = *state;
	_cleanup_strbuf_ struct strbuf text = { 0 };
	struct ear ear;
	long n;

	strbuf_printf(&text, "add " UUID);
	for (int i = 0; i < c->words; i++)
		print_word(&text, 1);
	if (!c->words) {
		print_word(&text, c->first);
		print_word(&text, c->second);
	}
	ear_begin(&ear, "6.12", "h", true);
	n = fixture_write(&ear.fixture, "sys" DAX00 "/uevent", text.text);
	assert_int_equal(n, c->result ? c->result : (long)text.len);
	assert_int_equal(ear.heard.len == 0, c->result != 0);
	ear_end(&ear);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(recorded) + ARRAY_SIZE(written) + ARRAY_SIZE(rooms)];
	size_t n = 0;

	n += row_tests(&tests[n], ROWS(recorded, key), test_recorded);
	n += row_tests(&tests[n], ROWS(written, name), test_written);
	n += row_tests(&tests[n], ROWS(rooms, name), test_room);
	return cmocka_run_group_tests_name("sysfs.uevent_text", tests, NULL, NULL);
}
