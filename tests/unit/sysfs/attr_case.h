/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows of one write into the tree and what then can be read. The rules behind the text are the
 * core's tests.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

/* Paths that begin many others: of region 0, its first two devices, and what they become. */
#define B  "sys/bus/dax/"
#define DD B "drivers/device_dax/"
#define KM B "drivers/kmem/"
#define R  "sys/devices/platform/hmem.0/"
#define G  R "dax_region/"
#define D  R "dax0.0/"
#define D1 R "dax0.1/"
#define M  "sys/devices/system/memory/"
#define N  "sys/devices/system/node/"

#define OK INT32_MAX /* all bytes of the text */

struct attr_write {
	const char *path, *text;
};

struct attr_case {
	const char *name;
	const char *path, *text; /* NULL path: only looks */
	long result;		 /* bytes or -errno */
	const char *look, *answer;
	const struct attr_write *before; /* must succeed; ends with a NULL path */
	const char *abi;		 /* 6.12 */
	const char *regions;		 /* h */
};

/* What comes before: dax0.0 is unbound, ... */
extern const struct attr_write unbound[];
extern const struct attr_write halved[];  /* ... and has 1 GiB */
extern const struct attr_write created[]; /* ... and there is dax0.1 */
extern const struct attr_write emptied[]; /* ... and has nothing */
extern const struct attr_write small[];	  /* ... and has 256 MiB */
extern const struct attr_write kmem[];	  /* ... and is bound to kmem */

/* The test of a row, for row_tests(). */
void attr_case_test(void **state);
