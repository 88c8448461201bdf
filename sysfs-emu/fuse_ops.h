/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The FUSE operations, by what they work on. Each finds what the id means, calls the tree, the real
 * files or the device file, and replies once. They run on the threads that serve, and take the
 * model lock themselves.
 */
#pragma once

#include "sysfs-emu/fs_priv.h"

/* The buffer of one read or readdir: what the kernel asks for at most, as we tell it. */
#define MAX_IO (128 * KIB)

static inline struct fs *fs_of(fuse_req_t req)
{
	return fuse_req_userdata(req);
}

/* False: a real file, known to the table. */
static inline bool is_emulated(fuse_ino_t id, struct sysfs_ref *ref)
{
	*ref = (struct sysfs_ref){ .kind = SYSFS_MOUNT };
	return id == FUSE_ROOT_ID || sysfs_ref_decode(id, ref);
}

/* fuse_names.c: names, and what they stand for */

/**
 * names_lookup() - what a name in a directory stands for
 * @entry: what the kernel is told; ino 0: that there is no such name
 *
 * An ino that is not 0 is to be given to the kernel, or to names_forget().
 *
 * Return: 0 or -errno.
 */
int names_lookup(struct fs *fs, fuse_ino_t parent, const char *name,
		 struct fuse_entry_param *entry);

/* The kernel holds @count fewer of what it was told of @id. */
void names_forget(struct fs *fs, fuse_ino_t id, uint64_t count);

void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_forget(fuse_req_t req, fuse_ino_t id, uint64_t count);
void op_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets);
void op_readlink(fuse_req_t req, fuse_ino_t id);

/* fuse_meta.c: stat(2), chmod(2), chown(2), truncate(2) */
void op_getattr(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi);
void op_setattr(fuse_req_t req, fuse_ino_t id, struct stat *attr, int set,
		struct fuse_file_info *fi);

/* fuse_files.c: open files */
void op_open(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi);
void op_release(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi);
void op_read(fuse_req_t req, fuse_ino_t id, size_t size, off_t off, struct fuse_file_info *fi);
void op_write(fuse_req_t req, fuse_ino_t id, const char *buf, size_t size, off_t off,
	      struct fuse_file_info *fi);
void op_fsync(fuse_req_t req, fuse_ino_t id, int datasync, struct fuse_file_info *fi);
void op_fallocate(fuse_req_t req, fuse_ino_t id, int mode, off_t off, off_t len,
		  struct fuse_file_info *fi);
void op_copy_file_range(fuse_req_t req, fuse_ino_t in, off_t off_in, struct fuse_file_info *fi_in,
			fuse_ino_t out, off_t off_out, struct fuse_file_info *fi_out, size_t len,
			int flags);
void op_ioctl(fuse_req_t req, fuse_ino_t id, unsigned cmd, void *arg, struct fuse_file_info *fi,
	      unsigned flags, const void *in, size_t in_size, size_t out_size);
void op_lseek(fuse_req_t req, fuse_ino_t id, off_t off, int whence, struct fuse_file_info *fi);
void op_poll(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi,
	     struct fuse_pollhandle *handle);

/* fuse_dirs.c: open directories */
void op_opendir(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi);
void op_readdir(fuse_req_t req, fuse_ino_t id, size_t size, off_t off, struct fuse_file_info *fi);
void op_readdirplus(fuse_req_t req, fuse_ino_t id, size_t size, off_t off,
		    struct fuse_file_info *fi);
void op_releasedir(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi);
void op_fsyncdir(fuse_req_t req, fuse_ino_t id, int datasync, struct fuse_file_info *fi);

/* fuse_refused.c: what nobody may */
void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev);
void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode);
void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_symlink(fuse_req_t req, const char *link, fuse_ino_t parent, const char *name);
void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
	       const char *new_name, unsigned flags);
void op_link(fuse_req_t req, fuse_ino_t id, fuse_ino_t new_parent, const char *new_name);
void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
	       struct fuse_file_info *fi);
