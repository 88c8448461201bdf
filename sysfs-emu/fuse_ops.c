/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FUSE requests to calls of the tree, the real files and the device file, and back. Each finds what
 * the id means, calls, and replies once.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cuse/devfile.h"
#include "sysfs-emu/fs_priv.h"
#include "sysfs-emu/nd_file.h"
#include "sysfs-emu/open_file.h"

/* The buffer of one read or readdir: what the kernel asks for at most, as we tell it. */
#define MAX_IO (128 * KIB)

static struct fs *fs_of(fuse_req_t req)
{
	return fuse_req_userdata(req);
}

static struct open_file *file_of(const struct fuse_file_info *fi)
{
	return (struct open_file *)(uintptr_t)fi->fh;
}

/* False: a real file, known to the table. */
static bool is_emulated(fuse_ino_t id, struct sysfs_ref *ref)
{
	*ref = (struct sysfs_ref){ .kind = SYSFS_MOUNT };
	return id == FUSE_ROOT_ID || sysfs_ref_decode(id, ref);
}

/* What is refused in the emulated tree and in the real one. */
static void refuse(fuse_req_t req, fuse_ino_t id, int error)
{
	struct sysfs_ref ref;

	fuse_reply_err(req, is_emulated(id, &ref) ? error : EROFS);
}

/* --- the connection ----------------------------------------------------------------------- */

/*
 * Cached links are cut to st_size, which is 0 in sysfs, by kernels before 6.15 (protocol 7.43):
 * there a readlink(2) is a round trip.
 */
static void op_init(void *user, struct fuse_conn_info *conn)
{
	unsigned want = FUSE_CAP_ATOMIC_O_TRUNC | FUSE_CAP_PARALLEL_DIROPS;

	(void)user;
	if (conn->proto_minor >= 43)
		want |= FUSE_CAP_CACHE_SYMLINKS;
	conn->want = want & conn->capable;
	conn->max_write = MAX_IO;
	conn->max_readahead = 0;
	conn->time_gran = 1;
}

/* --- names and attributes ----------------------------------------------------------------- */

static void reply_negative(fuse_req_t req, double timeout)
{
	fuse_reply_entry(req, &(struct fuse_entry_param){ .entry_timeout = timeout });
}

static void reply_emulated(fuse_req_t req, struct sysfs_ref ref)
{
	struct fuse_entry_param entry = { .ino = sysfs_ref_encode(ref),
					  .attr_timeout = FS_FOREVER,
					  .entry_timeout = FS_FOREVER };

	fs_stat(fs_of(req), ref, &entry.attr);
	fuse_reply_entry(req, &entry);
}

static void lookup_real(fuse_req_t req, enum real_root root, const char *dir, const char *name)
{
	struct fuse_entry_param entry = { .attr_timeout = FS_A_WHILE, .entry_timeout = FS_A_WHILE };
	uint64_t id;
	int r = real_lookup(fs_of(req)->real, root, dir, name, &entry.attr, &id);

	if (r == -ENOENT) {
		reply_negative(req, FS_A_WHILE);
		return;
	}
	if (r < 0) {
		fuse_reply_err(req, -r);
		return;
	}
	entry.ino = id;
	/* The kernel never heard of it: so nobody will forget it. */
	if (fuse_reply_entry(req, &entry) < 0)
		real_forget(fs_of(req)->real, id, 1);
}

/* An emulated name of this directory, or what shall be done without one. */
enum found { FOUND, NOT_THERE, ASK_REAL, GONE };

static enum found find_emulated(struct fs *fs, struct sysfs_ref dir, const char *name,
				struct sysfs_ref *ref, enum real_root *root, struct strbuf *path)
{
	enum found found = FOUND;
	int r;

	fs_lock(fs);
	r = sysfs_lookup(&fs->tree, dir, name, ref);
	if (r == -ENOENT)
		found = NOT_THERE;
	else if (r < 0)
		found = GONE;
	if (found == NOT_THERE && sysfs_is_merged(dir) && !sysfs_hides(&fs->tree, dir, name) &&
	    fs_real_dir(fs, dir, root, path) == 0)
		found = ASK_REAL;
	fs_unlock(fs);
	return found;
}

static void lookup_emulated(fuse_req_t req, struct sysfs_ref dir, const char *name)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	enum real_root root;
	struct sysfs_ref ref;

	switch (find_emulated(fs_of(req), dir, name, &ref, &root, &path)) {
	case FOUND:
		reply_emulated(req, ref);
		break;
	case NOT_THERE:
		reply_negative(req, FS_FOREVER);
		break;
	case ASK_REAL:
		lookup_real(req, root, path.text, name);
		break;
	case GONE:
		fuse_reply_err(req, ENOENT);
		break;
	}
}

