/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What unbinding and binding cost: revoking a mapped device and moving its bytes, beside a memcpy
 * of the same bytes into fresh memory of the same kind; a file's must be on the disk then. Rows as
 * tools/bench wants them. Usage: bench_revoke [DIRECTORY...]: only a user's file, in each of these.
 */
#include <fcntl.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "backing/backing.h"
#include "base/util.h"

#define SIZE   (256 * MIB)
#define ROUNDS 5
#define HUGE   (2 * MIB)

struct kind {
	const char *name;
	enum backing_kind kind;
	int memfs;	 /* as struct backing_region_config has it */
	const char *dir; /* BACKING_FILE: where */
};

static char path[128]; /* of the user's file, while there is one */

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void die(const char *what)
{
	fprintf(stderr, "bench_revoke: %s: %s\n", what, strerror(errno));
	if (*path)
		unlink(path);
	exit(1);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *ms)
{
	qsort(ms, ROUNDS, sizeof(*ms), compare);
	return ms[ROUNDS / 2];
}

/* In the directory of the user's file, without a name in the end. */
static int fresh_file(const struct kind *kind)
{
	if (kind->kind == BACKING_MEMFD)
		return memfd_create("raw", MFD_CLOEXEC);
	if (kind->kind == BACKING_HUGETLB)
		return memfd_create("raw", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB);
	return open(kind->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static double memcpy_ms(const struct kind *kind, const char *from)
{
	_cleanup_fd_ int fd = fresh_file(kind);
	double start;
	char *to;

	if (fd < 0 || ftruncate(fd, SIZE) < 0)
		die("fresh memory");
	to = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (to == MAP_FAILED)
		die("fresh memory");
	start = now_ms();
	memcpy(to, from, SIZE);
	if (kind->kind == BACKING_FILE && fsync(fd) < 0)
		die("fsync");
	start = now_ms() - start;
	munmap(to, SIZE);
	return start;
}

struct device {
	struct backing_region *region;
	struct backing_dev *dev;
	struct dax_range range;
	char *map;
};

static void make_file(const char *dir)
{
	_cleanup_fd_ int fd = -1;

	snprintf(path, sizeof(path), "%.100s/daxemu-bench-XXXXXX", dir);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0 || ftruncate(fd, SIZE) < 0)
		die(path);
}

static bool device_open(struct device *d, const struct kind *kind)
{
	struct backing_error error = { "" };
	struct backing_region_config config = {
		.kind = kind->kind,
		.path = path,
		.span = { 4 * GIB, SIZE },
		.numa_node = -1,
		.memfs_fd = kind->memfs,
	};

	if (kind->dir)
		make_file(kind->dir);
	d->range = config.span;
	if (backing_region_new(&d->region, &config, &error) < 0) {
		fprintf(stderr, "bench_revoke: %s: %s\n", kind->name, error.text);
		return false;
	}
	if (backing_dev_new(&d->dev, d->region, "dax9.0") < 0 ||
	    backing_dev_up(d->dev, &d->range, 1) < 0)
		die("device");
	d->map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
		      backing_dev_fd(d->dev, true), 0);
	if (d->map == MAP_FAILED)
		die("map");
	return true;
}

static void device_close(struct device *d)
{
	munmap(d->map, d->range.len);
	backing_dev_free(d->dev);
	backing_region_free(d->region);
	if (*path)
		unlink(path);
	*path = '\0';
}

static double down_ms(struct device *d)
{
	double start = now_ms();

	backing_dev_down(d->dev);
	return now_ms() - start;
}

static double up_ms(struct device *d)
{
	double start = now_ms();

	if (backing_dev_up(d->dev, &d->range, 1) < 0)
		die("bind");
	return now_ms() - start;
}

/* Medians of what one device cost, beside a memcpy of the same bytes in the same rounds. */
struct cost {
	double down[ROUNDS], up[ROUNDS], raw[ROUNDS];
};

