// SPDX-License-Identifier: BSD-3-Clause
/*
 * What libpmem2 asks of mmap on a device: mappings at fixed places of a reservation, two of the
 * same bytes, with the granularity that only MAP_SYNC gives, and those it must be refused. One line
 * each. Usage: probe_pmem2_maps DEVICE
 */
#include <errno.h>
#include <fcntl.h>
#include <libpmem2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define UNIT ((size_t)2 << 20) /* the device's alignment */

/* One unit at @offset of the device, or whatever the caller changes. */
static struct pmem2_config *new_config(size_t offset, enum pmem2_granularity granularity)
{
	struct pmem2_config *config;

	if (pmem2_config_new(&config))
		exit(1);
	pmem2_config_set_length(config, UNIT);
	pmem2_config_set_offset(config, offset);
	pmem2_config_set_required_store_granularity(config, granularity);
	return config;
}

static struct pmem2_source *source_of(const char *path, int flags)
{
	struct pmem2_source *source = NULL;

	pmem2_source_from_fd(&source, open(path, flags | O_CLOEXEC));
	return source;
}

/* Map, say what came of it, unmap. */
static void try_map(const char *what, struct pmem2_config *config,
		    const struct pmem2_source *source)
{
	struct pmem2_map *map = NULL;
	int r = pmem2_map_new(&map, config, source);

	printf("%s=%d\n", what, r);
	if (!r)
		pmem2_map_delete(&map);
	pmem2_config_delete(&config);
}

static void granularities(const struct pmem2_source *source)
{
	try_map("cache line", new_config(0, PMEM2_GRANULARITY_CACHE_LINE), source);
	try_map("byte", new_config(0, PMEM2_GRANULARITY_BYTE), source);
}

static void places(const struct pmem2_source *source)
{
	size_t size;

	pmem2_source_size(source, &size);
	try_map("last unit", new_config(size - UNIT, PMEM2_GRANULARITY_PAGE), source);
	try_map("behind the end", new_config(size, PMEM2_GRANULARITY_PAGE), source);
	try_map("offset 4096", new_config(4096, PMEM2_GRANULARITY_PAGE), source);
}

static void access_modes(const char *path)
{
	struct pmem2_source *source = source_of(path, O_RDONLY);
	struct pmem2_config *config = new_config(0, PMEM2_GRANULARITY_PAGE);

	try_map("read-only file, to write", new_config(0, PMEM2_GRANULARITY_PAGE), source);
	pmem2_config_set_protection(config, PMEM2_PROT_READ);
	try_map("read-only file, to read", config, source);
	pmem2_source_delete(&source);
	printf("write-only file is a source=%d\n", source_of(path, O_WRONLY) != NULL);
}

/* Two mappings of the first unit, side by side in a reservation. */
static void reservation(const struct pmem2_source *source)
{
	struct pmem2_vm_reservation *space;
	struct pmem2_map *maps[2];
	char *start, *p[2];

	printf("reservation=%d\n", pmem2_vm_reservation_new(&space, NULL, 2 * UNIT));
	start = pmem2_vm_reservation_get_address(space);
	for (size_t i = 0; i < 2; i++) {
		struct pmem2_config *config = new_config(0, PMEM2_GRANULARITY_CACHE_LINE);

		pmem2_config_set_vm_reservation(config, space, i * UNIT);
		printf("map in it=%d\n", pmem2_map_new(&maps[i], config, source));
		p[i] = pmem2_map_get_address(maps[i]);
		printf("at its place=%d\n", p[i] == start + i * UNIT);
		try_map("occupied", config, source);
	}
	strcpy(p[0] + 4096, "alias");
	printf("the second shows=%s\n", p[1] + 4096);
	errno = 0;
	printf("MS_SYNC=%d", msync(p[0], 4096, MS_SYNC));
	printf(" %s\n", strerrorname_np(errno));
	printf("MS_ASYNC=%d\n", msync(p[0], 4096, MS_ASYNC));
	printf("delete in use=%d\n", pmem2_vm_reservation_delete(&space));
	printf("unmap=%d %d\n", pmem2_map_delete(&maps[0]), pmem2_map_delete(&maps[1]));
	printf("delete=%d\n", pmem2_vm_reservation_delete(&space));
}

int main(int argc, char **argv)
{
	struct pmem2_source *source;

	if (argc != 2)
		return 2;
	source = source_of(argv[1], O_RDWR);
	if (!source) {
		printf("source: %s\n", pmem2_errormsg());
		return 1;
	}
	granularities(source);
	places(source);
	access_modes(argv[1]);
	reservation(source);
	pmem2_source_delete(&source);
	return 0;
}
