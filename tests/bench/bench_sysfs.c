// SPDX-License-Identifier: BSD-3-Clause
/*
 * What one open-read-close and one stat of a small file cost. Usage: bench_sysfs PATH; prints the
 * two in microseconds. tools/bench runs it inside and outside `daxemu run`.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CALLS  1000
#define ROUNDS 7 /* the best of which counts */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

static int read_once(const char *path)
{
	char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : 0;
}

static int stat_once(const char *path)
{
	struct stat st;

	return stat(path, &st);
}

/* us for one call, or -1 */
static double measure(int (*call)(const char *), const char *path)
{
	double best = -1;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now(), spent;

		for (int i = 0; i < CALLS; i++)
			if (call(path) < 0)
				return -1;
		spent = (now() - start) * 1e6 / CALLS;
		if (best < 0 || spent < best)
			best = spent;
	}
	return best;
}

int main(int argc, char **argv)
{
	double reading, statting;

	if (argc != 2)
		return 2;
	reading = measure(read_once, argv[1]);
	statting = measure(stat_once, argv[1]);
	if (reading < 0 || statting < 0) {
		fprintf(stderr, "bench_sysfs: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	printf("%.3f %.3f\n", reading, statting);
	return 0;
}
