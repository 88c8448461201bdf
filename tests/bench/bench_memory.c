// SPDX-License-Identifier: BSD-3-Clause
/*
 * A mapping of a device-dax file beside one of a plain memory file, measured in turns in one
 * process: bandwidth, latency of dependent reads, cost of mmap and munmap. Usage: bench_memory
 * DEVICE Prints rows for tools/bench: name, device, plain file, unit; tab separated.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MIB    (1UL << 20)
#define SPAN   (128 * MIB) /* mapped by every measurement */
#define ROUNDS 5	   /* the best of which counts */
#define STEPS  (1UL << 20) /* of a chase */
#define PAIRS  2000	   /* of mmap and munmap */

static int files[2]; /* the device, the plain file */
static char *maps[2];
static char *buffer;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "bench_memory: %s: %s\n", what, strerror(errno));
	exit(1);
}

static char *map(int fd)
{
	char *p = mmap(NULL, SPAN, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

/* GB/s */
static double store_rate(int which)
{
	double start = now();

	memcpy(maps[which], buffer, SPAN);
	return SPAN / 1e9 / (now() - start);
}

static double load_rate(int which)
{
	double start = now();

	memcpy(buffer, maps[which], SPAN);
	return SPAN / 1e9 / (now() - start);
}

/* One pointer per cache line, a single cycle through all of them in random order (Sattolo). */
static void plant_chase(char *memory)
{
	const size_t lines = SPAN / 64;
	uint32_t *order = malloc(lines * sizeof(*order));
	uint64_t seed = 88172645463325252ULL;

	if (!order)
		die("malloc");
	for (size_t i = 0; i < lines; i++)
		order[i] = (uint32_t)i;
	for (size_t i = lines - 1; i > 0; i--) {
		size_t j;
		uint32_t swap = order[i];

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		j = seed % i;
		order[i] = order[j];
		order[j] = swap;
	}
	for (size_t i = 0; i < lines; i++)
		*(uint64_t *)(void *)(memory + i * 64) = (uint64_t)order[i] * 64;
	free(order);
}

/* ns for one dependent read */
static double chase(int which)
{
	double start = now();
	volatile uint64_t at = 0;

	for (size_t i = 0; i < STEPS; i++)
		at = *(volatile uint64_t *)(void *)(maps[which] + at);
	return (now() - start) * 1e9 / STEPS;
}

/* us for one mmap and munmap */
static double map_pair(int which)
{
	double start = now();

	for (int i = 0; i < PAIRS; i++)
		munmap(map(files[which]), SPAN);
	return (now() - start) * 1e6 / PAIRS;
}

static void row(const char *name, const char *unit, double (*measure)(int), int more_is_better)
{
	double best[2] = { 0, 0 };

	for (int i = 0; i < ROUNDS; i++)
		for (int which = 0; which < 2; which++) {
			double value = measure(which);

			if (best[which] == 0 || (value > best[which]) == more_is_better)
				best[which] = value;
		}
	printf("%s\t%.3f\t%.3f\t%s\n", name, best[0], best[1], unit);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	files[0] = open(argv[1], O_RDWR | O_CLOEXEC);
	if (files[0] < 0)
		die(argv[1]);
	files[1] = memfd_create("plain", MFD_CLOEXEC);
	if (files[1] < 0 || ftruncate(files[1], SPAN) < 0)
		die("memfd_create");
	buffer = malloc(SPAN);
	if (!buffer)
		die("malloc");
	memset(buffer, 1, SPAN);
	for (int i = 0; i < 2; i++) {
		maps[i] = map(files[i]);
		plant_chase(maps[i]);
	}

	row("mapped memory, random read", "ns", chase, 0);
	row("mapped memory, copy into", "GB/s", store_rate, 1);
	row("mapped memory, copy out of", "GB/s", load_rate, 1);
	row("mmap and munmap", "us", map_pair, 0);
	return 0;
}
