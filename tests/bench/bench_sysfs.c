// SPDX-License-Identifier: BSD-3-Clause
/*
 * What calls on small files cost below /sys of a run, beside the like below the real /sys, measured
 * in turns in one process. Usage: bench_sysfs FD; a directory open since before the run, the real
 * /sys. Prints rows for tools/bench: name, ours, raw, unit; tab separated.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CALLS  500
#define ROUNDS 15 /* the median of which counts */

/* All return 0, or -1 with errno. */
static int read_file(int sys, const char *path)
{
	char text[4096];
	int fd = openat(sys, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : 0;
}

static int stat_file(int sys, const char *path)
{
	struct stat st;

	return fstatat(sys, path, &st, 0);
}

static int miss_file(int sys, const char *path)
{
	struct stat st;

	return fstatat(sys, path, &st, 0) < 0 && errno == ENOENT ? 0 : -1;
}

static int read_link(int sys, const char *path)
{
	char text[PATH_MAX];

	return readlinkat(sys, path, text, sizeof(text)) < 0 ? -1 : 0;
}

static int list_dir(int sys, const char *path)
{
	int fd = openat(sys, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fdopendir(fd);

	if (!dir)
		return -1;
	errno = 0;
	while (readdir(dir))
		;
	return closedir(dir) < 0 || errno ? -1 : 0;
}

#define DEV "devices/platform/hmem.0/dax0.0"
#define CPU "devices/system/cpu"

static const struct row {
	const char *name;
	int (*call)(int sys, const char *path);
	const char *ours, *raw;
	int clients; /* at once; 0: this process */
} rows[] = {
	{ "open-read-close of ours", read_file, DEV "/size", CPU "/online" },
	{ "stat of ours", stat_file, DEV "/size", CPU "/online" },
	{ "failing lookup of ours", miss_file, DEV "/missing", CPU "/missing" },
	{ "readlink of ours", read_link, "bus/dax/devices/dax0.0", "bus/cpu/devices/cpu0" },
	{ "list of ours", list_dir, DEV, CPU "/cpu0" },
	{ "open-read-close passed through", read_file, CPU "/online", CPU "/online" },
	{ "open-read-close of ours by 4 programs", read_file, DEV "/size", CPU "/online", 4 },
	{ "open-read-close passed through by 4", read_file, CPU "/online", CPU "/online", 4 },
	{ "stat passed through", stat_file, CPU "/online", CPU "/online" },
	{ "failing lookup passed through", miss_file, CPU "/missing", CPU "/missing" },
	{ "readlink passed through", read_link, "bus/cpu/devices/cpu0", "bus/cpu/devices/cpu0" },
	{ "list passed through", list_dir, CPU "/cpu0", CPU "/cpu0" },
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

static void call_often(const struct row *row, int sys, const char *path)
{
	for (int i = 0; i < CALLS; i++)
		if (row->call(sys, path) < 0) {
			fprintf(stderr, "bench_sysfs: %s: %s\n", path, strerror(errno));
			exit(1);
		}
}

/* Each calls as often as one alone would. */
static void call_at_once(const struct row *row, int sys, const char *path)
{
	for (int i = 0; i < row->clients; i++) {
		if (fork() == 0) {
			call_often(row, sys, path);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
}

/* us for one call; of many at once, the time of all by the number of all */
static double measure(const struct row *row, int sys, const char *path)
{
	double start = now();

	if (!row->clients) {
		call_often(row, sys, path);
		return (now() - start) * 1e6 / CALLS;
	}
	call_at_once(row, sys, path);
	return (now() - start) * 1e6 / CALLS / row->clients;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *us)
{
	qsort(us, ROUNDS, sizeof(*us), compare);
	return us[ROUNDS / 2];
}

static void print_row(const struct row *row, int our_sys, int raw_sys)
{
	double ours[ROUNDS], raw[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		ours[i] = measure(row, our_sys, row->ours);
		raw[i] = measure(row, raw_sys, row->raw);
	}
	printf("sysfs, %s\t%.3f\t%.3f\tus\n", row->name, median(ours), median(raw));
}

int main(int argc, char **argv)
{
	int ours = open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (argc != 2 || ours < 0)
		return 2;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		print_row(&rows[i], ours, atoi(argv[1]));
	return 0;
}
