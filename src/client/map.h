/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mmap(2) and what manages mappings, for device files: what is not ours passes through. No
 * function here allocates, locks or prints; errno is touched on failure only.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <linux/userfaultfd.h>

#include "client/map_plan.h"
#include "client/route.h"

/* The next mmap() with a 64-bit offset. */
typedef void *map_next_fn(void *addr, size_t len, int prot, int flags, int fd, int64_t off);

void *map_mmap(map_next_fn *next, void *addr, size_t len, int prot, int flags, int fd, int64_t off);

/* Of an open device file, known to be that device's. Return: the address, or -errno. */
long map_device(const struct map_want *want, int fd, struct route_dev dev);

/*
 * Called in front of the real call while vma_count() is not 0.
 *
 * Return: 0 to go on, or -errno to fail with, as device-dax would.
 */
int map_check_protect(uint64_t addr, uint64_t len, int prot);
int map_check_advice(uint64_t addr, uint64_t len, int advice);
int map_check_sync(uint64_t addr, uint64_t len, int flags);
int map_check_remap_pages(uint64_t addr, uint64_t len);

int map_check_uffd(const struct uffdio_range *range);

/* After a move_pages() that succeeded: device memory is of no node's list, hence -ENOENT. */
void map_moved_pages(unsigned long count, void *const *pages, int *status);

/* After an ioctl() that succeeded: it may have cleared bad blocks. */
void map_ioctl(unsigned long request);

/* After a madvise() that succeeded. */
void map_advised(uint64_t addr, uint64_t len, int advice);

typedef int map_unmap_fn(void *addr, size_t len);
int map_unmap(map_unmap_fn *next, void *addr, size_t len);

typedef void *map_remap_fn(void *old, size_t old_len, size_t len, int flags, void *target);
void *map_remap(map_remap_fn *next, void *old, size_t old_len, size_t len, int flags, void *target);
