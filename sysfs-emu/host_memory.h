/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The host's own memory blocks. block_size_bytes is one number for all of them, and it is ours:
 * where the host's blocks have another size, its memory is shown as a kernel with our size would
 * cut it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sysfs_tree;

struct host_block {
	uint64_t index; /* physical address / our block size */
	uint64_t real; /* index of the host's block that it lies in, or the first that lies in it */
	int node;      /* -1: the host says none */
};

/* Empty if there are none, or if they are as large as ours: then they are passed through. */
struct host_memory {
	struct host_block *blocks; /* by index */
	size_t nr;
};

/* Reads tree->real_sys into tree->host. Return: 0, -ENOMEM. */
int host_memory_read(struct sysfs_tree *tree);
void host_memory_free(struct host_memory *host);

/* NULL if there is none of that index. */
const struct host_block *host_block_find(const struct host_memory *host, uint64_t index);
