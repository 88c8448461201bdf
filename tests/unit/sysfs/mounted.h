/* SPDX-License-Identifier: BSD-3-Clause */
/* A model served by a mount of its own, and what a program does with files in it. */
#pragma once

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sysfs-emu/fs.h"

/* Of region 0, of 2 GiB, and dax0.0, which has all of it. */
#define R    "sys/devices/platform/hmem.0/"
#define G    R "dax_region/"
#define D    R "dax0.0/"
#define DD   "sys/bus/dax/drivers/device_dax/"
#define TWIN "dev/.daxemu/twin/252:0"

struct mounted {
	char path[64];
	pthread_rwlock_t lock;
	struct dax_model *model;
	int sys, dev;
	struct fs *fs;
	int root; /* of the mount */
};

/**
 * mounted_new() - a model with one region, served by a mount
 * @sys: directory that it has for the host's /sys
 * @id:  of the region
 *
 * Return: NULL where nothing can be mounted.
 */
struct mounted *mounted_new(const char *sys, int id);
void mounted_free(struct mounted *m);

/* Of cmocka, with region 0 and the host's /sys. The state is NULL where nothing can be mounted. */
int mounted_set_up(void **state);
int mounted_tear_down(void **state);

#define MOUNTED_TEST(function) \
	cmocka_unit_test_setup_teardown(function, mounted_set_up, mounted_tear_down)

/* Moves into a mount namespace of our own; where that may not be, the program ends as skipped. */
void mounted_enter(void);

/* What is mounted, or skips the test. */
struct mounted *mounted_get(void **state);

/* open and one write. Return: bytes or -errno. */
long put(const struct mounted *m, const char *path, const char *text);

#define PUT(m, path, text) assert_int_equal(put(m, path, text), strlen(text))

/* The file's text, or the name of the error; static. */
const char *get_text(const struct mounted *m, const char *path);

bool exists(const struct mounted *m, const char *path);

/* The directory has an entry of that name. */
bool lists(const struct mounted *m, const char *path, const char *name);

/* errno of a call that returned @r, or 0. */
int result_of(long r);
