/* SPDX-License-Identifier: BSD-3-Clause */
/* What `daxemu inject` reads, and what it asks of the model. */
#include <errno.h>
#include <stdio.h>

#include <string.h>

#include "base/util.h"
#include "daemon/inject.h"
#include "rows.h"

static const struct inject_case {
	const char *spec;
	const char *refusal; /* how it begins; NULL: accepted */
	const char *faults;  /* what the model has then, after FIRST and this */
} cases[] = {
	{ "offline=EBUSY", NULL, "offline block 33 -4 count 0, offline every -16 count 0" },
	{ "offline=EBUSY,block=32", NULL,
	  "offline block 33 -4 count 0, offline block 32 -16 count 0" },
	{ "offline=EPERM,count=3,block=0x21", NULL, "offline block 33 -1 count 3" },
	{ "offline=ENOMEM,block=32,count=1", NULL,
	  "offline block 33 -4 count 0, offline block 32 -12 count 1" },
	{ "offline=EINVAL,block=47", NULL,
	  "offline block 33 -4 count 0, offline block 47 -22 count 0" },
	{ "online=ENOMEM", NULL, "offline block 33 -4 count 0, online every -12 count 0" },
	{ "online=EINVAL", NULL, "offline block 33 -4 count 0, online every -22 count 0" },
	{ "online=EPERM", NULL, "offline block 33 -4 count 0, online every -1 count 0" },
	{ "online=none", NULL, "offline block 33 -4 count 0" },
	{ "offline=none", NULL, "" },
	{ "offline=none,block=33", NULL, "" },
	{ "offline=none,block=32", NULL, "offline block 33 -4 count 0" },
	{ "deep_flush=EIO", NULL, "offline block 33 -4 count 0, deep_flush every -5 count 0" },
	{ "deep_flush=EIO,region=1,count=2", NULL,
	  "offline block 33 -4 count 0, deep_flush region 1 -5 count 2" },
	{ "deep_flush=none,region=1", NULL, "offline block 33 -4 count 0" },
	{ "badblock=4K,region=1", NULL, "offline block 33 -4 count 0, bad 0x1000+0x200" },
	{ "badblock=0x200+1K,region=1", NULL, "offline block 33 -4 count 0, bad 0x200+0x400" },
	{ "badblock=0x3fffe00,region=1", NULL, "offline block 33 -4 count 0, bad 0x3fffe00+0x200" },
	{ "", "inject: '': must be KEY=VALUE" },
	{ "deep_flush=EINVAL", "inject: deep_flush=EINVAL: must be EIO or none" },
	{ "deep_flush=EIO,region=0", "inject: region=0: there is no such region whose deep" },
	{ "deep_flush=EIO,region=2", "inject: region=2: there is no such region whose deep" },
	{ "deep_flush=EIO,region=3", "inject: region=3: there is no such region whose deep" },
	{ "deep_flush=EIO,block=1", "inject: block=1: there is no such key, there are region and" },
	{ "badblock=none,region=1", "inject: badblock=none: must be OFFSET[+LEN], multiples" },
	{ "badblock=100,region=1", "inject: badblock=100: must be OFFSET[+LEN], multiples" },
	{ "badblock=0+0,region=1", "inject: badblock=0+0: must be OFFSET[+LEN], multiples" },
	{ "badblock=,region=1", "inject: badblock=: must be OFFSET[+LEN], multiples" },
	{ "badblock=0", "inject: badblock=0: say in which region, as in region=0" },
	{ "badblock=0,count=1", "inject: count=1: there is no such key, there is region" },
	{ "badblock=0,region=0", "inject: region=0: there is no such static region" },
	{ "badblock=0,region=4294967297", "inject: region=4294967297: there is no such static" },
	{ "badblock=64M,region=1", "inject: badblock=0x4000000+0x200: must lie within the device" },
	{ "badblock=0+64M+512,region=1", "inject: badblock=0+64M+512: must be OFFSET[+LEN]" },
	{ "offline", "inject: 'offline': must be KEY=VALUE" },
	{ "=", "inject: =: there is no such point" },
	{ "ofline=EBUSY",
	  "inject: ofline=EBUSY: there is no such point, there are offline, online" },
	{ "offline=", "inject: offline=: must be EBUSY, EINTR, EINVAL, ENOMEM, EPERM or none" },
	{ "offline=EAGAIN", "inject: offline=EAGAIN: must be EBUSY" },
	{ "offline=ebusy", "inject: offline=ebusy: must be EBUSY" },
	{ "online=EBUSY", "inject: online=EBUSY: must be EINVAL, ENOMEM, EPERM or none" },
	{ "offline=EBUSY,", "inject: '': must be KEY=VALUE" },
	{ "offline=EBUSY,online=EPERM", "inject: online=EPERM: there is no such key, there are" },
	{ "offline=EBUSY,block", "inject: 'block': must be KEY=VALUE" },
	{ "offline=EBUSY,block=", "inject: block=: must be a number" },
	{ "offline=EBUSY,block=33\n", "inject: block=33\n: must be a number" },
	{ "offline=EBUSY,block=-1", "inject: block=-1: must be a number" },
	{ "offline=EBUSY,block=31", "inject: block=31: no region has this memory block" },
	{ "offline=EBUSY,block=48", "inject: block=48: no region has this memory block" },
	{ "offline=none,block=48", "inject: block=48: no region has this memory block" },
	{ "offline=EBUSY,block=0x2000000020", "inject: block=137438953504: no region has" },
	{ "offline=EBUSY,block=32,block=33", "inject: block=33: was given already, say it once" },
	{ "offline=EBUSY,count=1,count=1", "inject: count=1: was given already, say it once" },
	{ "offline=EBUSY,count=0", "inject: count=0: must be a number from 1 on" },
	{ "offline=none,count=2", "inject: count=2: cannot be said with offline=none" },
};

