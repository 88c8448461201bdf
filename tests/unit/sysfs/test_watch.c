/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nothing the kernel may have cached goes stale unnoticed: after every write, each name that came,
 * went or changed anywhere in the tree must have been noted, and each directory whose link count
 * changed. Worked out by comparing whole trees, not by repeating the rules. And who waits for an
 * attribute is woken when the kernel would.
 */
#include <errno.h>
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

#define R  "sys/devices/platform/hmem.0/"
#define G  R "dax_region/"
#define DD "sys/bus/dax/drivers/device_dax/"
#define KM "sys/bus/dax/drivers/kmem/"

/* One file as the kernel would know it. */
struct known {
	struct sysfs_ref dir;
	uint64_t id;
	nlink_t nlink;
	char name[SYSFS_NAME_MAX];
};

struct snapshot {
	const struct fixture *fixture;
	struct known files[4000];
	size_t nr;
	struct sysfs_ref dir; /* being listed */
};

static void walk(struct snapshot *snapshot, struct sysfs_ref dir);

static int visit(void *user, const char *name, struct sysfs_ref ref)
{
	struct snapshot *s = user;
	struct sysfs_ref dir = s->dir;
	struct known *file;
	struct stat st;

	assert_true(s->nr < ARRAY_SIZE(s->files));
	sysfs_stat(&s->fixture->tree, ref, &st);
	file = &s->files[s->nr++];
	*file = (struct known){ .dir = dir, .id = sysfs_ref_encode(ref), .nlink = st.st_nlink };
	snprintf(file->name, sizeof(file->name), "%s", name);
	if (sysfs_type(ref) == SYSFS_TYPE_DIR)
		walk(s, ref);
	s->dir = dir;
	return 0;
}

static void walk(struct snapshot *snapshot, struct sysfs_ref dir)
{
	snapshot->dir = dir;
	assert_int_equal(sysfs_list(&snapshot->fixture->tree, dir, visit, snapshot), 0);
}

static struct snapshot *take(const struct fixture *fixture)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	struct sysfs_ref twins;

	assert_non_null(s);
	s->fixture = fixture;
	walk(s, (struct sysfs_ref){ .kind = SYSFS_MOUNT });
	/* No listing leads there. */
	assert_int_equal(fixture_find(fixture, "dev/.daxemu/twin", &twins), 0);
	walk(s, twins);
	return s;
}

static const struct known *find(const struct snapshot *s, const struct known *file)
{
	for (size_t i = 0; i < s->nr; i++) {
		if (sysfs_ref_encode(s->files[i].dir) == sysfs_ref_encode(file->dir) &&
		    strcmp(s->files[i].name, file->name) == 0)
			return &s->files[i];
	}
	return NULL;
}

struct noted {
	struct dirty_item *items;
	size_t nr;
};

static bool is_noted(const struct noted *noted, uint64_t id, const char *name)
{
	for (size_t i = 0; i < noted->nr; i++) {
		if (sysfs_ref_encode(noted->items[i].ref) == id && !noted->items[i].notify &&
		    strcmp(noted->items[i].name, name) == 0)
			return true;
	}
	return false;
}

/* Each once, and those of a directory together. */
static void check_order(const struct noted *noted)
{
	for (size_t i = 1; i < noted->nr; i++) {
		const struct dirty_item *a = &noted->items[i - 1], *b = &noted->items[i];
		uint64_t x = sysfs_ref_encode(a->ref), y = sysfs_ref_encode(b->ref);

		assert_true(x < y || (x == y && strcmp(a->name, b->name) < 0));
	}
}

/* The directory itself went, or came: nobody holds names in it. */
static bool dir_is_in(const struct snapshot *s, struct sysfs_ref dir)
{
	for (size_t i = 0; i < s->nr; i++) {
		if (s->files[i].id == sysfs_ref_encode(dir))
			return true;
	}
	return dir.kind == SYSFS_MOUNT || dir.kind == SYSFS_DEVFS_TWINS;
}

/* Every name of @a that is not the same file in @b must be noted. */
static void check_names(const struct snapshot *a, const struct snapshot *b,
			const struct noted *noted)
{
	for (size_t i = 0; i < a->nr; i++) {
		const struct known *file = &a->files[i];
		const struct known *other = find(b, file);

		if (other && other->id == file->id) {
			if (other->nlink != file->nlink && !is_noted(noted, file->id, ""))
				fail_msg("link count of %s", file->name);
			continue;
		}
		if (dir_is_in(b, file->dir) &&
		    !is_noted(noted, sysfs_ref_encode(file->dir), file->name))
			fail_msg("name %s in directory of kind %d", file->name, file->dir.kind);
	}
}

