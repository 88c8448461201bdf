// SPDX-License-Identifier: BSD-3-Clause
/*
 * libpmemobj on a device: creates a pool, keeps a string in its root, allocates, closes, checks and
 * opens it again. Usage: probe_libpmemobj DEVICE
 */
#include <libpmemobj.h>
#include <stdio.h>
#include <string.h>

#define LAYOUT "lay"

static int failed(const char *what)
{
	printf("%s: %s\n", what, pmemobj_errormsg());
	return 1;
}

static char *root_of(PMEMobjpool *pool)
{
	return pmemobj_direct(pmemobj_root(pool, 4096));
}

int main(int argc, char **argv)
{
	PMEMobjpool *pool;
	PMEMoid object;

	if (argc != 2)
		return 2;
	pool = pmemobj_create(argv[1], LAYOUT, 0, 0666);
	if (!pool)
		return failed("create");
	strcpy(root_of(pool), "persisted");
	pmemobj_persist(pool, root_of(pool), 16);
	printf("alloc=%d\n", pmemobj_alloc(pool, &object, 1 << 20, 1, NULL, NULL));
	pmemobj_close(pool);

	printf("check=%d\n", pmemobj_check(argv[1], LAYOUT));
	pool = pmemobj_open(argv[1], LAYOUT);
	if (!pool)
		return failed("open");
	printf("reopen root=%s\n", root_of(pool));
	pmemobj_close(pool);
	return 0;
}
