/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which changes would split a device mapping where it must not be split, within a unit of the
 * device's alignment. The table of vma.h is asked, then the kernel.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "client/maps.h"
#include "client/vma.h"

enum { PAGE = 4096 };

/* A page-aligned span of addresses. */
struct span {
	uint64_t start, end;
};

/* Return: false when the kernel refuses it by itself: misaligned, empty, or wrapping. */
bool span_make(struct span *span, uint64_t addr, uint64_t len);

/* Whether the kernel's mapping at @addr is the table's; what is outdated is forgotten. */
bool split_confirmed(const struct vma *vma, uint64_t addr, struct maps_line *line);

/* Whether the device may not be split at @addr: asked of the device only when it seems so. */
bool split_misaligned(const struct vma *vma, uint64_t addr);

/* The device mapping that a change beginning or ending at @addr would split where it must not. */
bool split_at(uint64_t addr, struct vma *vma, struct maps_line *line);

/* -errno of changing @span: -EINVAL. */
int split_check(struct span span);

/* -errno of replacing @span by mmap(2), which has its own idea of the number, by kernel. */
int split_check_over(struct span span);
