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

static int lookup_real(struct fs *fs, enum real_root root, const char *dir, const char *name,
		       struct fuse_entry_param *entry)
{
	uint64_t id = 0;
	int r;

	turn_lend(&fs->turn);
	r = real_lookup(fs->real, root, dir, name, &entry->attr, &id);
	entry->ino = id;
	entry->attr_timeout = entry->entry_timeout = FS_A_WHILE;
	return r == -ENOENT ? 0 : r;
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

static int lookup_emulated(struct fs *fs, struct sysfs_ref dir, const char *name,
			   struct fuse_entry_param *entry)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	enum real_root root;
	struct sysfs_ref ref;

	entry->attr_timeout = entry->entry_timeout = FS_FOREVER;
	switch (find_emulated(fs, dir, name, &ref, &root, &path)) {
	case FOUND:
		entry->ino = sysfs_ref_encode(ref);
		fs_stat(fs, ref, &entry->attr);
		return 0;
	case NOT_THERE:
		return 0;
	case ASK_REAL:
		return lookup_real(fs, root, path.text, name, entry);
	case GONE:
		break;
	}
	return -ENOENT;
}

int names_lookup(struct fs *fs, fuse_ino_t parent, const char *name, struct fuse_entry_param *entry)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	enum real_root root;
	struct sysfs_ref dir;
	int r;

	*entry = (struct fuse_entry_param){ 0 };
	if (is_emulated(parent, &dir))
		return lookup_emulated(fs, dir, name, entry);
	r = real_path(fs->real, parent, &root, &path);
	/* Directories of the real /dev look empty. */
	if (r == 0 && root != REAL_SYS)
		r = -ENOENT;
	return r < 0 ? r : lookup_real(fs, root, path.text, name, entry);
}

void names_forget(struct fs *fs, fuse_ino_t id, uint64_t count)
{
	struct sysfs_ref ref;

	if (!is_emulated(id, &ref))
		real_forget(fs->real, id, count);
}

void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fs *fs = fs_of(req);
	struct fuse_entry_param entry;
	int r = -ENAMETOOLONG;

	if (strlen(name) <= NAME_MAX)
		r = names_lookup(fs, parent, name, &entry);
	if (r < 0)
		fuse_reply_err(req, -r);
	else if (fuse_reply_entry(req, &entry) < 0)
		names_forget(fs, entry.ino, 1);
}

void op_forget(fuse_req_t req, fuse_ino_t id, uint64_t count)
{
	names_forget(fs_of(req), id, count);
	fuse_reply_none(req);
}

void op_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
	for (size_t i = 0; i < count; i++)
		names_forget(fs_of(req), forgets[i].ino, forgets[i].nlookup);
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
