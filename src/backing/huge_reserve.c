/* SPDX-License-Identifier: BSD-3-Clause */
/* What a region reserves of the machine's huge pages. See huge.h. */
#include <string.h>
#include <sys/mman.h>

#include "backing/huge.h"
#include "backing/ownfs.h"
#include "base/log.h"

#define POOL "/sys/kernel/mm/hugepages/hugepages-2048kB/"

/* A shared mapping reserves pages for its file, and they stay when it goes. */
int huge_take(int fd, uint64_t off, uint64_t pages)
{
	void *map;

	if (!pages)
		return 0;
	map = mmap(NULL, pages * HUGE, PROT_NONE, MAP_SHARED, fd, (off_t)off);
	if (map == MAP_FAILED)
		return -errno;
	munmap(map, pages * HUGE);
	return 0;
}

int huge_reserve_in(const struct huge_reserve *reserve, int fd, uint64_t off, uint64_t pages)
{
	return reserve->mount_fd < 0 ? huge_take(fd, off, pages) : 0;
}

static int reserve_set(struct huge_reserve *reserve, uint64_t pages)
{
	int r = 0;

	if (pages < reserve->reserved)
		r = ftruncate(reserve->file.fd, (off_t)(pages * HUGE)) < 0 ? -errno : 0;
	else if (pages > reserve->reserved)
		r = huge_take(reserve->file.fd, 0, pages);
	if (!r)
		reserve->reserved = pages;
	return r;
}

void huge_reserve_settle(struct huge_reserve *reserve)
{
	int r;

	if (reserve->mount_fd >= 0)
		return;
	r = reserve_set(reserve, reserve->total - reserve->in_store - reserve->in_devs);
	if (r < 0 && !reserve->short_of)
		log_warn("backing", "other programs took huge pages of ours: %s", strerror(-r));
	reserve->short_of = r < 0;
}

int huge_reserve_lend(struct huge_reserve *reserve, uint64_t pages)
{
	if (reserve->mount_fd >= 0)
		return 0;
	if (pages > reserve->reserved)
		return -ENOMEM;
	return reserve_set(reserve, reserve->reserved - pages);
}

/* Return: the number in that file of the pool, 0 if it cannot be read. */
static uint64_t pool_number(const char *name)
{
	_cleanup_file_ FILE *file = NULL;
	unsigned long long n = 0;
	char path[100];

	snprintf(path, sizeof(path), POOL "%s", name);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%llu", &n) != 1)
		return 0;
	return n;
}

static int refuse_shortage(struct backing_error *error, uint64_t need)
{
	uint64_t total = pool_number("nr_hugepages");
	uint64_t reserved = pool_number("resv_hugepages"), unused = pool_number("free_hugepages");
	uint64_t have = unused > reserved ? unused - reserved : 0;

	return backing_refuse(
		error, ENOMEM,
		"needs %llu huge pages of 2 MiB (%d of them to move the others), %llu "
		"are free; as root: echo %llu > /proc/sys/vm/nr_hugepages",
		(unsigned long long)need, HUGE_SPARE, (unsigned long long)have,
		(unsigned long long)(total + need - min_u64(have, need)));
}

/* Return: fd of its root directory, or -errno. */
static int own_hugetlbfs(uint64_t pages)
{
	_cleanup_fd_ int fs = ownfs_new("hugetlbfs");
	int r = fs < 0 ? fs : ownfs_set(fs, "pagesize", HUGE);

	if (!r)
		r = ownfs_set(fs, "size", pages * HUGE);
	/* With it come the pages. */
	if (!r)
		r = ownfs_set(fs, "min_size", pages * HUGE);
	return r < 0 ? r : ownfs_mount(fs);
}

int huge_reserve_open(struct huge_reserve *reserve, uint64_t total, int numa_node,
		      struct backing_error *error)
{
	struct memfile_config config = {
		.kind = MEMFILE_HUGE,
		.name = "daxemu-reserve",
		.node = numa_node,
		.max = total * HUGE,
	};
	int r;

	reserve->total = total;
	reserve->mount_fd = config.dir_fd = own_hugetlbfs(total);
	if (reserve->mount_fd < 0)
		log_debug("backing", "no hugetlbfs of its own: %s", strerror(-reserve->mount_fd));
	r = memfile_open(&reserve->file, &config);
	if (r < 0)
		return backing_refuse(error, -r, "no huge pages of 2 MiB: %s", strerror(-r));
	if (reserve->mount_fd < 0 && reserve_set(reserve, total) < 0)
		return refuse_shortage(error, total);
	return 0;
}

void huge_reserve_close(struct huge_reserve *reserve)
{
	memfile_close(&reserve->file);
	close_fdp(&reserve->mount_fd);
}
