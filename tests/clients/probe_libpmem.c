// SPDX-License-Identifier: BSD-3-Clause
/*
 * libpmem on a device: maps all of it, persists, asks for what msync(2) refuses, unmaps.
 * Usage: probe_libpmem DEVICE
 */
#include <errno.h>
#include <libpmem.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define UNIT ((uintptr_t)2 << 20) /* the device's alignment */

int main(int argc, char **argv)
{
	size_t len;
	int is_pmem, r;
	char *p;

	if (argc != 2)
		return 2;
	p = pmem_map_file(argv[1], 0, 0, 0, &len, &is_pmem);
	if (!p) {
		printf("pmem_map_file: %s\n", pmem_errormsg());
		return 1;
	}
	/* The address within a unit. */
	printf("mapped %p len=%zu is_pmem=%d\n", (void *)((uintptr_t)p % UNIT), len, is_pmem);
	memset(p, 0x5a, 4096);
	pmem_persist(p, 4096);
	pmem_memcpy_persist(p + 8192, "hello", 6);
	printf("deep_persist=%d\n", pmem_deep_persist(p, 4096));
	r = pmem_msync(p, 4096);
	printf("msync=%d errno=%s\n", r, r ? strerror(errno) : "-");
	printf("auto_flush=%d\n", pmem_has_auto_flush());
	printf("unmap=%d\n", pmem_unmap(p, len));
	return 0;
}
