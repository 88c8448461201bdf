/* SPDX-License-Identifier: BSD-3-Clause */
/* What stat(2) says, and the changes that chmod(2), chown(2) and truncate(2) ask for. */
#include "sysfs-emu/fuse_ops.h"

#include <errno.h>
#include <stdlib.h>

#include "base/util.h"
#include "cuse/devfile.h"

static int stat_real(struct fs *fs, fuse_ino_t id, struct stat *st)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	enum real_root root;
	int r = real_path(fs->real, id, &root, &path);

	turn_lend(&fs->turn);
	return r < 0 ? r : real_stat(fs->real, root, path.text, st);
}

void op_getattr(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
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
void op_setattr(fuse_req_t req, fuse_ino_t id, struct stat *attr, int set,
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
