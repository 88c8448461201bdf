/* SPDX-License-Identifier: BSD-3-Clause */
/* Which pages of a mapping are bad, and the messages that say so. Pure. */
#pragma once

#include "core/model.h"
#include "daxemu/proto.h"

/* Walks the bad pages of what was asked for. */
struct bad_walk {
	const struct dax_dev *dev;
	uint64_t at, end; /* bytes into the device */
	uint64_t page;	  /* of its memory, bytes */
};

struct bad_walk bad_walk_start(const struct dax_dev *dev, const struct daxemu_msg_map *request,
			       uint64_t page);

/* How many ranges a walk has before it: at most DAX_BAD_MAX. */
uint32_t bad_count(struct bad_walk walk);

/* The next part of the list, for the request of that serial. Return: whether there is one. */
bool bad_message(struct bad_walk *walk, uint32_t serial, struct daxemu_msg_bad *out);
