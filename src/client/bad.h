/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bad pages of a mapping. An access to one is to be SIGBUS in the midst of pages that are good:
 * over each lies an empty file, at the offset that the memory has there. So for munmap(2),
 * mprotect(2) and who compares addresses with offsets (split.h) it is one mapping; only mremap(2),
 * which knows files, has to take it in pieces (remap.c).
 */
#pragma once

#include "client/map_plan.h"

/**
 * bad_lay() - take the list from the daemon, and the bad pages out of a mapping
 * @sock: lent; where ask_map() said that the list follows
 * @addr: where @plan was placed
 *
 * Return: 0, or -errno of what was missing; the mapping is in part without its bad pages then.
 */
int bad_lay(int sock, const struct map_plan *plan, uint64_t addr,
	    const struct daxemu_msg_map_reply *grant);

/**
 * bad_check() - is that a part of the list? Pure.
 * @len:  bytes received
 * @left: ranges that are still to come
 *
 * Return: how many ranges it has, -EPROTO.
 */
int bad_check(const struct daxemu_msg_bad *msg, long len, uint32_t serial, uint32_t left);

/* The part of @bad that a plan maps. Return: whether there is one. Pure. */
bool bad_clip(const struct map_plan *plan, struct daxemu_bad *bad);
