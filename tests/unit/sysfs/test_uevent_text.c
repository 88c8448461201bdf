/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Uevents, against the kernels: each row of `recorded` makes in the tree the changes that a
 * recording made on the real thing, for each profile, and hears the same events in the same order.
 * `written` has what no recording kept: the exact bytes, and synthetic events.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "fixture.h"
#include "sysfs-emu/uevent_text.h"

/* --- what is heard ------------------------------------------------------------------------ */

struct ear {
	struct fixture fixture;
	struct dax_watcher watcher;
	bool sorted; /* as the recorder printed: sorted, without what the first word says already */
	struct strbuf heard; /* a line for each event */
};

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

static void on_request(void *user, const struct sysfs_obj *obj,
		       const struct uevent_request *request)
{
	assert_int_equal(uevent_from_request(obj, request, hear, user), 0);
}

/* One change: a write, or a module that comes or goes. */
static void change(struct ear *ear, const char *path, const char *text)
{
	struct dax_model *model = ear->fixture.model;

	if (!strcmp(path, "modprobe kmem")) {
		assert_int_equal(dax_driver_load(model, DAX_KMEM), 0);
	} else if (!strcmp(path, "rmmod kmem")) {
		assert_int_equal(dax_driver_unload(model, DAX_KMEM), 0);
	} else {
		long n = fixture_write(&ear->fixture, path, text);

		if (n != (long)strlen(text))
			fail_msg("%s <- %s: %ld", path, text, n);
	}
}

/* --- rows from the recordings ------------------------------------------------------------- */

#define BUS    "sys/bus/dax/"
#define DEV    BUS "devices/"
#define MEMORY "sys/devices/system/memory/"
#define HMEM   "sys/bus/platform/drivers/hmem/"
#define REGION "dax_region/"

/* Path, text, path, text, ... Paths that start with "dax" are below the region's directory. */
#define UNBIND_DEVDAX  BUS "drivers/device_dax/unbind", "dax0.0"
#define BIND_KMEM      BUS "drivers/kmem/new_id", "dax0.0"
#define UNBIND_KMEM    BUS "drivers/kmem/unbind", "dax0.0"
#define SIZE(bytes)    "dax0.0/size", "0", "dax0.0/size", bytes
#define ONLINE(block)  MEMORY "memory" block "/state", "online"
#define OFFLINE(block) MEMORY "memory" block "/state", "offline"
#define KMEM_256M      UNBIND_DEVDAX, SIZE("268435456"), BIND_KMEM
#define THREE_DEVICES  "dax_region/create", "1", "dax_region/create", "1"

static const struct recorded_case {
	const char *file, *key; /* file of the recording, and what its lines start with */
	bool new_node;		/* the target node does not exist without us */
	const char *before[28], *now[8];
} recorded[] = {
	{ "50-kmem", "ev.create", false, { NULL }, { "dax_region/create", "1" } },
};
