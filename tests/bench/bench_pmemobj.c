// SPDX-License-Identifier: BSD-3-Clause
/*
 * What pmemobj_create() and pmemobj_open() cost. Usage: bench_pmemobj PATH BYTES: a file that does
 * not exist and is made and removed, or with 0 bytes a device, whose first page is overwritten.
 * Prints the two in milliseconds.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <libpmemobj.h>

#define ROUNDS 9 /* the median of which counts */
#define UNIT   (2UL << 20)

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void die(const char *path)
{
	fprintf(stderr, "bench_pmemobj: %s: %s\n", path, pmemobj_errormsg());
	exit(1);
}

/* Only where no pool was may one be made. */
static void wipe(const char *path, size_t size)
{
	int fd;
	void *p;

	if (size) {
		unlink(path);
		return;
	}
	fd = open(path, O_RDWR | O_CLOEXEC);
	p = mmap(NULL, UNIT, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED) {
		perror(path);
		exit(1);
	}
	memset(p, 0, 4096);
	munmap(p, UNIT);
	close(fd);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *ms)
{
	qsort(ms, ROUNDS, sizeof(*ms), compare);
	return ms[ROUNDS / 2];
}

int main(int argc, char **argv)
{
	double create[ROUNDS], reopen[ROUNDS];
	const char *path = argv[1];
	size_t size;

	if (argc != 3)
		return 2;
	size = strtoul(argv[2], NULL, 0);
	for (int i = 0; i < ROUNDS; i++) {
		PMEMobjpool *pool;

		wipe(path, size);
		create[i] = now_ms();
		pool = pmemobj_create(path, "bench", size, 0600);
		create[i] = now_ms() - create[i];
		if (!pool)
			die(path);
		pmemobj_close(pool);
		reopen[i] = now_ms();
		pool = pmemobj_open(path, "bench");
		reopen[i] = now_ms() - reopen[i];
		if (!pool)
			die(path);
		pmemobj_close(pool);
	}
	wipe(path, size);
	printf("%.3f %.3f\n", median(create), median(reopen));
	return 0;
}