static void print_cost(const struct kind *kind, const char *what, struct cost *cost)
{
	double raw = median(cost->raw);

	printf("unbind 256M%s, %s\t%.1f\t%.1f\tms\n", what, kind->name, median(cost->down), raw);
	printf("bind 256M%s, %s\t%.1f\t%.1f\tms\n", what, kind->name, median(cost->up), raw);
}

static void bench_data(const struct kind *kind, const char *source)
{
	struct cost cost;
	struct device d;

	if (!device_open(&d, kind))
		return;
	for (int i = 0; i < ROUNDS; i++) {
		cost.raw[i] = memcpy_ms(kind, source);
		memcpy(d.map, source, SIZE);
		if (kind->kind == BACKING_FILE)
			msync(d.map, SIZE, MS_SYNC);
		cost.down[i] = down_ms(&d);
		cost.up[i] = up_ms(&d);
	}
	device_close(&d);
	print_cost(kind, "", &cost);
}

/* Holes cost nothing, but for a constant. The raw thing is a memcpy of what they would hold. */
static void bench_holes(const struct kind *kind, const char *source)
{
	struct cost cost;
	struct device d;

	if (!device_open(&d, kind))
		return;
	d.map[0] = 1;
	d.map[SIZE - 1] = 1;
	for (int i = 0; i < ROUNDS; i++) {
		cost.raw[i] = memcpy_ms(kind, source);
		cost.down[i] = down_ms(&d);
		cost.up[i] = up_ms(&d);
	}
	device_close(&d);
	print_cost(kind, " of holes", &cost);
}

static void bench(const struct kind *kind, const char *source)
{
	bench_data(kind, source);
	bench_holes(kind, source);
}

static long huge_pages(long set)
{
	const char *name = "/proc/sys/vm/nr_hugepages";
	_cleanup_file_ FILE *file = fopen(name, set < 0 ? "re" : "we");
	long n = -1;

	if (!file)
		return -1;
	if (set >= 0)
		return fprintf(file, "%ld\n", set) > 0 ? set : -1;
	return fscanf(file, "%ld", &n) == 1 ? n : -1;
}

/* Root gets the pages it takes, and gives them back. */
static void bench_huge(const struct kind *kind, const char *source)
{
	long before = huge_pages(-1);
	bool more = before >= 0 && geteuid() == 0 &&
		    huge_pages(before + (long)(2 * SIZE / HUGE) + 8) > 0;
	_cleanup_fd_ int fd = memfd_create("probe", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB);
	void *probe = mmap(NULL, 2 * SIZE + HUGE, PROT_NONE, MAP_SHARED, fd, 0);

	if (probe != MAP_FAILED) {
		munmap(probe, 2 * SIZE + HUGE);
		if (ftruncate(fd, 0) < 0)
			die("huge pages");
		bench(kind, source);
	} else {
		fprintf(stderr, "bench_revoke: %s: too few huge pages\n", kind->name);
	}
	if (more)
		huge_pages(before);
}

static void bench_file(const char *dir, const char *source)
{
	char name[64];

	snprintf(name, sizeof(name), "file in %.40s", dir);
	bench(&(struct kind){ name, BACKING_FILE, -1, dir }, source);
}

static void bench_all(const char *source)
{
	/* Any directory: where a tmpfs of its own is allowed nothing is made in there. */
	int dir = open("/dev/shm", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *tmp = getenv("TMPDIR");

	bench(&(struct kind){ "4K pages", BACKING_MEMFD, dir, NULL }, source);
	bench(&(struct kind){ "4K pages, memfd", BACKING_MEMFD, -1, NULL }, source);
	bench_huge(&(struct kind){ "2M pages", BACKING_HUGETLB, -1, NULL }, source);
	bench_file(tmp ? tmp : "/tmp", source);
}

int main(int argc, char **argv)
{
	char *source = malloc(SIZE);

	if (!source)
		die("memory");
	memset(source, 0x5a, SIZE);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 1)
		bench_all(source);
	for (int i = 1; i < argc; i++)
		bench_file(argv[i], source);
	free(source);
	return 0;
}
