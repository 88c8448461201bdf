/* SPDX-License-Identifier: BSD-3-Clause */
/* The runtime directory of a lasting instance. */
#include "daemon/runtime.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/util.h"

/* Room for the longest name below the directory. */
#define BELOW_MAX (RUNTIME_PATH_MAX + 16)

static void below(char out[BELOW_MAX], const char *path, const char *name)
{
	snprintf(out, BELOW_MAX, "%s/%s", path, name);
}

int runtime_path(const char *name, char out[RUNTIME_PATH_MAX], struct refusal *refusal)
{
	const char *base = geteuid() ? getenv("XDG_RUNTIME_DIR") : "/run";
	int n;

	if (!base || *base != '/')
		return refuse(refusal,
			      "--instance=%s: there is no place for its runtime files: set "
			      "XDG_RUNTIME_DIR to a directory of your own, or run as root",
			      name);
	n = snprintf(out, RUNTIME_PATH_MAX, "%s/daxemu/%s", base, name);
	if (n >= RUNTIME_PATH_MAX)
		return refuse(refusal,
			      "--instance=%s: the path of its runtime directory is longer "
			      "than %d bytes",
			      name, RUNTIME_PATH_MAX - 1);
	return 0;
}

static int make_dir(const char *path, struct refusal *refusal)
{
	if (!mkdir(path, 0755) || errno == EEXIST)
		return 0;
	return refuse(refusal, "%s cannot be made: %s", path, strerror(errno));
}

static int make_dirs(const char *path, struct refusal *refusal)
{
	char parent[RUNTIME_PATH_MAX];
	int r;

	snprintf(parent, sizeof(parent), "%s", path);
	*strrchr(parent, '/') = '\0';
	r = make_dir(parent, refusal);
	return r < 0 ? r : make_dir(path, refusal);
}

/* An instance that ends removes its lock file: one that has lost its name is worth nothing. */
static bool still_named(int fd, const char *path)
{
	struct stat a, b;

	return !fstat(fd, &a) && !stat(path, &b) && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

static int open_lock(const char *path, int flags)
{
	char lock[BELOW_MAX];
	_cleanup_fd_ int fd = -1;

	below(lock, path, "lock");
	fd = open(lock, O_RDWR | O_CLOEXEC | flags, 0600);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	return still_named(fd, lock) ? steal_fd(&fd) : -ESTALE;
}

static void remove_files(const char *path)
{
	static const char *const names[] = { "sock", "ctl", "log" };
	char file[BELOW_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		below(file, path, names[i]);
		unlink(file);
	}
	below(file, path, "mnt");
	rmdir(file);
}

static int take_lock(const char *path, struct refusal *refusal)
{
	for (int tries = 0; tries < 100; tries++) {
		int fd, r = make_dirs(path, refusal);

		if (r < 0)
			return r;
		fd = open_lock(path, O_CREAT);
		if (fd != -ESTALE && fd != -ENOENT)
			return fd;
	}
	return -EWOULDBLOCK;
}

int runtime_make(const char *name, const char *path, struct refusal *refusal)
{
	_cleanup_fd_ int fd = -1;
	char mnt[BELOW_MAX];

	*refusal->text = '\0';
	fd = take_lock(path, refusal);
	if (fd == -EWOULDBLOCK)
		return refuse(refusal,
			      "--instance=%s: is running already, see 'daxemu status "
			      "--instance %s'",
			      name, name);
	if (fd < 0)
		return *refusal->text ? fd : refuse(refusal, "%s/lock: %s", path, strerror(-fd));
	runtime_unmount(path);
	remove_files(path);
	below(mnt, path, "mnt");
	if (make_dir(mnt, refusal) < 0) {
		runtime_remove(path);
		return -EINVAL;
	}
	return steal_fd(&fd);
}

int runtime_is_locked(const char *path)
{
	_cleanup_fd_ int fd = open_lock(path, 0);

	return fd == -EWOULDBLOCK;
}

int runtime_allow_nodes(const char *path)
{
	char mnt[BELOW_MAX];

	below(mnt, path, "mnt");
	return mount(NULL, mnt, NULL, MS_REMOUNT | MS_BIND | MS_NOSUID, NULL) < 0 ? -errno : 0;
}

void runtime_unmount(const char *path)
{
	char mnt[BELOW_MAX];

	below(mnt, path, "mnt");
	umount2(mnt, MNT_DETACH | UMOUNT_NOFOLLOW);
}

void runtime_remove(const char *path)
{
	char name[BELOW_MAX];

	remove_files(path);
	below(name, path, "lock");
	unlink(name);
	rmdir(path);
	snprintf(name, sizeof(name), "%s", path);
	*strrchr(name, '/') = '\0';
	rmdir(name); /* the last instance takes the common directory along */
}
