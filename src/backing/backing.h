/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory behind regions and devices.
 *
 * Bytes belong to emulated physical addresses. While a device is up its bytes are in the device's
 * own file, whose offset 0 is page offset 0 of the device however many ranges it has; clients map
 * that file. While it is down they are in the region's store, a sparse file indexed by address.
 * Bringing a device down revokes every mapping: for each chunk, from the end backwards, pin
 * (vmsplice), truncate (the kernel zaps all page tables), copy. See docs/architecture.md.
 *
 * Not thread-safe: one caller at a time for one region, except backing_dev_fd().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/range.h"

enum backing_kind {
	BACKING_MEMFD,
	BACKING_HUGETLB, /* memfd of 2 MiB huge pages, reserved when the region is made */
	BACKING_FILE,	 /* the user's own file; its region has one device over all of it */
};

struct backing_region_config {
	enum backing_kind kind;
	const char *path;      /* BACKING_FILE: an existing regular file */
	struct dax_range span; /* emulated physical memory */
	int numa_node;	       /* placement through libnuma; -1 for none */
	int memfs_fd;	       /* directory of a tmpfs, lent, for BACKING_MEMFD whose devices are to
				* have names, so that /proc/PID/maps says /dev/daxX.Y; used where a
				* tmpfs for each device is not allowed; -1: memfd_create() */
};

struct backing_region;
struct backing_dev;

/* One sentence for the user when a region cannot be had. */
struct backing_error {
	char text[400];
};

/**
 * backing_region_new() - get the memory of a region
 * @error: set on failure: what is needed, what there is, how to get it
 *
 * Huge pages are reserved here, all of them, or nothing. A user's file must have the size of the
 * span; it is opened, not changed.
 *
 * Return: 0 or -errno; nothing is left behind on failure.
 */
int backing_region_new(struct backing_region **out, const struct backing_region_config *config,
		       struct backing_error *error);

/* All its devices are freed. A user's file is complete under its path afterwards. */
void backing_region_free(struct backing_region *region);

/* Bytes: 4096, or that of a huge page. */
uint64_t backing_region_page_size(const struct backing_region *region);

/**
 * backing_dev_new() - the (still empty) memory file of a device
 * @name: daxX.Y, for /proc/PID/maps
 */
int backing_dev_new(struct backing_dev **out, struct backing_region *region, const char *name);

/**
 * backing_dev_up() - give the file the bytes of these ranges
 * @ranges: emulated physical, in page offset order, not overlapping any other up device
 *
 * Old mappings of the file come back to life with the geometry of now. The bytes leave the store.
 * A page is complete before anybody sees it; only a huge page shows zeros to who touches it in the
 * microsecond in which it comes back, and keeps what he stores.
 *
 * Return: 0, -EBUSY (is up), -EINVAL (outside the region, parts of pages), -ESTALE (the user has
 * put another file in place of his own), -ENOMEM, -ENOSPC, -errno; on failure the device is down
 * and no byte is lost.
 */
int backing_dev_up(struct backing_dev *dev, const struct dax_range *ranges, size_t count);

/**
 * backing_dev_down() - revoke all mappings; the bytes go to the store
 *
 * A store made by a client before its page was zapped is kept, a later one gets SIGBUS. Costs what
 * copying the pages costs that there are, and up to 10 ms if there are many holes; a user's file
 * that no client has is left alone. The user's file is complete at every instant, also if the
 * process is killed; where there is no room for its copy, its mappings live on.
 */
void backing_dev_down(struct backing_dev *dev);

/**
 * backing_zero() - bytes that were lost are zero from now on, wherever they are
 * @dev:   the device that has all of the region, up or down; NULL for none
 * @range: emulated physical
 *
 * Mappings see it at once. Holes stay holes but for huge pages of a device that is up.
 *
 * Return: 0, -EINVAL (outside the region; @dev is up with another range), -errno (some are zero).
 */
int backing_zero(struct backing_region *region, const struct backing_dev *dev,
		 struct dax_range range);

/* The device is deleted: /proc/PID/maps says so of the mappings there are. */
void backing_dev_unname(struct backing_dev *dev);

/* The file is gone from every name; mappings that still exist stay dead. Brings it down first. */
void backing_dev_free(struct backing_dev *dev);

/**
 * backing_dev_fd() - the file to hand to a client
 * @writable: false gives an fd that is open read-only
 *
 * Return: an fd lent while the device is up; -ENXIO while it is down.
 */
int backing_dev_fd(struct backing_dev *dev, bool writable);

/* Bytes of the file: the device's size while up, 0 while down. */
uint64_t backing_dev_len(const struct backing_dev *dev);
