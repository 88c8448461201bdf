/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands to the NVDIMM bus: what they answer, and what they leave of the bad blocks. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <linux/ndctl.h>
#include <sys/ioctl.h>

#include "base/util.h"
#include "fixture.h"
#include "sysfs-emu/nd_file.h"

/*
 * The region's device begins at 8 GiB, with 34 MiB of the namespace before it; pages 1 and 2 of it
 * have a bad block each.
 */
#define DATA  (8 * GIB)
#define BEGIN (DATA - 34 * MIB)
#define END   (DATA + 2 * GIB)

static void begin(struct fixture *fixture, bool bad)
{
	struct dax_region *region;

	fixture_begin(fixture, "6.12", "");
	assert_int_equal(dax_region_add(fixture->model,
					&(struct dax_region_config){ .kind = DAX_REGION_PMEM,
								     .span = { DATA, 2 * GIB },
								     .align = 2 * MIB },
					DAX_DRIVER_NONE, &region),
			 0);
	assert_int_equal(dax_region_namespace(region).start, BEGIN);
	if (!bad)
		return;
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 4096, 512 }), 0);
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 8192, 1024 }), 0);
}

/* --- which commands there are ------------------------------------------------------------- */

static const struct number_case {
	const char *name;
	unsigned cmd;
	bool bad, read_only;
	size_t in, out;
	ssize_t result;
} number_cases[] = {
	{ "ars_cap", ND_IOCTL_ARS_CAP, true, false, 32, 32, 32 },
	{ "ars_cap, read-only", ND_IOCTL_ARS_CAP, true, true, 32, 32, 32 },
	{ "ars_cap of a bus without", ND_IOCTL_ARS_CAP, false, false, 32, 32, -ENOTTY },
	{ "ars_status", ND_IOCTL_ARS_STATUS, true, false, 48, 48, 48 },
	{ "clear_error", ND_IOCTL_CLEAR_ERROR, true, false, 32, 32, 32 },
	{ "clear_error, read-only", ND_IOCTL_CLEAR_ERROR, true, true, 32, 32, -EPERM },
	{ "clear_error of a bus without", ND_IOCTL_CLEAR_ERROR, false, false, 32, 32, -ENOTTY },
	{ "too little in", ND_IOCTL_CLEAR_ERROR, true, false, 31, 32, -EFAULT },
	{ "nothing in", ND_IOCTL_ARS_CAP, true, false, 0, 32, -EFAULT },
	{ "too little room", ND_IOCTL_ARS_CAP, true, false, 32, 0, -EFAULT },
	{ "another size", _IOWR(ND_IOCTL, ND_CMD_CLEAR_ERROR, char[64]), true, false, 64, 64,
	  -ENOTTY },
	{ "another direction", _IOW(ND_IOCTL, ND_CMD_CLEAR_ERROR, char[32]), true, false, 32, 0,
	  -ENOTTY },
	{ "ars_start", ND_IOCTL_ARS_START, true, false, 32, 32, -ENOTTY },
	{ "call", ND_IOCTL_CALL, true, false, 64, 64, -EINVAL },
	{ "of nobody", 0, true, false, 0, 0, -ENOTTY },
};

static void test_number(void **state)
{
	const struct number_case *c = *state;
	char in[64] = { 0 }, out[64];
	struct fixture fixture;

	begin(&fixture, c->bad);
	assert_int_equal(nd_file_ioctl(fixture.model, c->cmd, c->read_only, in, c->in, out, c->out),
			 c->result);
	assert_string_equal(fixture_read(&fixture,
					 "sys/devices/platform/e820_pmem/ndbus0/commands"),
			    c->bad ? "ars_cap ars_status clear_error \n" : "\n");
	fixture_end(&fixture);
}

/* --- what they do --------------------------------------------------------------------------- */