static const struct step {
	const char *path, *text;
} steps[] = {
	{ DD "unbind", "dax0.0" },
	{ DD "bind", "dax0.0" },
	{ DD "unbind", "dax0.0" },
	{ R "dax0.0/size", "1073741824" },
	{ R "dax0.0/size", "0" },
	{ R "dax0.0/size", "4194304" },
	{ G "create", "1" },
	{ R "dax0.1/size", "4194304" },
	{ R "dax0.0/size", "8388608" },
	{ R "dax0.0/mapping", "140000000-1401fffff" },
	{ DD "new_id", "dax0.1" }, /* and dax0.0, which is listed still */
	{ DD "unbind", "dax0.0" },
	{ G "create", "1" },
	{ DD "unbind", "dax0.1" },
	{ R "dax0.1/size", "0" },
	{ G "delete", "dax0.1" },
	{ G "create", "1" },
	{ R "dax0.0/size", "0" },
	{ R "dax0.0/size", "268435456" },
	{ KM "new_id", "dax0.0" },
	{ "sys/devices/system/memory/memory32/state", "online" },
	{ "sys/devices/system/memory/memory32/state", "offline" },
	{ KM "unbind", "dax0.0" },
	{ "sys/bus/platform/drivers/hmem/unbind", "hmem.0" },
	{ "sys/bus/platform/drivers/hmem/bind", "hmem.0" },
	{ "sys/bus/nd/drivers/dax_pmem/unbind", "dax1.0" },
	{ "sys/bus/nd/drivers/dax_pmem/bind", "dax1.0" },
};

static void test_step(void **state)
{
	const struct step *last = *state;
	struct fixture fixture;

	fixture_begin(&fixture, "6.12", "hp");
	for (const struct step *step = steps; step <= last; step++) {
		struct snapshot *before = take(&fixture), *after;
		struct noted noted;

		free(fixture.dirty.items);
		fixture.dirty.items = NULL;
		fixture.dirty.nr = fixture.dirty.cap = 0;
		assert_int_equal(fixture_write(&fixture, step->path, step->text),
				 strlen(step->text));
		noted.nr = dirty_take(&fixture.dirty, &noted.items);
		after = take(&fixture);
		if (step == last) {
			check_order(&noted);
			check_names(before, after, &noted);
			check_names(after, before, &noted);
		}
		free(noted.items);
		free(before);
		free(after);
	}
	fixture_end(&fixture);
}

/* --- attributes that the kernel notifies of ------------------------------------------------- */

#define BAD   "sys/devices/platform/e820_pmem/ndbus0/region1/badblocks"
#define SCRUB "sys/devices/platform/e820_pmem/ndbus0/nfit/scrub"

static void add_bad(struct dax_region *region)
{
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 4096, 512 }), 0);
}

static void add_nothing(struct dax_region *region)
{
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 4096, 0 }), -EINVAL);
}

static void clear(struct dax_region *region)
{
	assert_int_equal(dax_region_clear_bad(region, region->config.span), 0);
}

static void clear_twice(struct dax_region *region)
{
	add_bad(region);
	clear(region);
	clear(region);
}

static void search(struct dax_region *region)
{
	add_bad(region);
	dax_model_scrub(region->model);
}

static const struct notify_case {
	const char *name;
	void (*change)(struct dax_region *region);
	const char *notified[3];
} notify_cases[] = {
	{ "blocks go bad", add_bad, { BAD } },
	{ "none goes bad", add_nothing, { NULL } },
	{ "cleared, though there was none", clear, { BAD } },
	{ "once for one change of ours", clear_twice, { BAD } },
	{ "a search is over", search, { SCRUB, BAD } },
};

static void test_notify(void **state)
{
	const struct notify_case *c = *state;
	struct fixture fixture;
	struct sysfs_ref attr;
	struct noted noted;
	size_t n = 0;

	fixture_begin(&fixture, "6.12", "hp");
	fixture.dirty.nr = 0;
	c->change(dax_region_find(fixture.model, 1));
	noted.nr = dirty_take(&fixture.dirty, &noted.items);
	for (size_t i = 0; i < noted.nr; i++) {
		if (!noted.items[i].notify)
			continue;
		assert_true(n < ARRAY_SIZE(c->notified) && c->notified[n]);
		assert_int_equal(fixture_find(&fixture, c->notified[n++], &attr), 0);
		assert_int_equal(sysfs_ref_encode(noted.items[i].ref), sysfs_ref_encode(attr));
	}
	assert_true(n == ARRAY_SIZE(c->notified) || !c->notified[n]);
	free(noted.items);
	fixture_end(&fixture);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(steps) + ARRAY_SIZE(notify_cases)];
	static char names[ARRAY_SIZE(steps)][128];

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		snprintf(names[i], sizeof(names[i]), "%s < %s", steps[i].path, steps[i].text);
		tests[i] = (struct CMUnitTest){ .name = names[i],
						.test_func = test_step,
						.initial_state = (void *)&steps[i] };
	}
	for (size_t i = 0; i < ARRAY_SIZE(notify_cases); i++)
		tests[ARRAY_SIZE(steps) + i] =
			(struct CMUnitTest){ .name = notify_cases[i].name,
					     .test_func = test_notify,
					     .initial_state = (void *)&notify_cases[i] };
	return cmocka_run_group_tests_name("sysfs.watch", tests, NULL, NULL);
}
