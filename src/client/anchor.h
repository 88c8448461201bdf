/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What keeps a device file open as long as it is mapped. The kernel's mapping of a device holds its
 * open file, and with it flock(2), after the last close(2); ours is of memory. So each mapping has
 * an anchor beside it: a page of the device file's twin that nobody can touch.
 *
 * Lock-free and without allocation but mmap(2). There are 255 of them; a mapping beyond, or of a
 * CUSE device, which cannot be mapped at all, goes without.
 */
#pragma once

#include <stdint.h>

enum { ANCHOR_NONE = 0, ANCHOR_MAX = 255 };

/* An anchor of the open file @fd, with one reference. Return: its number, or ANCHOR_NONE. */
uint8_t anchor_new(int fd);

/* One more reference. Return: @anchor, or ANCHOR_NONE if it has just gone. */
uint8_t anchor_get(uint8_t anchor);

/* One less; with the last it goes. */
void anchor_put(uint8_t anchor);
