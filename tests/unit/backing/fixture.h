/* SPDX-License-Identifier: BSD-3-Clause */
/* Regions of every kind for the tests of backing: real memory, real huge pages, a real file. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above. */
#include <cmocka.h>
#include <stdbool.h>

#include "backing/backing.h"
#include "base/util.h"

#define HUGE (2 * MIB)
#define BASE UINT64_C(0x100000000)

enum fixture_kind {
	FIXTURE_NAMED, /* a tmpfs of its own, if that is allowed here */
	FIXTURE_MEMFD,
	FIXTURE_HUGE,
	FIXTURE_FILE,
};

struct fixture {
	struct backing_region *region;
	struct dax_range span;
	int memfs;
	char dir[64];	/* of the file, removed at the end */
	char path[100]; /* the file */
};

/* Makes huge pages if that is allowed; setup and teardown of a group. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* A system call is EPERM from now on; with this second argument only, unless it is -1. */
void fixture_refuse(unsigned nr, int arg);

/* A directory in $TMPDIR for a file of this size, which is not made if @size is 0. */
void fixture_dir(struct fixture *f, uint64_t size);

/* Skips the test by name when the kind is not to be had here. */
void fixture_open(struct fixture *f, enum fixture_kind kind, uint64_t size);
/* Checks that nothing is left beside the file. */
void fixture_close(struct fixture *f);

/* A device over one range of the region, bytes from its start. */
struct backing_dev *fixture_dev(struct fixture *f, uint64_t off, uint64_t len);

/* Up with one range. */
void dev_up(struct fixture *f, struct backing_dev *dev, uint64_t off, uint64_t len);

/* Maps the device as a client does; unmaps with munmap(2). */
char *dev_map(struct backing_dev *dev, uint64_t len, bool writable);

/* Whether a load of this byte is SIGBUS. */
bool is_dead(const volatile char *p);

/* Bytes of memory files that this process holds open, by /proc/self/fd. */
uint64_t memory_in_files(void);
