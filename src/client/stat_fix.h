/* SPDX-License-Identifier: BSD-3-Clause */
/* What stat(2) says of a twin, made into what it says of the device file. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "client/route.h"
#include "daxemu/proto.h"

struct statx;

/* Whether this is a twin, and of which device. */
bool stat_is_twin(unsigned mode, uint64_t dev, uint64_t ino, struct route_dev *out);

/*
 * A function for one kind of struct stat; where long has 32 bits libc has three. @r: the call's
 * result, returned.
 */
#define DEFINE_STAT_FIX(name, type)                                                     \
	static int name(long r, type *st)                                               \
	{                                                                               \
		struct route_dev dev;                                                   \
                                                                                        \
		if (r != 0 || !stat_is_twin(st->st_mode, st->st_dev, st->st_ino, &dev)) \
			return (int)r;                                                  \
		st->st_mode = (st->st_mode & ~(mode_t)S_IFMT) | S_IFCHR;                \
		st->st_rdev = makedev(dev.major, dev.minor);                            \
		st->st_ino = daxemu_ino(DAXEMU_INO_NODE, dev.major, dev.minor);         \
		st->st_size = 0;                                                        \
		st->st_blocks = 0;                                                      \
		st->st_blksize = 4096;                                                  \
		return 0;                                                               \
	}

/* After a call that succeeded. Device files get the DAX attribute too, by whatever name. */
void statx_fix(struct statx *st);
