/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the kernel says is mapped at an address: read before a call is refused, because the table
 * of vma.h is only a hint. Reads /proc/thread-self/maps with plain system calls.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line of /proc/PID/maps. */
struct maps_line {
	uint64_t start, end, off;
	int prot;
	bool shared;
};

/* Parser state: feed it text in pieces of any size. Zero-initialised at the start. */
struct maps_scan {
	struct maps_line line;
	uint64_t number;
	unsigned field;
	unsigned column; /* within the permissions */
};

/**
 * maps_feed() - look for the line that covers an address
 *
 * Return: whether it was found; it is in scan->line then.
 */
bool maps_feed(struct maps_scan *scan, const char *text, size_t len, uint64_t addr);

enum maps_answer { MAPS_NO, MAPS_YES, MAPS_UNKNOWN /* no /proc */ };

/* The mapping at @addr. */
enum maps_answer maps_find(uint64_t addr, struct maps_line *out);
