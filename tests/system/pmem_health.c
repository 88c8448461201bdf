// SPDX-License-Identifier: BSD-3-Clause
/*
 * A program of PMDK's users that cares for the health of its memory: finds bad blocks, clears them,
 * flushes as deep as the platform can. It knows nothing of daxemu.
 *
 *   pmem_health list DEVICE        OFFSET+LENGTH of each bad block
 *   pmem_health clear DEVICE       the same, and clears each
 *   pmem_health flush DEVICE       what pmem2_deep_flush() and pmem_deep_persist() answer
 *   pmem_health mapped DEVICE OFF  touch, clear all, touch again, through a mapping that was there
 *                                  before and through a new one
 *   pmem_health fill FILE          every byte is 'x'
 *   pmem_health zeros FILE         OFFSET+LENGTH of each run of zeros
 */
#include <errno.h>
#include <fcntl.h>
#include <libpmem.h>
#include <libpmem2.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct pmem2_source *source;
static const char *device;
static sigjmp_buf escape;

static void on_bus_error(int sig)
{
	siglongjmp(escape, sig);
}

static int fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, pmem2_errormsg());
	return 1;
}

/* Return: 0, or 1 with a message. */
static int walk(bool clear, bool print)
{
	struct pmem2_badblock_context *context;
	struct pmem2_badblock bad;
	int r = pmem2_badblock_context_new(&context, source);

	if (r)
		return fail("pmem2_badblock_context_new");
	while (!(r = pmem2_badblock_next(context, &bad))) {
		if (print)
			printf("%zu+%zu\n", bad.offset, bad.length);
		if (clear && pmem2_badblock_clear(context, &bad))
			return fail("pmem2_badblock_clear");
	}
	pmem2_badblock_context_delete(&context);
	return r == PMEM2_E_NO_BAD_BLOCK_FOUND ? 0 : fail("pmem2_badblock_next");
}

static struct pmem2_map *map(void)
{
	struct pmem2_config *config;
	struct pmem2_map *map;

	if (pmem2_config_new(&config) ||
	    pmem2_config_set_required_store_granularity(config, PMEM2_GRANULARITY_PAGE) ||
	    pmem2_map_new(&map, config, source))
		exit(fail("pmem2_map_new"));
	pmem2_config_delete(&config);
	return map;
}

static int do_flush(void)
{
	struct pmem2_map *m = map();
	char *base = pmem2_map_get_address(m);
	int r = pmem2_deep_flush(m, base, 4096);
	size_t len;

	printf("pmem2_deep_flush: %s\n", r ? strerror(r < 0 ? errno : r) : "ok");
	pmem2_map_delete(&m);
	base = pmem_map_file(device, 0, 0, 0, &len, NULL);
	if (!base)
		return 1;
	printf("pmem_deep_persist: %s\n", pmem_deep_persist(base, 4096) ? strerror(errno) : "ok");
	pmem_unmap(base, len);
	return 0;
}

static const char *touch(const struct pmem2_map *m, size_t off)
{
	volatile char *base = pmem2_map_get_address((struct pmem2_map *)m);

	if (sigsetjmp(escape, 1))
		return "SIGBUS";
	base[off]++;
	return "ok";
}

static int do_mapped(size_t off)
{
	struct pmem2_map *m = map();

	signal(SIGBUS, on_bus_error);
	printf("bad: %s\n", touch(m, off));
	if (walk(true, false))
		return 1;
	printf("cleared: %s\n", touch(m, off));
	pmem2_map_delete(&m);
	m = map();
	printf("mapped again: %s\n", touch(m, off));
	pmem2_map_delete(&m);
	return 0;
}

static int do_fill(void)
{
	struct pmem2_map *m = map();

	memset(pmem2_map_get_address(m), 'x', pmem2_map_get_size(m));
	pmem2_map_delete(&m);
	return 0;
}

static int do_zeros(void)
{
	struct pmem2_map *m = map();
	const char *base = pmem2_map_get_address(m);
	size_t size = pmem2_map_get_size(m), start = 0;

	for (size_t at = 0; at <= size; at++) {
		if (at < size && !base[at])
			continue;
		if (at > start)
			printf("%zu+%zu\n", start, at - start);
		start = at + 1;
	}
	pmem2_map_delete(&m);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";
	int fd = argc > 2 ? open(argv[2], O_RDWR | O_CLOEXEC) : -1;

	if (fd < 0 || pmem2_source_from_fd(&source, fd)) {
		perror(argc > 2 ? argv[2] : "usage");
		return 1;
	}
	device = argv[2];
	if (!strcmp(verb, "flush"))
		return do_flush();
	if (!strcmp(verb, "fill"))
		return do_fill();
	if (!strcmp(verb, "zeros"))
		return do_zeros();
	if (!strcmp(verb, "mapped") && argc > 3)
		return do_mapped(strtoul(argv[3], NULL, 0));
	return walk(!strcmp(verb, "clear"), true);
}