static const char first[] = "offline=EINTR,block=33";

static struct dax_model *new_model(void)
{
	const struct dax_model_config config = { .profile = dax_profile_find("6.12"),
						 .memblock_size = 128 * MIB,
						 .online_nodes = 1 };
	const struct dax_region_config region = { .span = { 4 * GIB, 2 * GIB },
						  .align = 2 * MIB,
						  .target_node = 1 };
	/* One whose deep_flush works, one without. */
	struct dax_region_config pmem = { .id = 1,
					  .kind = DAX_REGION_PMEM,
					  .span = { 8 * GIB, 64 * MIB },
					  .align = 2 * MIB,
					  .target_node = 1,
					  .deep_flush = DAX_FLUSH_WORKS };
	struct dax_model *model;
	struct dax_region *out;

	assert_int_equal(dax_model_new(&model, &config), 0);
	assert_int_equal(dax_region_add(model, &region, DAX_DRIVER_NONE, &out), 0);
	assert_int_equal(dax_region_add(model, &pmem, DAX_DRIVER_NONE, &out), 0);
	pmem.id = 2;
	pmem.span.start = 12 * GIB;
	pmem.deep_flush = DAX_FLUSH_ABSENT;
	assert_int_equal(dax_region_add(model, &pmem, DAX_DRIVER_NONE, &out), 0);
	return model;
}

static int inject(struct dax_model *model, const char *spec, struct refusal *refusal)
{
	struct inject in;
	int r = inject_parse(&in, spec, refusal);

	return r < 0 ? r : inject_apply(model, &in, refusal);
}

static void print_faults(const struct dax_model *model, char *out, size_t size)
{
	static const struct {
		const char *name, *key;
	} points[] = { { "offline", "block" }, { "online", "block" }, { "deep_flush", "region" } };
	struct dax_range bad;
	size_t len = 0;

	*out = '\0';
	for (size_t i = 0; i < model->nr_faults; i++) {
		const struct dax_fault *f = &model->faults[i];
		char where[32] = "every";

		if (!f->every)
			snprintf(where, sizeof(where), "%s %d", points[f->point].key, (int)f->key);
		len += (size_t)snprintf(out + len, size - len, "%s%s %s %d count %d", i ? ", " : "",
					points[f->point].name, where, f->error, (int)f->count);
	}
	if (dax_bad_next(&dax_region_find(model, 1)->bad, 0, &bad))
		snprintf(out + len, size - len, ", bad 0x%llx+0x%llx",
			 (unsigned long long)bad.start, (unsigned long long)bad.len);
}

static void test_inject(void **state)
{
	const struct inject_case *c = *state;
	struct dax_model *model = new_model();
	struct refusal refusal = { "" };
	char faults[256];

	assert_int_equal(inject(model, first, &refusal), 0);
	assert_int_equal(inject(model, c->spec, &refusal), c->refusal ? -EINVAL : 0);
	if (c->refusal)
		assert_memory_equal(refusal.text, c->refusal, strlen(c->refusal));
	print_faults(model, faults, sizeof(faults));
	assert_string_equal(faults, c->refusal ? "offline block 33 -4 count 0" : c->faults);
	dax_model_free(model);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases)];

	row_tests(tests, ROWS(cases, spec), test_inject);
	return _cmocka_run_group_tests("inject", tests, ARRAY_SIZE(tests), NULL, NULL);
}
