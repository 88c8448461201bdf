/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What of a device's file is revoked at a time: a piece at its end, with no more data than can be
 * pinned, and what is data in it.
 */
#pragma once

#include "backing/internal.h"

/* The end of a device's file that goes next. */
struct window {
	uint64_t start; /* bytes into the file; it ends where the file ends */
	uint64_t len;
	struct extent *data; /* what is to be saved, offsets into the file */
	size_t nr;
	uint64_t resident; /* bytes, the sum of these */
	bool holes;	   /* some of these are */
};

/* Places it at the end of the file: at most @len bytes, but for what must be cut at once. */
void window_place(struct window *w, const struct backing_dev *dev, uint64_t len);

/* Finds the data, and halves the window until they can be pinned. */
void window_fit(struct window *w, const struct backing_dev *dev);

/*
 * Makes sure that the extents of the window are all there will be. Where only the file's own pages
 * can be pinned a hole has nothing to hold: the file is frozen if that can be done at all.
 */
void window_settle(struct window *w, struct backing_dev *dev);

/*
 * Where the first bytes of [off, off + len) of the file belong in the store. Return: how many, as
 * far as the range of the device goes.
 */
uint64_t window_store_piece(const struct backing_dev *dev, uint64_t off, uint64_t len,
			    uint64_t *store_off);
