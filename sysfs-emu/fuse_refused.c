/* SPDX-License-Identifier: BSD-3-Clause */
/* What nobody may, root neither: with sysfs's errno in the emulated tree, else EROFS. */
#include "sysfs-emu/fuse_ops.h"

#include <errno.h>

static void refuse(fuse_req_t req, fuse_ino_t id, int error)
{
	struct sysfs_ref ref;

	fuse_reply_err(req, is_emulated(id, &ref) ? error : EROFS);
}

void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev)
{
	(void)name;
	(void)mode;
	(void)rdev;
	refuse(req, parent, EPERM);
}

void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	(void)name;
	(void)mode;
	refuse(req, parent, EPERM);
}

void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	(void)name;
	refuse(req, parent, EPERM);
}

void op_symlink(fuse_req_t req, const char *link, fuse_ino_t parent, const char *name)
{
	(void)link;
	(void)name;
	refuse(req, parent, EPERM);
}

void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
	       const char *new_name, unsigned flags)
{
	(void)name;
	(void)new_parent;
	(void)new_name;
	(void)flags;
	refuse(req, parent, EPERM);
}

void op_link(fuse_req_t req, fuse_ino_t id, fuse_ino_t new_parent, const char *new_name)
{
	(void)id;
	(void)new_name;
	refuse(req, new_parent, EPERM);
}

void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
	       struct fuse_file_info *fi)
{
	(void)name;
	(void)mode;
	(void)fi;
	refuse(req, parent, EACCES);
}
