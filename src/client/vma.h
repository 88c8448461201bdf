/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The process's own dax mappings, by address: a hint. What it says is confirmed with the kernel
 * before a call is refused because of it (maps.h), so mappings changed behind our back do no harm.
 *
 * Lock-free and without allocation but mmap(2): usable in signal handlers, after fork of a
 * threaded process, after vfork. An entry caught half-written by a fork is lost in the child only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "client/route.h"

/* Flags that madvise(2) changed from what a fresh dax mapping has. */
#define VMA_RANDOM     0x01u
#define VMA_SEQUENTIAL 0x02u
#define VMA_DONTFORK   0x04u
#define VMA_DONTDUMP   0x08u
#define VMA_NOHUGE     0x10u
/* Not an advice: the kernel has it as several mappings, bad pages lie in it (bad.h). */
#define VMA_BAD 0x20u

struct vma {
	uint64_t start; /* address, multiple of 4096 */
	uint64_t end;	/* one past the last byte */
	uint64_t off;	/* of @start in the memory file */
	struct route_dev dev;
	uint8_t align;	 /* log2 of the device's alignment when mapped */
	uint8_t profile; /* DAXEMU_PROFILE_* */
	uint8_t advice;	 /* VMA_* flags */
	uint8_t anchor;	 /* anchor.h; an entry in the table has a reference */
};

/* How many entries there are: one relaxed load, never too low. */
unsigned vma_count(void);

/* Adds an entry, in place of all within its span. Return: 0, -ENOMEM. */
int vma_add(const struct vma *vma);

/* The lowest entry that overlaps [from, to). Return: whether there is one. */
bool vma_next(uint64_t from, uint64_t to, struct vma *out);

/* Forgets [from, to); entries that reach beyond are cut. */
void vma_erase(uint64_t from, uint64_t to);

/* The part of @vma within [from, to), which it overlaps. */
struct vma vma_clip(struct vma vma, uint64_t from, uint64_t to);
