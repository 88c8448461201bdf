/* SPDX-License-Identifier: BSD-3-Clause */
/* One file of memory. See memfile.h. */
#include "backing/memfile.h"

#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/memfd.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <time.h>

#include "backing/ownfs.h"
#include "base/log.h"
#include "base/util.h"

#define PAGE 4096u
/* A tmpfs size of 0 means no limit, so its use must never be 0: one page of ballast. */
#define BALLAST PAGE

/* --- making ----------------------------------------------------------------------------- */

/* Return: fd of its root directory, or -errno. */
static int own_tmpfs(void)
{
	_cleanup_fd_ int fs = ownfs_new("tmpfs");
	int r = fs < 0 ? fs : ownfs_set(fs, "size", BALLAST + PAGE);

	if (r < 0)
		return r;
	(void)fsconfig(fs, FSCONFIG_SET_STRING, "huge", "never", 0);
	return ownfs_mount(fs);
}

static int add_ballast(int mount_fd)
{
	_cleanup_fd_ int fd =
		openat(mount_fd, "ballast", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	return pwrite(fd, "", 1, 0) == 1 ? 0 : -errno;
}

/* The file's fds by its name, so that no /proc is needed. */
static int open_named(struct memfile *file)
{
	if (mkdirat(file->dir_fd, "dev", 0700) < 0 && errno != EEXIST)
		return -errno;
	/* A dead device of the same name may still be about in a shared directory. */
	if (unlinkat(file->dir_fd, file->name, 0) < 0 && errno != ENOENT)
		return -errno;
	file->fd = openat(file->dir_fd, file->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file->fd < 0)
		return -errno;
	file->read_fd = openat(file->dir_fd, file->name, O_RDONLY | O_CLOEXEC);
	return file->read_fd < 0 ? -errno : 0;
}

static int set_name(struct memfile *file, const char *name)
{
	if (asprintf(&file->name, "dev/%s", name) >= 0)
		return 0;
	file->name = NULL;
	return -ENOMEM;
}

static int open_own(struct memfile *file, const char *name)
{
	int r;

	file->mount_fd = own_tmpfs();
	if (file->mount_fd < 0)
		return file->mount_fd;
	r = add_ballast(file->mount_fd);
	if (!r)
		r = set_name(file, name);
	if (r < 0)
		return r;
	file->dir_fd = file->mount_fd;
	return open_named(file);
}

static int open_anonymous(struct memfile *file, const char *name, unsigned flags)
{
	char path[32];

	file->fd = memfd_create(name, MFD_CLOEXEC | flags);
	if (file->fd < 0)
		return -errno;
	/* A memfd is born 0777: who holds it read-only could reopen it. */
	if (fchmod(file->fd, 0600) < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
	file->read_fd = open(path, O_RDONLY | O_CLOEXEC);
	return file->read_fd < 0 ? -errno : 0;
}

/* In that directory; without one, a memfd. */
static int open_in(struct memfile *file, const struct memfile_config *config, unsigned flags)
{
	if (config->dir_fd < 0)
		return open_anonymous(file, config->name, flags);
	file->dir_fd = config->dir_fd;
	return set_name(file, config->name) < 0 ? -ENOMEM : open_named(file);
}

static int open_any(struct memfile *file, const struct memfile_config *config)
{
	int r;

	if (config->kind == MEMFILE_HUGE)
		return open_in(file, config, MFD_HUGETLB | MFD_HUGE_2MB);
	if (config->kind == MEMFILE_MEMFD)
		return open_anonymous(file, config->name, 0);
	r = open_own(file, config->name);
	if (!r)
		return 0;
	log_debug("backing", "no tmpfs of its own for %s: %s", config->name, strerror(-r));
	memfile_close(file);
	return open_in(file, config, 0);
}

/* --- placement -------------------------------------------------------------------------- */

/* A node of this machine, while there is a choice: emulated node numbers mean nothing here. */
static bool placeable(int node)
{
	return node >= 0 && numa_available() >= 0 && node <= numa_max_node() &&
	       numa_bitmask_weight(numa_all_nodes_ptr) > 1 &&
	       numa_bitmask_isbitset(numa_all_nodes_ptr, (unsigned)node);
}

/* A policy set through a shared mapping stays with the file, whoever allocates its pages. */
static void place(const struct memfile *file, const struct memfile_config *config)
{
	struct bitmask *nodes;
	void *map;

	if (!placeable(config->node) || !config->max)
		return;
	map = mmap(NULL, config->max, PROT_NONE, MAP_SHARED | MAP_NORESERVE, file->fd, 0);
	if (map == MAP_FAILED) {
		log_warn("backing", "cannot place %s: %s", config->name, strerror(errno));
		return;
	}
	nodes = numa_allocate_nodemask();
	numa_bitmask_setbit(nodes, (unsigned)config->node);
	if (mbind(map, config->max, MPOL_PREFERRED, nodes->maskp, nodes->size + 1, 0) < 0)
		log_warn("backing", "cannot place %s on node %d: %s", config->name, config->node,
			 strerror(errno));
	numa_free_nodemask(nodes);
	munmap(map, config->max);
}

int memfile_open(struct memfile *out, const struct memfile_config *config)
{
	struct memfile file = MEMFILE_NONE;
	int r = open_any(&file, config);

	if (r < 0) {
		memfile_close(&file);
		return r;
	}
	place(&file, config);
	*out = file;
	return 0;
}

/* Only once: in a shared directory the next device of the name may have it by then. */
void memfile_unname(struct memfile *file)
{
	if (file->fd >= 0 && file->dir_fd >= 0)
		unlinkat(file->dir_fd, file->name, 0);
	file->dir_fd = -1;
}

void memfile_close(struct memfile *file)
{
	memfile_unname(file);
	close_fdp(&file->fd);
	close_fdp(&file->read_fd);
	close_fdp(&file->mount_fd);
	free(file->name);
	*file = (struct memfile)MEMFILE_NONE;
}

/* --- limits ----------------------------------------------------------------------------- */

int memfile_limit(const struct memfile *file, uint64_t bytes)
{
	_cleanup_fd_ int fs = -1;
	int r;

	if (file->mount_fd < 0)
		return 0;
	fs = fspick(file->mount_fd, "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC);
	if (fs < 0)
		return -errno;
	r = ownfs_set(fs, "size", bytes + BALLAST);
	if (r < 0)
		return r;
	return fsconfig(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0 ? -errno : 0;
}

/* Bytes of pages that the tmpfs has given away, also those not yet in the file. */
static int64_t bytes_charged(const struct memfile *file)
{
	struct statfs fs;

	if (fstatfs(file->mount_fd, &fs) < 0)
		return -errno;
	return (int64_t)(fs.f_blocks - fs.f_bfree) * PAGE - BALLAST;
}

static int64_t bytes_present(const struct memfile *file)
{
	struct stat st;

	if (fstat(file->fd, &st) < 0)
		return -errno;
	return st.st_blocks * 512;
}

/*
 * Lowers the limit to what is in use. While somebody takes pages faster than we can look, a limit
 * some way ahead is what he then runs into, so this comes to an end.
 */
static int limit_to_use(const struct memfile *file)
{
	uint64_t ahead = 0;

	for (int tries = 0; tries < 100000; tries++) {
		int64_t used = bytes_charged(file);
		int r = used < 0 ? (int)used : memfile_limit(file, (uint64_t)used + ahead);

		if (r < 0 && r != -EINVAL)
			return r;
		if (r < 0)
			ahead = ahead ? ahead * 2 : PAGE;
		else if (bytes_charged(file) >= used + (int64_t)ahead)
			return 0;
		else
			ahead = 0;
	}
	return -EBUSY;
}

static void pause_us(long us)
{
	nanosleep(&(struct timespec){ .tv_nsec = us * 1000 }, NULL);
}

/*
 * Whoever read the old limit before it changed has used it when this returns: the barrier waits
 * until every processor has left the kernel code it was in.
 */
static void pass_grace_period(void)
{
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0)
		pause_us(5000);
}

/* Waits until every page that was paid for has arrived in the file. */
static int settle(const struct memfile *file)
{
	for (int tries = 0; tries < 20000; tries++) {
		int64_t charged = bytes_charged(file);
		int64_t present = bytes_present(file);

		if (charged < 0 || present < 0)
			return charged < 0 ? (int)charged : (int)present;
		if (charged == present)
			return 0;
		pause_us(50);
	}
	return -EBUSY;
}

int memfile_freeze(const struct memfile *file)
{
	int r;

	if (file->mount_fd < 0)
		return -EOPNOTSUPP;
	r = limit_to_use(file);
	if (r < 0)
		return r;
	pass_grace_period();
	return settle(file);
}
