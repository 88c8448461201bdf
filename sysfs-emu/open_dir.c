/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Open directories. A listing is made when reading starts at offset 0: emulated entries, and those
 * of the real directory that no emulated one stands before, in the order of sysfs.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "sysfs-emu/fuse_ops.h"
#include "sysfs-emu/open_file.h"
#include "sysfs-emu/order.h"

struct entry {
	uint64_t ino;
	mode_t mode; /* S_IFMT */
	bool cheap;  /* to look up */
	char *name;
};

struct open_dir {
	LIST_ENTRY(open_dir) list;
	uint64_t id;
	pthread_mutex_t lock; /* of all below */
	struct entry *entries;
	size_t nr, cap;
};

int open_dir_new(struct fs *fs, struct open_dir **out, uint64_t id)
{
	struct open_dir *dir = calloc(1, sizeof(*dir));

	if (!dir)
		return -ENOMEM;
	dir->id = id;
	pthread_mutex_init(&dir->lock, NULL);
	pthread_mutex_lock(&fs->opened);
	LIST_INSERT_HEAD(&fs->dirs, dir, list);
	pthread_mutex_unlock(&fs->opened);
	*out = dir;
	return 0;
}

static void clear(struct open_dir *dir)
{
	for (size_t i = 0; i < dir->nr; i++)
		free(dir->entries[i].name);
	dir->nr = 0;
}

void open_dir_close(struct fs *fs, struct open_dir *dir)
{
	pthread_mutex_lock(&fs->opened);
	LIST_REMOVE(dir, list);
	pthread_mutex_unlock(&fs->opened);
	clear(dir);
	free(dir->entries);
	pthread_mutex_destroy(&dir->lock);
	free(dir);
}

static int append(struct open_dir *dir, const char *name, uint64_t ino, mode_t mode, bool cheap)
{
	size_t cap = dir->cap ? dir->cap * 2 : 32;
	struct entry *entries = dir->entries;
	char *copy = strdup(name);

	if (copy && dir->nr == dir->cap) {
		entries = reallocarray(entries, cap, sizeof(*entries));
		if (entries) {
			dir->entries = entries;
			dir->cap = cap;
		}
	}
	if (!copy || !entries) {
		free(copy);
		return -ENOMEM;
	}
	entries[dir->nr++] =
		(struct entry){ .ino = ino, .mode = mode, .cheap = cheap, .name = copy };
	return 0;
}

struct listing {
	struct open_dir *dir;
	struct fs *fs;
	struct sysfs_ref ref;
	bool merged;
};

static int emit_emulated(void *user, const char *name, struct sysfs_ref ref)
{
	struct listing *listing = user;

	return append(listing->dir, name, sysfs_ino(&listing->fs->tree, ref),
		      sysfs_type_mode(sysfs_type(ref)), !sysfs_is_merged(ref));
}

/* Who lists /dev looks its files up: daxemu itself, to mount something on each. */
static int emit_real(void *user, const char *name, uint64_t ino, unsigned char type)
{
	struct listing *listing = user;
	struct sysfs_ref emulated;

	if (listing->merged &&
	    (sysfs_hides(&listing->fs->tree, listing->ref, name) ||
	     sysfs_lookup(&listing->fs->tree, listing->ref, name, &emulated) == 0))
		return 0;
	return append(listing->dir, name, ino, DTTOIF(type), listing->ref.kind == SYSFS_DEVFS);
}

static int list_merged(struct listing *listing)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	enum real_root root;
	int r = fs_real_dir(listing->fs, listing->ref, &root, &path);

	if (r == 0)
		r = real_list(listing->fs->real, root, path.text, emit_real, listing);
	/* Where the host has no such directory there is only the emulated one. */
	return r == -ENOMEM ? r : 0;
}