static const struct clear_case {
	const char *name;
	uint64_t address, length;
	uint32_t cap; /* status of ars_cap */
	uint32_t status;
	uint64_t cleared;
	size_t left; /* bad runs, of two */
} clear_cases[] = {
	{ "one", DATA + 4096, 512, 2 << 16, 0, 512, 1 },
	{ "both", DATA, 64 * KIB, 2 << 16, 0, 64 * KIB, 0 },
	{ "the whole namespace", BEGIN, END - BEGIN, 2 << 16, 0, END - BEGIN, 0 },
	{ "before the device", BEGIN, 34 * MIB, 2 << 16, 0, 34 * MIB, 2 },
	{ "a part of one", DATA + 8192, 512, 2 << 16, 0, 512, 2 },
	{ "nothing", DATA, 0, 2 << 16, 0, 0, 2 },
	{ "odd address", DATA + 4097, 512, 2 << 16, 2, 0, 2 },
	{ "odd length", DATA + 4096, 511, 2 << 16, 2, 0, 2 },
	{ "before the namespace", BEGIN - 512, 64 * MIB, 2, 2, 0, 2 },
	{ "over its end", DATA, 2 * GIB + 512, 2, 2, 0, 2 },
	{ "of nobody", 0, 512, 2, 2, 0, 2 },
	{ "wrapping", DATA, UINT64_MAX - 511, 2, 2, 0, 2 },
	{ "far", UINT64_MAX - 511, 512, 2, 2, 0, 2 },
};

static void test_clear(void **state)
{
	const struct clear_case *c = *state;
	struct nd_cmd_ars_cap cap = { .address = c->address, .length = c->length };
	struct nd_cmd_clear_error clear = { .address = c->address, .length = c->length };
	struct fixture fixture;

	begin(&fixture, true);
	assert_int_equal(nd_file_ioctl(fixture.model, ND_IOCTL_ARS_CAP, false, &cap, sizeof(cap),
				       &cap, sizeof(cap)),
			 sizeof(cap));
	assert_int_equal(cap.status, c->cap);
	assert_int_equal(cap.clear_err_unit, 512);
	assert_int_equal(nd_file_ioctl(fixture.model, ND_IOCTL_CLEAR_ERROR, false, &clear,
				       sizeof(clear), &clear, sizeof(clear)),
			 sizeof(clear));
	assert_int_equal(clear.status, c->status);
	assert_int_equal(clear.cleared, c->cleared);
	assert_int_equal(clear.address, c->address);
	assert_int_equal(dax_region_find(fixture.model, 0)->bad.nr, c->left);
	fixture_end(&fixture);
}

/* --- a bus as ACPI's ------------------------------------------------------------------------ */

#define NFIT "sys/devices/platform/e820_pmem/ndbus0/nfit/"

/* From the first bad block on, for good. */
static void test_nfit(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, false);
	assert_string_equal(fixture_read(&fixture, NFIT "revision"), "ERROR -2");
	fixture_end(&fixture);
	begin(&fixture, true);
	assert_string_equal(fixture_read(&fixture, NFIT "revision"), "1\n");
	assert_string_equal(fixture_read(&fixture, NFIT "scrub"), "0\n");
	assert_int_equal(fixture_write(&fixture, NFIT "scrub", "1"), 1);
	assert_int_equal(fixture_write(&fixture, NFIT "scrub", "2"), -EINVAL);
	assert_string_equal(fixture_read(&fixture, NFIT "scrub"), "1\n");
	assert_int_equal(dax_region_clear_bad(dax_region_find(fixture.model, 0),
					      (struct dax_range){ DATA, 2 * GIB }),
			 0);
	assert_string_equal(fixture_read(&fixture, NFIT "revision"), "1\n");
	fixture_end(&fixture);
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(number_cases) + ARRAY_SIZE(clear_cases) + 1] = {
		cmocka_unit_test(test_nfit),
	};
	size_t n = 1;

	for (size_t i = 0; i < ARRAY_SIZE(number_cases); i++)
		tests[n++] = (struct CMUnitTest){ number_cases[i].name, test_number, NULL, NULL,
						  (void *)&number_cases[i] };
	for (size_t i = 0; i < ARRAY_SIZE(clear_cases); i++)
		tests[n++] = (struct CMUnitTest){ clear_cases[i].name, test_clear, NULL, NULL,
						  (void *)&clear_cases[i] };
	return cmocka_run_group_tests_name("sysfs.nd_file", tests, NULL, NULL);
}
