/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of FUSE operations, and what concerns the whole mount. */
#include "sysfs-emu/fuse_ops.h"

#include <limits.h>

#include "base/util.h"

/*
 * Cached links are cut to st_size, which is 0 in sysfs, by kernels before 6.15 (protocol 7.43):
 * there a readlink(2) is a round trip.
 */
static void op_init(void *user, struct fuse_conn_info *conn)
{
	unsigned want = FUSE_CAP_ATOMIC_O_TRUNC | FUSE_CAP_PARALLEL_DIROPS | FUSE_CAP_READDIRPLUS |
			FUSE_CAP_READDIRPLUS_AUTO;

	(void)user;
	if (conn->proto_minor >= 43)
		want |= FUSE_CAP_CACHE_SYMLINKS;
	conn->want = want & conn->capable;
	conn->max_write = MAX_IO;
	conn->max_readahead = 0;
	/* A close is a request in the background; beyond this many the next open overtakes them. */
	conn->max_background = UINT16_MAX;
	conn->time_gran = 1;
}

static void op_statfs(fuse_req_t req, fuse_ino_t id)
{
	(void)id;
	fuse_reply_statfs(req, &(struct statvfs){ .f_bsize = SYSFS_PAGE,
						  .f_frsize = SYSFS_PAGE,
						  .f_namemax = NAME_MAX });
}

/* No access(): the kernel checks permissions by mode, uid and gid (default_permissions). No
 * xattrs or locks: the kernel's defaults are those of sysfs. */
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
	.readdirplus = op_readdirplus,
	.releasedir = op_releasedir,
	.fsyncdir = op_fsyncdir,
	.statfs = op_statfs,
	.create = op_create,
	.ioctl = op_ioctl,
	.fallocate = op_fallocate,
	.copy_file_range = op_copy_file_range,
	.lseek = op_lseek,
	.poll = op_poll,
};
