// SPDX-License-Identifier: BSD-3-Clause
/*
 * libpmem2 on a device: what it finds out about it, then a mapping of all of it, and two that it
 * refuses. One line each: the result, and the value or the message. Usage: probe_libpmem2 DEVICE
 */
#include <fcntl.h>
#include <libpmem2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define UNIT ((uintptr_t)2 << 20) /* the device's alignment */

static const char *message(int r)
{
	return r ? pmem2_errormsg() : "";
}

static void print_source(const struct pmem2_source *source)
{
	size_t alignment, size;
	uint64_t shutdowns;
	int node, r;

	r = pmem2_source_alignment(source, &alignment);
	printf("alignment=%d %zu\n", r, alignment);
	r = pmem2_source_size(source, &size);
	printf("size=%d %zu\n", r, size);
	r = pmem2_source_device_usc(source, &shutdowns);
	printf("usc=%d %s\n", r, message(r));
	r = pmem2_source_numa_node(source, &node);
	printf("numa_node=%d %d %s\n", r, node, message(r));
}

static void print_bad_blocks(const struct pmem2_source *source)
{
	struct pmem2_badblock_context *context;
	struct pmem2_badblock block;
	int r = pmem2_badblock_context_new(&context, source);

	printf("bb_ctx=%d %s\n", r, message(r));
	if (r)
		return;
	printf("bb_next=%d\n", pmem2_badblock_next(context, &block));
	pmem2_badblock_context_delete(&context);
}

static void map_all(const struct pmem2_config *config, const struct pmem2_source *source)
{
	struct pmem2_map *map;
	char *p;
	int r = pmem2_map_new(&map, config, source);

	printf("map_new=%d %s\n", r, message(r));
	if (r)
		return;
	p = pmem2_map_get_address(map);
	printf("len=%zu gran=%d addr%%2M=%zx\n", pmem2_map_get_size(map),
	       pmem2_map_get_store_granularity(map), (uintptr_t)p % UNIT);
	strcpy(p, "pmem2");
	pmem2_get_persist_fn(map)(p, 6);
	r = pmem2_deep_flush(map, p, 4096);
	printf("deep_flush=%d %s\n", r, message(r));
	printf("map_delete=%d\n", pmem2_map_delete(&map));
}

static void map_refused(const char *what, const struct pmem2_config *config,
			const struct pmem2_source *source)
{
	struct pmem2_map *map;
	int r = pmem2_map_new(&map, config, source);

	printf("%s map_new=%d %s\n", what, r, message(r));
}

int main(int argc, char **argv)
{
	struct pmem2_source *source;
	struct pmem2_config *config;
	int r;

	if (argc != 2)
		return 2;
	setvbuf(stdout, NULL, _IONBF, 0); /* all is said before a crash */
	r = pmem2_source_from_fd(&source, open(argv[1], O_RDWR | O_CLOEXEC));
	printf("source_from_fd=%d %s\n", r, message(r));
	if (r || pmem2_config_new(&config))
		return 1;
	print_source(source);
	print_bad_blocks(source);
	pmem2_config_set_required_store_granularity(config, PMEM2_GRANULARITY_PAGE);
	map_all(config, source);
	pmem2_config_set_length(config, 4096);
	map_refused("len4096", config, source);
	pmem2_config_set_length(config, UNIT);
	pmem2_config_set_sharing(config, PMEM2_PRIVATE);
	map_refused("private", config, source);
	return 0;
}