static int list_emulated(struct fs *fs, struct open_dir *dir, struct sysfs_ref ref)
{
	struct listing listing = {
		.dir = dir, .fs = fs, .ref = ref, .merged = sysfs_is_merged(ref)
	};
	int r;

	fs_lock(fs);
	r = sysfs_list(&fs->tree, ref, emit_emulated, &listing);
	if (r == 0 && listing.merged)
		r = list_merged(&listing);
	fs_unlock(fs);
	return r;
}

/* Directories in the real /dev are there to be mounted over: they look empty. */
static int list_real(struct fs *fs, struct open_dir *dir)
{
	struct listing listing = { .dir = dir, .ref = { .kind = SYSFS_MOUNT } };
	_cleanup_strbuf_ struct strbuf path = { 0 };
	enum real_root root;
	int r = real_path(fs->real, dir->id, &root, &path);

	if (r < 0 || root != REAL_SYS)
		return r;
	turn_lend(&fs->turn);
	return real_list(fs->real, root, path.text, emit_real, &listing);
}

static int compare(const void *a, const void *b)
{
	return sysfs_name_compare(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static int list(struct fs *fs, struct open_dir *dir)
{
	struct sysfs_ref ref = { .kind = SYSFS_MOUNT };

	if (dir->id == FUSE_ROOT_ID || sysfs_ref_decode(dir->id, &ref))
		return list_emulated(fs, dir, ref);
	return list_real(fs, dir);
}

static int make_listing(struct fs *fs, struct open_dir *dir)
{
	int r;

	clear(dir);
	r = append(dir, ".", dir->id, S_IFDIR, false);
	if (r == 0)
		r = append(dir, "..", dir->id, S_IFDIR, false);
	if (r < 0)
		return r;
	r = list(fs, dir);
	/* Behind the two dots. */
	qsort(dir->entries + 2, dir->nr - 2, sizeof(*dir->entries), compare);
	return r;
}

/* Both return the room that the entry needs, be it there or not. */
static size_t add_plain(fuse_req_t req, const struct entry *entry, char *buf, size_t room,
			off_t next)
{
	struct stat st = { .st_ino = entry->ino, .st_mode = entry->mode };

	return fuse_add_direntry(req, buf, room, entry->name, &st, next);
}

static size_t add_plus(fuse_req_t req, fuse_ino_t dir, const struct entry *entry, char *buf,
		       size_t room, off_t next)
{
	size_t size = fuse_add_direntry_plus(req, NULL, 0, entry->name, NULL, 0);
	struct fuse_entry_param param = { 0 };

	if (size > room)
		return size;
	/* Without an ino it is a name, and nothing else. */
	if (!entry->cheap || names_lookup(fs_of(req), dir, entry->name, &param) < 0 || !param.ino)
		param = (struct fuse_entry_param){ .attr = { .st_ino = entry->ino,
							     .st_mode = entry->mode } };
	return fuse_add_direntry_plus(req, buf, room, entry->name, &param, next);
}

static size_t fill(struct open_dir *dir, fuse_req_t req, char *buf, size_t size, off_t off,
		   bool plus)
{
	size_t used = 0;

	for (size_t i = (size_t)off; i < dir->nr; i++) {
		const struct entry *entry = &dir->entries[i];
		char *to = buf + used;
		size_t room = size - used;
		size_t n = plus ? add_plus(req, dir->id, entry, to, room, (off_t)i + 1)
				: add_plain(req, entry, to, room, (off_t)i + 1);

		if (n > room)
			break;
		used += n;
	}
	return used;
}

ssize_t open_dir_read(struct fs *fs, struct open_dir *dir, fuse_req_t req, char *buf, size_t size,
		      off_t off, bool plus)
{
	ssize_t n = 0;

	pthread_mutex_lock(&dir->lock);
	if (off == 0)
		n = make_listing(fs, dir);
	if (n >= 0 && off >= 0)
		n = (ssize_t)fill(dir, req, buf, size, off, plus);
	pthread_mutex_unlock(&dir->lock);
	return n;
}
