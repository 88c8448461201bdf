/* SPDX-License-Identifier: BSD-3-Clause */
/* What `daxemu inject` reads, and what it asks of the model. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <string.h>

#include "base/util.h"
#include "daemon/inject.h"

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
	{ "", "inject: '': must be KEY=VALUE" },
	{ "offline", "inject: 'offline': must be KEY=VALUE" },
	{ "=", "inject: =: there is no such point" },
	{ "ofline=EBUSY", "inject: ofline=EBUSY: there is no such point, there are offline and" },
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
	struct dax_model *model;
	struct dax_region *out;

	assert_int_equal(dax_model_new(&model, &config), 0);
	assert_int_equal(dax_region_add(model, &region, DAX_DRIVER_NONE, &out), 0);
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
	static const char *const names[] = { "offline", "online" };
	size_t len = 0;

	*out = '\0';
	for (size_t i = 0; i < model->nr_faults; i++) {
		const struct dax_fault *f = &model->faults[i];
		char where[32] = "every";

		if (!f->every)
			snprintf(where, sizeof(where), "block %d", (int)f->key);
		len += (size_t)snprintf(out + len, size - len, "%s%s %s %d count %d", i ? ", " : "",
					names[f->point], where, f->error, (int)f->count);
	}
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

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i] = (struct CMUnitTest){ .name = cases[i].spec,
						.test_func = test_inject,
						.initial_state = (void *)&cases[i] };
	return _cmocka_run_group_tests("inject", tests, ARRAY_SIZE(tests), NULL, NULL);
}
