/* SPDX-License-Identifier: BSD-3-Clause */
/* The order of names in a sysfs directory: the kernel keeps them in a tree by hash. */
#include "sysfs-emu/order.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

/* Source: Linux include/linux/hash.h. */
#define GOLDEN_RATIO_64 UINT64_C(0x61C8864680B583EB)

/* Source: Linux include/linux/stringhash.h; kernfs keeps three numbers for itself. */
static uint32_t name_hash(const char *name)
{
	uint64_t hash = 0;
	uint32_t folded;

	for (; *name; name++) {
		uint64_t c = (unsigned char)*name;

		hash = (hash + (c << 4) + (c >> 4)) * 11;
	}
	folded = (uint32_t)(hash * GOLDEN_RATIO_64 >> 32) & INT_MAX;
	if (folded < 2)
		folded += 2;
	return folded == INT_MAX ? INT_MAX - 1 : folded;
}

int sysfs_name_compare(const char *a, const char *b)
{
	uint32_t left = name_hash(a), right = name_hash(b);

	if (left != right)
		return left < right ? -1 : 1;
	return strcmp(a, b);
}