static void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	enum real_root root;
	struct sysfs_ref dir;
	int r;

	if (strlen(name) > NAME_MAX) {
		fuse_reply_err(req, ENAMETOOLONG);
		return;
	}
	if (is_emulated(parent, &dir)) {
		lookup_emulated(req, dir, name);
		return;
	}
	r = real_path(fs_of(req)->real, parent, &root, &path);
	/* Directories of the real /dev look empty. */
	if (r == 0 && root != REAL_SYS)
		r = -ENOENT;
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		lookup_real(req, root, path.text, name);
}

static void op_forget(fuse_req_t req, fuse_ino_t id, uint64_t count)
{
	struct sysfs_ref ref;

	if (!is_emulated(id, &ref))
		real_forget(fs_of(req)->real, id, count);
	fuse_reply_none(req);
}

static void op_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
	struct sysfs_ref ref;

	for (size_t i = 0; i < count; i++) {
		if (!is_emulated(forgets[i].ino, &ref))
			real_forget(fs_of(req)->real, forgets[i].ino, forgets[i].nlookup);
	}
	fuse_reply_none(req);
}

static int stat_real(struct fs *fs, fuse_ino_t id, struct stat *st)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	enum real_root root;
	int r = real_path(fs->real, id, &root, &path);

	return r < 0 ? r : real_stat(fs->real, root, path.text, st);
}

static void op_getattr(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	struct sysfs_ref ref;
	struct stat st;
	int r;

	(void)fi;
	if (is_emulated(id, &ref)) {
		fs_stat(fs_of(req), ref, &st);
		fuse_reply_attr(req, &st, FS_FOREVER);
		return;
	}
	r = stat_real(fs_of(req), id, &st);
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		fuse_reply_attr(req, &st, FS_A_WHILE);
}

static void queue_setattr(fuse_req_t req, struct sysfs_ref ref, const struct stat *attr, int set)
{
	struct mutator_job *job = calloc(1, sizeof(*job));

	if (!job) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	job->req = req;
	job->work = MUTATOR_SETATTR;
	job->ref = ref;
	job->mode = set & FUSE_SET_ATTR_MODE ? attr->st_mode & 07777 : (mode_t)-1;
	job->uid = set & FUSE_SET_ATTR_UID ? attr->st_uid : (uid_t)-1;
	job->gid = set & FUSE_SET_ATTR_GID ? attr->st_gid : (gid_t)-1;
	mutator_queue(&fs_of(req)->mutator, job);
}

/* Lengths of attributes and all times are accepted, and change nothing. */
static void op_setattr(fuse_req_t req, fuse_ino_t id, struct stat *attr, int set,
		       struct fuse_file_info *fi)
{
	const int changes = FUSE_SET_ATTR_MODE | FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID;
	struct sysfs_ref ref;

	if (!is_emulated(id, &ref))
		fuse_reply_err(req, EROFS);
	else if ((set & FUSE_SET_ATTR_SIZE) && sysfs_type(ref) == SYSFS_TYPE_TWIN)
		fuse_reply_err(req, -devfile_op(DEVFILE_TRUNCATE));
	else if (set & changes)
		queue_setattr(req, ref, attr, set);
	else
		op_getattr(req, id, fi);
}

static void op_readlink(fuse_req_t req, fuse_ino_t id)
{
	_cleanup_strbuf_ struct strbuf text = { 0 }, path = { 0 };
	struct fs *fs = fs_of(req);
	enum real_root root;
	struct sysfs_ref ref;
	int r;

	if (is_emulated(id, &ref)) {
		fs_lock(fs);
		r = sysfs_readlink(&fs->tree, ref, &text);
		fs_unlock(fs);
	} else {
		r = real_path(fs->real, id, &root, &path);
		if (r == 0)
			r = real_readlink(fs->real, root, path.text, &text);
	}
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		fuse_reply_readlink(req, text.text);
}

/* --- open files --------------------------------------------------------------------------- */

static int open_by_id(struct fs *fs, fuse_ino_t id, int flags, struct open_file **file)
{
	struct sysfs_ref ref;

	if (!is_emulated(id, &ref))
		return open_real(fs, id, flags, file);
	switch (sysfs_type(ref)) {
	case SYSFS_TYPE_ATTR:
		return open_attr(fs, ref, flags, file);
	case SYSFS_TYPE_TWIN:
		return open_twin(fs, ref, flags, file);
	default:
		return -EACCES;
	}
}

