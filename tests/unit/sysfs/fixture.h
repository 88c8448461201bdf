/* SPDX-License-Identifier: BSD-3-Clause */
/* A model with a tree over it, addressed by paths; without a mount and without a real /sys. */
#pragma once

#include <stdbool.h>

#include "sysfs-emu/dirty.h"
#include "sysfs-emu/tree.h"
#include "sysfs-emu/watch.h"

struct fixture {
	struct dax_model *model;
	struct sysfs_tree tree;
	struct dirty dirty;
	struct watch watch;
};

/**
 * fixture_begin() - a model with some regions
 * @abi:     profile name
 * @regions: a letter each: h(mem) or p(mem), 2 GiB; i: hmem with region_idle; n, w, r, f: pmem
 *           whose deep_flush is needless, works, is read-only, fails. First device bound to
 *           device_dax; capital letters: to what the profile says
 */
void fixture_begin(struct fixture *fixture, const char *abi, const char *regions);
void fixture_end(struct fixture *fixture);

/* A file by path, "sys/bus/dax"; symbolic links are not followed. Return: 0 or -errno. */
int fixture_find(const struct fixture *fixture, const char *path, struct sysfs_ref *out);

/* One write. @text: NUL-terminated. Return: bytes or -errno. */
long fixture_write(const struct fixture *fixture, const char *path, const char *text);

/* What reading shows, or the link's text, or "ERROR -22"; static. */
const char *fixture_read(const struct fixture *fixture, const char *path);

/* The whole tree below @path, a line each, sorted in directories; free(3). */
char *fixture_dump(const struct fixture *fixture, const char *path);
