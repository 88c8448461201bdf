/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names. An emulated one is the kernel's until we say that it changed; one of the real /sys, which
 * tells nobody, only for a while.
 */
#include "sysfs-emu/fuse_ops.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/util.h"

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
	int r;

	turn_lend(&fs_of(req)->turn);
	r = real_lookup(fs_of(req)->real, root, dir, name, &entry.attr, &id);
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

void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
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

void op_forget(fuse_req_t req, fuse_ino_t id, uint64_t count)
{
	struct sysfs_ref ref;

	if (!is_emulated(id, &ref))
		real_forget(fs_of(req)->real, id, count);
	fuse_reply_none(req);
}

void op_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
	struct sysfs_ref ref;

	for (size_t i = 0; i < count; i++) {
		if (!is_emulated(forgets[i].ino, &ref))
			real_forget(fs_of(req)->real, forgets[i].ino, forgets[i].nlookup);
	}
	fuse_reply_none(req);
}

void op_readlink(fuse_req_t req, fuse_ino_t id)
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
		turn_lend(&fs->turn);
		r = real_path(fs->real, id, &root, &path);
		if (r == 0)
			r = real_readlink(fs->real, root, path.text, &text);
	}
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		fuse_reply_readlink(req, text.text);
}