static void op_open(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	struct open_file *file = NULL;
	int r = open_by_id(fs_of(req), id, fi->flags, &file);

	if (r < 0) {
		fuse_reply_err(req, -r);
		return;
	}
	file->by_root = fuse_req_ctx(req)->uid == 0;
	fi->fh = (uintptr_t)file;
	fi->direct_io = 1;
	fi->noflush = 1;
	/* Interrupted before it got the file: there will be no release. */
	if (fuse_reply_open(req, fi) < 0)
		open_file_close(fs_of(req), file);
}

static void op_release(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	(void)id;
	open_file_close(fs_of(req), file_of(fi));
	fuse_reply_err(req, 0);
}

static void op_read(fuse_req_t req, fuse_ino_t id, size_t size, off_t off,
		    struct fuse_file_info *fi)
{
	size_t room = min_u64(size, MAX_IO);
	_cleanup_free_ char *buf = malloc(room ? room : 1);
	ssize_t n = -ENOMEM;

	(void)id;
	if (buf)
		n = open_file_read(fs_of(req), file_of(fi), buf, room, off);
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_buf(req, buf, (size_t)n);
}

static void queue_store(fuse_req_t req, struct sysfs_ref ref, const char *buf, size_t size)
{
	struct mutator_job *job;

	size = min_u64(size, SYSFS_PAGE);
	job = calloc(1, sizeof(*job) + size);
	if (!job) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	job->req = req;
	job->work = MUTATOR_STORE;
	job->ref = ref;
	job->size = size;
	memcpy(job->data, buf, size);
	mutator_queue(&fs_of(req)->mutator, job);
}

/* Every write is a whole value, whatever the offset. */
static void op_write(fuse_req_t req, fuse_ino_t id, const char *buf, size_t size, off_t off,
		     struct fuse_file_info *fi)
{
	const struct open_file *file = file_of(fi);

	(void)id;
	(void)off;
	if (file->type == OPEN_ATTR)
		queue_store(req, file->ref, buf, size);
	else
		fuse_reply_err(req, file->type == OPEN_TWIN ? -devfile_op(DEVFILE_WRITE) : EROFS);
}

/* The answer of a device file, or @other for the rest. */
static void reply_devfile(fuse_req_t req, const struct fuse_file_info *fi, enum devfile_op op,
			  int other)
{
	bool twin = fi && fi->fh && file_of(fi)->type == OPEN_TWIN;

	fuse_reply_err(req, twin ? -devfile_op(op) : other);
}

static void op_fsync(fuse_req_t req, fuse_ino_t id, int datasync, struct fuse_file_info *fi)
{
	(void)id;
	(void)datasync;
	reply_devfile(req, fi, DEVFILE_FSYNC, 0);
}

static void op_fallocate(fuse_req_t req, fuse_ino_t id, int mode, off_t off, off_t len,
			 struct fuse_file_info *fi)
{
	(void)id;
	(void)mode;
	(void)off;
	(void)len;
	reply_devfile(req, fi, DEVFILE_FALLOCATE, EOPNOTSUPP);
}

static void op_copy_file_range(fuse_req_t req, fuse_ino_t in, off_t off_in,
			       struct fuse_file_info *fi_in, fuse_ino_t out, off_t off_out,
			       struct fuse_file_info *fi_out, size_t len, int flags)
{
	(void)in;
	(void)off_in;
	(void)fi_in;
	(void)out;
	(void)off_out;
	(void)len;
	(void)flags;
	reply_devfile(req, fi_out, DEVFILE_COPY_RANGE, EOPNOTSUPP);
}

/* @room: for the answer. Takes the model lock. */
static ssize_t nd_ioctl(struct fs *fs, const struct open_file *file, unsigned cmd, const void *in,
			size_t in_size, void *room, size_t out_size)
{
	ssize_t n;

	pthread_rwlock_wrlock(fs->config.lock);
	n = nd_file_ioctl(fs->config.model, cmd, file->read_only, in, in_size, room, out_size);
	pthread_rwlock_unlock(fs->config.lock);
	return n;
}

/* The sizes are those the command's number says, the kernel checked them: below 16 KiB. */
static void op_ioctl(fuse_req_t req, fuse_ino_t id, unsigned cmd, void *arg,
		     struct fuse_file_info *fi, unsigned flags, const void *in, size_t in_size,
		     size_t out_size)
{
	_cleanup_free_ char *room = malloc(out_size ? out_size : 1);
	const struct open_file *file = file_of(fi);
	ssize_t n = devfile_op(DEVFILE_IOCTL);

	(void)id;
	(void)arg;
	(void)flags;
	if (!room)
		n = -ENOMEM;
	else if (file->type == OPEN_TWIN && !file->dev)
		n = nd_ioctl(fs_of(req), file, cmd, in, in_size, room, out_size);
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_ioctl(req, 0, room, (size_t)n);
}

/*
 * SEEK_DATA and SEEK_HOLE; the kernel does the others by st_size.
 * Source: Linux fs/read_write.c, generic_file_llseek_size().
 */
