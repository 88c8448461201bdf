/* SPDX-License-Identifier: BSD-3-Clause */
/* A file of the user's that is always complete. See userfile.h. */
#include "backing/userfile.h"

#include <fcntl.h>
#include <libgen.h>
#include <linux/magic.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "backing/internal.h"
#include "base/log.h"

struct userfile {
	char *path; /* without symbolic links */
	uint64_t size;
	int dir_fd;
	char *name;
	char *old_name; /* of the file while it is retired */
	char *new_name; /* of the copy while it is made */
	bool retired;
};

bool userfile_retired(const struct userfile *file)
{
	return file->retired;
}

uint64_t userfile_size(const struct userfile *file)
{
	return file->size;
}

const char *userfile_path(const struct userfile *file)
{
	return file->path;
}

/* --- opening ---------------------------------------------------------------------------- */

static int set_names(struct userfile *file)
{
	_cleanup_free_ char *dir = strdup(file->path);
	const char *slash = strrchr(file->path, '/');

	file->name = strdup(slash + 1);
	if (!dir || !file->name || asprintf(&file->old_name, ".%s.daxemu-old", file->name) < 0 ||
	    asprintf(&file->new_name, ".%s.daxemu-new", file->name) < 0)
		return -ENOMEM;
	file->dir_fd = open(dirname(dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return file->dir_fd < 0 ? -errno : 0;
}

static uint64_t mount_id(int dir_fd, const char *name, int flags)
{
	struct statx st;

	if (statx(dir_fd, name, flags, STATX_MNT_ID, &st) < 0 || !(st.stx_mask & STATX_MNT_ID))
		return 0;
	return st.stx_mnt_id;
}

/* A name that is a mount point cannot be given to another file. */
static bool is_mount_point(const struct userfile *file)
{
	return mount_id(file->dir_fd, file->name, AT_SYMLINK_NOFOLLOW) !=
	       mount_id(file->dir_fd, "", AT_EMPTY_PATH);
}

static int check_kind(const struct userfile *file, const struct stat *st,
		      struct backing_error *error)
{
	if (S_ISDIR(st->st_mode))
		return backing_refuse(error, EISDIR, "%s is a directory, not a file", file->path);
	if (!S_ISREG(st->st_mode))
		return backing_refuse(error, EINVAL, "%s is not a regular file", file->path);
	if ((uint64_t)st->st_size != file->size)
		return backing_refuse(
			error, EINVAL,
			"%s has %lld bytes, but the region has %llu; they must be equal "
			"(truncate -s %llu makes it so)",
			file->path, (long long)st->st_size, (unsigned long long)file->size,
			(unsigned long long)file->size);
	if (st->st_nlink != 1)
		return backing_refuse(error, EMLINK,
				      "%s has %llu names (hard links); it must have one only",
				      file->path, (unsigned long long)st->st_nlink);
	return 0;
}

static int check_place(const struct userfile *file, struct backing_error *error)
{
	struct statfs fs;

	if (fstatfs(file->dir_fd, &fs) < 0)
		return backing_refuse(error, errno, "%s: %s", file->path, strerror(errno));
	if (fs.f_type == HUGETLBFS_MAGIC)
		return backing_refuse(error, EINVAL,
				      "%s is on hugetlbfs; backing=hugetlb gets huge pages itself",
				      file->path);
	if (faccessat(file->dir_fd, ".", W_OK | X_OK, AT_EACCESS) < 0)
		return backing_refuse(
			error, errno,
			"the directory of %s must be writable, for the copy that keeps "
			"it safe: %s",
			file->path, strerror(errno));
	if (is_mount_point(file))
		return backing_refuse(error, EBUSY,
				      "%s is a mount point; mount its directory instead",
				      file->path);
	return 0;
}

static bool same_file(int dir_fd, const char *name, int fd)
{
	struct stat a, b;

	return !fstatat(dir_fd, name, &a, AT_SYMLINK_NOFOLLOW) && !fstat(fd, &b) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Another daemon may have put a copy under the name since it was opened: then it has the lock. */
static int lock(const struct userfile *file, int fd, struct backing_error *error)
{
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno != EWOULDBLOCK)
		return backing_refuse(error, errno, "cannot lock %s: %s", file->path,
				      strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || !same_file(file->dir_fd, file->name, fd))
		return backing_refuse(error, EBUSY, "%s is in use by another daxemu", file->path);
	return 0;
}

static int open_checked(struct userfile *file, int *out, struct backing_error *error)
{
	_cleanup_fd_ int fd = -1;
	struct stat st;
	int r;

	if (fstatat(file->dir_fd, file->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return backing_refuse(error, errno, "%s: %s", file->path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return check_kind(file, &st, error);
	fd = openat(file->dir_fd, file->name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return backing_refuse(error, errno, "cannot open %s for reading and writing: %s",
				      file->path, strerror(errno));
	r = check_place(file, error);
	if (!r)
		r = lock(file, fd, error);
	if (r < 0)
		return r;
	*out = steal_fd(&fd);
	return 0;
}

/*
 * Ours by its name and kind, and nobody's if its lock is free. If it is a second name of the file
 * itself (killed right before the copy took the name), the lock is the one we hold by @own.
 */
static void remove_leftover(const struct userfile *file, const char *name, int own)
{
	_cleanup_fd_ int fd =
		openat(file->dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	if (!same_file(file->dir_fd, name, own) && flock(fd, LOCK_EX | LOCK_NB) < 0)
		return;
	if (!unlinkat(file->dir_fd, name, 0))
		log_info("backing", "removed %s beside %s", name, file->path);
}

static int open_path(struct userfile *file, const char *path, int *fd, struct backing_error *error)
{
	struct stat st;
	int r;

	file->path = realpath(path, NULL);
	if (!file->path)
		return backing_refuse(error, errno, "%s: %s", path, strerror(errno));
	r = set_names(file);
	if (r < 0)
		return backing_refuse(error, -r, "%s: %s", path, strerror(-r));
	r = open_checked(file, fd, error);
	if (r < 0)
		return r;
	remove_leftover(file, file->old_name, *fd);
	remove_leftover(file, file->new_name, *fd);
	if (fstat(*fd, &st) < 0)
		r = backing_refuse(error, errno, "%s: %s", path, strerror(errno));
	else
		r = check_kind(file, &st, error);
	if (r < 0)
		close(*fd);
	return r;
}

int userfile_open(struct userfile **out, const char *path, uint64_t size, int *fd,
		  struct backing_error *error)
{
	struct userfile *file = calloc(1, sizeof(*file));
	int r;

	if (!file)
		return backing_refuse(error, ENOMEM, "out of memory");
	file->dir_fd = -1;
	file->size = size;
	r = open_path(file, path, fd, error);
	if (r < 0)
		userfile_free(file);
	else
		*out = file;
	return r;
}

void userfile_free(struct userfile *file)
{
	if (!file)
		return;
	userfile_forget(file);
	close_fdp(&file->dir_fd);
	free(file->path);
	free(file->name);
	free(file->old_name);
	free(file->new_name);
	free(file);
}

int userfile_check(const struct userfile *file, int fd)
{
	return same_file(file->dir_fd, file->name, fd) ? 0 : -ESTALE;
}

/* --- the names -------------------------------------------------------------------------- */

/*
 * The copy takes the name in one step. The file first gets its hidden name as a second one; a
 * filesystem without hard links must be able to exchange names.
 */
static int take_name(const struct userfile *file)
{
	int dir = file->dir_fd, r;

	if (!linkat(dir, file->name, dir, file->old_name, 0)) {
		if (!renameat(dir, file->new_name, dir, file->name))
			return 0;
		r = -errno;
		unlinkat(dir, file->old_name, 0);
		return r;
	}
	if (renameat2(dir, file->new_name, dir, file->name, RENAME_EXCHANGE) < 0)
		return -errno;
	if (renameat(dir, file->new_name, dir, file->old_name) < 0)
		log_warn("backing", "%s stays beside %s: %s", file->new_name, file->path,
			 strerror(errno));
	return 0;
}

int userfile_retire(struct userfile *file, struct pins *pins, int fd, int *copy)
{
	_cleanup_fd_ int to =
		openat(file->dir_fd, file->new_name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int r;

	if (to < 0)
		return -errno;
	/* The user may have moved it away meanwhile: what is there now is not ours to replace. */
	r = userfile_check(file, fd);
	if (!r)
		r = flock(to, LOCK_EX | LOCK_NB) < 0 ? -errno
						     : userfile_copy(pins, fd, to, file->size);
	if (!r)
		r = take_name(file);
	if (r < 0) {
		unlinkat(file->dir_fd, file->new_name, 0);
		return r;
	}
	(void)fsync(file->dir_fd);
	file->retired = true;
	*copy = steal_fd(&to);
	return 0;
}

int userfile_restore(struct userfile *file, int fd, int copy)
{
	int r = userfile_check(file, copy);

	if (r < 0)
		return r;
	if (fsync(fd) < 0)
		return -errno;
	if (renameat(file->dir_fd, file->old_name, file->dir_fd, file->name) < 0)
		return -errno;
	(void)fsync(file->dir_fd);
	file->retired = false;
	return 0;
}

void userfile_forget(struct userfile *file)
{
	if (file->retired)
		unlinkat(file->dir_fd, file->old_name, 0);
	file->retired = false;
}

bool userfile_in_use(int fd)
{
	/*
	 * The kernel gives a write lease to the only open file of an inode, mappings included. Who
	 * opens it in this moment waits a microsecond, and makes the kernel send a signal, which
	 * by default would be one that kills.
	 */
	if (fcntl(fd, F_SETSIG, SIGURG) < 0)
		return true;
	if (fcntl(fd, F_SETLEASE, F_WRLCK) < 0)
		return true;
	(void)fcntl(fd, F_SETLEASE, F_UNLCK);
	return false;
}
