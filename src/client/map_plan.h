/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a granted mmap request to the system calls that carry it out: where the address comes
 * from, which flags the memory file gets, what must be done in two steps. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daxemu/proto.h"

/* As given to mmap(2). */
struct map_want {
	uint64_t addr;
	uint64_t len;
	uint64_t off;
	int prot;
	int flags;
};

/* Who chooses the address. */
enum map_place {
	PLACE_KERNEL,  /* one mmap at @addr, hint or MAP_FIXED: any page will do */
	PLACE_HINT,    /* reserve at @addr; where that lands must be a multiple of @align */
	PLACE_ALIGNED, /* reserve @align bytes more, take the first multiple of @align: the rest
			* stays free above, as below the kernel's own dax mappings */
};

struct map_plan {
	enum map_place place;
	uint64_t addr;
	uint64_t len; /* rounded up to pages, the memory's own */
	uint64_t off;
	uint64_t align; /* of the address; a power of two */
	int prot;	/* of the mmap */
	int flags;	/* of the mmap, without MAP_FIXED unless asked for */
	int protect;	/* then mprotect() to this; -1: it has that already */
};

/**
 * map_plan_make() - plan a mapping that the daemon has granted
 *
 * The daemon has no say in the address unless it was MAP_FIXED; here it is checked.
 *
 * Return: 0, -EINVAL (misaligned address, or offset whose natural address would be),
 *         -ENOMEM (length wraps).
 * Source: Linux drivers/dax/device.c, dax_get_unmapped_area(); spec sections 7.2 and 7.3.
 */
int map_plan_make(struct map_plan *plan, const struct map_want *want,
		  const struct daxemu_msg_map_reply *grant);