static void op_lseek(fuse_req_t req, fuse_ino_t id, off_t off, int whence,
		     struct fuse_file_info *fi)
{
	(void)id;
	if (file_of(fi)->type == OPEN_TWIN)
		fuse_reply_lseek(req, 0);
	else if (off < 0 || off >= SYSFS_PAGE)
		fuse_reply_err(req, ENXIO);
	else
		fuse_reply_lseek(req, whence == SEEK_HOLE ? SYSFS_PAGE : off);
}

/* --- directories -------------------------------------------------------------------------- */

static void op_opendir(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	struct sysfs_ref ref;
	struct open_dir *dir;
	int r = open_dir_new(fs_of(req), &dir, id);

	if (r < 0) {
		fuse_reply_err(req, -r);
		return;
	}
	fi->fh = (uintptr_t)dir;
	fi->cache_readdir = fi->keep_cache = is_emulated(id, &ref) && sysfs_keeps_list(ref);
	if (fuse_reply_open(req, fi) < 0)
		open_dir_close(fs_of(req), dir);
}

static void op_readdir(fuse_req_t req, fuse_ino_t id, size_t size, off_t off,
		       struct fuse_file_info *fi)
{
	struct open_dir *dir = (struct open_dir *)(uintptr_t)fi->fh;
	size_t room = min_u64(size, MAX_IO);
	_cleanup_free_ char *buf = malloc(room ? room : 1);
	ssize_t n = -ENOMEM;

	(void)id;
	if (buf)
		n = open_dir_read(fs_of(req), dir, req, buf, room, off);
	if (n == -ENODEV)
		n = 0; /* a removed directory is empty */
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_buf(req, buf, (size_t)n);
}

static void op_releasedir(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	(void)id;
	open_dir_close(fs_of(req), (struct open_dir *)(uintptr_t)fi->fh);
	fuse_reply_err(req, 0);
}

static void op_fsyncdir(fuse_req_t req, fuse_ino_t id, int datasync, struct fuse_file_info *fi)
{
	(void)id;
	(void)datasync;
	(void)fi;
	fuse_reply_err(req, 0);
}

static void op_statfs(fuse_req_t req, fuse_ino_t id)
{
	(void)id;
	fuse_reply_statfs(req, &(struct statvfs){ .f_bsize = SYSFS_PAGE,
						  .f_frsize = SYSFS_PAGE,
						  .f_namemax = NAME_MAX });
}

/* --- what nobody may ---------------------------------------------------------------------- */

static void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev)
{
	(void)name;
	(void)mode;
	(void)rdev;
	refuse(req, parent, EPERM);
}

static void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	(void)name;
	(void)mode;
	refuse(req, parent, EPERM);
}

static void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	(void)name;
	refuse(req, parent, EPERM);
}

static void op_symlink(fuse_req_t req, const char *link, fuse_ino_t parent, const char *name)
{
	(void)link;
	(void)name;
	refuse(req, parent, EPERM);
}

static void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
		      const char *new_name, unsigned flags)
{
	(void)name;
	(void)new_parent;
	(void)new_name;
	(void)flags;
	refuse(req, parent, EPERM);
}

static void op_link(fuse_req_t req, fuse_ino_t id, fuse_ino_t new_parent, const char *new_name)
{
	(void)id;
	(void)new_name;
	refuse(req, new_parent, EPERM);
}

static void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
		      struct fuse_file_info *fi)
{
	(void)name;
	(void)mode;
	(void)fi;
	refuse(req, parent, EACCES);
}

/* No access(): the kernel checks permissions by mode, uid and gid (default_permissions). No
 * xattrs, locks or poll: the kernel's defaults are those of sysfs. */
const struct fuse_lowlevel_ops fs_ops = {
	.init = op_init,
	.lookup = op_lookup,
	.forget = op_forget,
	.forget_multi = op_forget_multi,
	.getattr = op_getattr,
	.setattr = op_setattr,
	.readlink = op_readlink,
	.mknod = op_mknod,
	.mkdir = op_mkdir,
	.unlink = op_unlink,
	.rmdir = op_unlink,
	.symlink = op_symlink,
	.rename = op_rename,
	.link = op_link,
	.open = op_open,
	.read = op_read,
	.write = op_write,
	.release = op_release,
	.fsync = op_fsync,
	.opendir = op_opendir,
	.readdir = op_readdir,
	.releasedir = op_releasedir,
	.fsyncdir = op_fsyncdir,
	.statfs = op_statfs,
	.create = op_create,
	.ioctl = op_ioctl,
	.fallocate = op_fallocate,
	.copy_file_range = op_copy_file_range,
	.lseek = op_lseek,
};
