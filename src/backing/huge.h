/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Huge pages of 2 MiB: what a region reserves of the machine's pool, and how a page gets into a
 * device's file. See medium_huge.c.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "backing/internal.h"

#define HUGE (2 * MIB)

/* Pages to move the others with. */
#define HUGE_SPARE 1

/*
 * All that the region needs is reserved from the beginning, so a client's access never fails for
 * want of a page. Root of the machine has a hugetlbfs of the region's own with as many pages. For
 * others a file that nobody uses holds the reservation, and hands it page by page to the store and
 * the device files.
 */
struct huge_reserve {
	int mount_fd;	     /* the hugetlbfs, -1 for none */
	struct memfile file; /* holds what nobody shall use: in the hugetlbfs only while frozen */
	uint64_t reserved;   /* pages in there */
	uint64_t total;	     /* pages the region owns, wherever they are */
	uint64_t in_store;
	uint64_t in_devs;
	bool short_of; /* other programs have some of ours */
};

struct huge {
	struct huge_reserve reserve;
	bool *has_data; /* by page of the span, in the store or in a device */
	int uffd;	/* -1: not to be had */
};

/* Reserves @total pages, all or none. Return: 0, or -errno with a sentence for the user. */
int huge_reserve_open(struct huge_reserve *reserve, uint64_t total, int numa_node,
		      struct backing_error *error);
void huge_reserve_close(struct huge_reserve *reserve);

/* Gives pages to whoever takes them next: ourselves. Return: 0, -ENOMEM (so many are not left). */
int huge_reserve_lend(struct huge_reserve *reserve, uint64_t pages);

/* What is neither in the store nor in a device comes back. */
void huge_reserve_settle(struct huge_reserve *reserve);

/* Reserves pages for @fd at @off bytes, beyond its end too. Return: 0, -ENOMEM, -errno. */
int huge_take(int fd, uint64_t off, uint64_t pages);

/* The same for a device's file or the store, unless the hugetlbfs has them for it.
 * Return: 0 or -errno. */
int huge_reserve_in(const struct huge_reserve *reserve, int fd, uint64_t off, uint64_t pages);

/**
 * huge_freeze() - from now on no page is added to the device's file, by nobody
 * @start: bytes; what is data from there on is known afterwards
 *
 * An access to a page that the file does not have is SIGBUS, until huge_thaw(). Other devices of
 * the region do not notice.
 *
 * Return: 0; -EOPNOTSUPP (no hugetlbfs); -EBUSY (a client has reserved pages, as those without the
 * preload library do, or pinned them); -errno.
 */
int huge_freeze(struct backing_dev *dev, uint64_t start);

/* Pages may be added again. Harmless if they may already. */
void huge_thaw(struct backing_dev *dev);

/* An fd for huge_append(), -1 if there is none to be had. */
int huge_uffd(void);

/* One page of @fd. @prot: also PROT_WRITE, which does not let the file grow. Return: as mmap(2). */
void *huge_map_page(int fd, uint64_t off, int prot);

/**
 * huge_append() - one more page of a device's file, with the bytes the store has at @store_off
 *
 * A page has been lent for it. Old mappings see it as soon as the file covers it, with its bytes;
 * zeros only in the microsecond described at backing_dev_up().
 *
 * Return: 0; -errno, and the file may be too long.
 */
int huge_append(struct backing_dev *dev, uint64_t store_off);
