/* SPDX-License-Identifier: BSD-3-Clause */
/* Read-only access below two directories, by path; what the kernel knows of them is in real_ids.c.
 */
#include "sysfs-emu/real.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/util.h"
#include "daxemu/proto.h"
#include "sysfs-emu/ref.h"

struct real {
	int fds[REAL_NR_ROOTS];
	dev_t devs[REAL_NR_ROOTS]; /* the filesystem each is on */
	struct real_ids ids;
};

static dev_t device_of(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? st.st_dev : 0;
}

int real_new(struct real **out, const int fds[REAL_NR_ROOTS])
{
	struct real *real = calloc(1, sizeof(*real));

	if (!real || real_ids_init(&real->ids) < 0) {
		free(real);
		return -ENOMEM;
	}
	memcpy(real->fds, fds, sizeof(real->fds));
	for (int root = 0; root < REAL_NR_ROOTS; root++)
		real->devs[root] = device_of(fds[root]);
	*out = real;
	return 0;
}

void real_free(struct real *real)
{
	real_ids_free(&real->ids);
	free(real);
}

/* --- by path ------------------------------------------------------------------------------ */

/* Beneath the root and through no symbolic link; an older kernel or filter forbids openat2. */
static int open_beneath(const struct real *real, enum real_root root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC | O_NOFOLLOW),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int at = real->fds[root];
	int fd;

	if (at < 0)
		return -ENOENT;
	if (!*path)
		path = ".";
	/* The last name may be a link: then O_PATH | O_NOFOLLOW opens the link itself. */
	fd = (int)syscall(SYS_openat2, at, path, &how, sizeof(how));
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = openat(at, path, (int)how.flags);
	return fd < 0 ? -errno : fd;
}

/*
 * Inode numbers must not look like those of device files; nor, since it all is one filesystem here,
 * like one another: what is mounted below the root (cgroups, debugfs) numbers its own files.
 */
static uint64_t plain_ino(const struct real *real, enum real_root root, dev_t dev, uint64_t ino)
{
	if (dev != real->devs[root])
		ino += (uint64_t)dev << 40;
	if (!(ino & SYSFS_REF_EMULATED) && !daxemu_ino_kind(ino))
		return ino;
	return (ino & ~SYSFS_REF_EMULATED) | UINT64_C(1) << 62;
}

int real_stat(const struct real *real, enum real_root root, const char *path, struct stat *st)
{
	_cleanup_fd_ int fd = open_beneath(real, root, path, O_PATH);

	if (fd < 0)
		return fd;
	if (fstatat(fd, "", st, AT_EMPTY_PATH) < 0)
		return -errno;
	st->st_ino = plain_ino(real, root, st->st_dev, st->st_ino);
	return 0;
}

int real_readlink(const struct real *real, enum real_root root, const char *path,
		  struct strbuf *out)
{
	_cleanup_fd_ int fd = open_beneath(real, root, path, O_PATH);
	char text[PATH_MAX];
	ssize_t n;

	if (fd < 0)
		return fd;
	n = readlinkat(fd, "", text, sizeof(text) - 1);
	if (n < 0)
		return -errno;
	return strbuf_printf(out, "%.*s", (int)n, text);
}

int real_open(const struct real *real, enum real_root root, const char *path, int flags)
{
	_cleanup_fd_ int fd = open_beneath(real, root, path, O_RDONLY | O_NONBLOCK | flags);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return -EACCES;
	return steal_fd(&fd);
}

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int real_list(const struct real *real, enum real_root root, const char *path,
	      int (*emit)(void *user, const char *name, uint64_t ino, unsigned char type),
	      void *user)
{
	int fd = real_open(real, root, path, O_DIRECTORY);
	struct dirent *entry;
	dev_t dev;
	DIR *dir;
	int r = 0;

	if (fd < 0)
		return fd;
	dev = device_of(fd);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while (r >= 0 && (entry = readdir(dir))) {
		if (!is_dot(entry->d_name))
			r = emit(user, entry->d_name, plain_ino(real, root, dev, entry->d_ino),
				 entry->d_type);
	}
	closedir(dir);
	return r < 0 ? r : 0;
}

/* --- by id -------------------------------------------------------------------------------- */

int real_lookup(struct real *real, enum real_root root, const char *dir, const char *name,
		struct stat *st, uint64_t *id)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	int r = strbuf_printf(&path, "%s%s%s", dir, *dir ? "/" : "", name);

	if (r == 0)
		r = real_stat(real, root, path.text, st);
	if (r < 0)
		return r;
	*id = real_ids_get(&real->ids, root, path.text, st->st_ino);
	return *id ? 0 : -ENOMEM;
}

void real_forget(struct real *real, uint64_t id, uint64_t count)
{
	real_ids_put(&real->ids, id, count);
}

int real_path(struct real *real, uint64_t id, enum real_root *root, struct strbuf *path)
{
	return real_ids_path(&real->ids, id, root, path);
}

size_t real_count(struct real *real)
{
	return real_ids_count(&real->ids);
}
