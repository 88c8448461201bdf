// SPDX-License-Identifier: BSD-3-Clause
/*
 * memkind over a mapping of a device: memkind_create_fixed() takes the memory it is given and
 * allocates from it; memkind_create_pmem() wants a directory and must refuse a device file.
 * Usage: probe_memkind_fixed DEVICE DIRECTORY
 */
#include <errno.h>
#include <fcntl.h>
#include <memkind.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define MIB ((size_t)1 << 20)

/* An allocation that grows takes its bytes along. */
static void use_kind(memkind_t kind, const char *start, size_t len)
{
	char *p = memkind_malloc(kind, 10 * MIB), *q;

	printf("malloc in range=%d\n", p >= start && p < start + len);
	memset(p, 2, 10 * MIB);
	q = memkind_realloc(kind, p, 20 * MIB);
	printf("realloc=%d\n", q && q[10 * MIB - 1] == 2);
	memkind_free(kind, q ? q : p);
	printf("destroy=%d\n", memkind_destroy_kind(kind));
}

static bool over_device(const char *path)
{
	size_t len = 64 * MIB;
	int fd = open(path, O_RDWR | O_CLOEXEC), r;
	memkind_t kind;
	char *p;

	p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	printf("mmap=%s\n", p == MAP_FAILED ? strerror(errno) : "ok");
	if (p == MAP_FAILED)
		return false;
	r = memkind_create_fixed(p, len, &kind);
	printf("create_fixed=%d\n", r);
	if (r)
		return false;
	use_kind(kind, p, len);
	return true;
}

static void over_directory(const char *path)
{
	memkind_t kind;
	int r = memkind_create_pmem(path, 32 * MIB, &kind);
	void *p;

	printf("create_pmem=%d\n", r);
	if (r)
		return;
	p = memkind_malloc(kind, MIB);
	if (p)
		memset(p, 1, MIB);
	memkind_free(kind, p);
	memkind_destroy_kind(kind);
}

int main(int argc, char **argv)
{
	memkind_t kind;

	if (argc != 3 || !over_device(argv[1]))
		return 1;
	over_directory(argv[2]);
	printf("create_pmem(devdax)=%d\n", memkind_create_pmem(argv[1], 32 * MIB, &kind));
	return 0;
}
