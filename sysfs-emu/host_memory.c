/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading the host's memory blocks, and cutting them anew. */
#include "sysfs-emu/host_memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/util.h"
#include "core/array.h"
#include "sysfs-emu/names.h"
#include "sysfs-emu/nodelist.h"
#include "sysfs-emu/tree.h"

#define MEMORY "devices/system/memory"

static uint64_t real_block_size(const struct sysfs_tree *tree)
{
	char text[32] = "";
	uint64_t size;

	sysfs_real_text(tree, MEMORY "/block_size_bytes", text, sizeof(text));
	return parse_u64(text, 16, &size) < 0 ? 0 : size;
}

/* Calls @found for each memoryN in a directory. Return: 0, what @found returned. */
static int each_block(const struct sysfs_tree *tree, const char *path,
		      int (*found)(void *user, uint64_t index), void *user)
{
	int fd = openat(tree->real_sys, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	uint64_t index;
	int r = 0;

	if (!dir && fd >= 0)
		close(fd);
	while (dir && r == 0 && (entry = readdir(dir))) {
		if (names_parse_number(entry->d_name, "memory", &index) == 0)
			r = found(user, index);
	}
	if (dir)
		closedir(dir);
	return r;
}

/* --- cutting ------------------------------------------------------------------------------ */

struct reals {
	uint64_t *at;
	size_t nr;
};

static int add_real(void *user, uint64_t index)
{
	struct reals *reals = user;
	uint64_t *at = array_open(reals->at, reals->nr, sizeof(*at), reals->nr, 1);

	if (!at)
		return -ENOMEM;
	reals->at = at;
	at[reals->nr++] = index;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int add_block(struct host_memory *host, uint64_t index, uint64_t real)
{
	size_t nr = host->nr;
	struct host_block *blocks;

	if (nr && host->blocks[nr - 1].index >= index)
		return 0;
	blocks = array_open(host->blocks, nr, sizeof(*blocks), nr, 1);
	if (!blocks)
		return -ENOMEM;
	host->blocks = blocks;
	blocks[nr] = (struct host_block){ .index = index, .real = real, .node = -1 };
	host->nr++;
	return 0;
}

/* All blocks of @size that touch the host's block @real of @real_size. */
static int cut(struct host_memory *host, uint64_t real, uint64_t real_size, uint64_t size)
{
	struct dax_range range = { .len = real_size };
	int r = 0;

	if (__builtin_mul_overflow(real, range.len, &range.start) ||
	    range.start + range.len < range.start)
		return 0;
	for (uint64_t i = range.start / size; r == 0 && i <= dax_range_last(range) / size; i++)
		r = add_block(host, i, real);
	return r;
}

/* --- nodes -------------------------------------------------------------------------------- */

struct in_node {
	struct host_memory *host;
	int node;
};

static int set_node(void *user, uint64_t real)
{
	const struct in_node *in = user;

	for (size_t i = 0; i < in->host->nr; i++) {
		if (in->host->blocks[i].real == real)
			in->host->blocks[i].node = in->node;
	}
	return 0;
}

static void set_nodes(const struct sysfs_tree *tree, struct host_memory *host)
{
	for (int node = 0; node < 64; node++) {
		struct in_node in = { host, node };
		char path[64];

		snprintf(path, sizeof(path), "devices/system/node/node%d", node);
		if (dax_node_is_real(tree->model, node))
			each_block(tree, path, set_node, &in);
	}
}

int host_memory_read(struct sysfs_tree *tree)
{
	uint64_t size = tree->model->config.memblock_size;
	uint64_t real_size = real_block_size(tree);
	struct host_memory host = { 0 };
	struct reals reals = { 0 };
	int r = 0;

	if (real_size && real_size != size)
		r = each_block(tree, MEMORY, add_real, &reals);
	if (reals.nr)
		qsort(reals.at, reals.nr, sizeof(*reals.at), compare);
	for (size_t i = 0; r == 0 && i < reals.nr; i++)
		r = cut(&host, reals.at[i], real_size, size);
	free(reals.at);
	set_nodes(tree, &host);
	tree->host = host;
	return r;
}

void host_memory_free(struct host_memory *host)
{
	free(host->blocks);
}

const struct host_block *host_block_find(const struct host_memory *host, uint64_t index)
{
	size_t i = ARRAY_POSITION(host->blocks, host->nr, index, index);

	return i < host->nr && host->blocks[i].index == index ? &host->blocks[i] : NULL;
}
