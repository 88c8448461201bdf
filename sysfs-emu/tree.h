/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The emulated tree, without FUSE: names, links, modes, texts. Every function looks the object up
 * in the model, so callers hold the model lock: the write side for sysfs_store() and
 * sysfs_set_meta(), the read side for all others.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include "base/strbuf.h"
#include "core/model.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/host_memory.h"
#include "sysfs-emu/meta.h"
#include "sysfs-emu/ref.h"
#include "sysfs-emu/uevent.h"

/* st_size of every attribute, and the longest text of one write. */
#define SYSFS_PAGE 4096

struct sysfs_tree {
	struct dax_model *model;
	int real_sys;  /* O_PATH directory of the real /sys, lent; -1 for none */
	int real_proc; /* O_PATH directory of the real /proc, lent; -1 for none */
	struct host_memory host;
	bool device_files;   /* dev/ shows daxX.Y */
	struct timespec age; /* all times of all files */
	struct sysfs_meta meta;
	/* A synthetic event that passed the checks; NULL drops it. 0 or what the write returns. */
	int (*uevent)(void *user, const struct sysfs_obj *obj, const struct uevent_request *event);
	void *user;
};

/* Frees what the tree remembers; the model and fds are the caller's. */
void sysfs_tree_free(struct sysfs_tree *tree);

enum sysfs_type {
	SYSFS_TYPE_DIR,
	SYSFS_TYPE_ATTR,
	SYSFS_TYPE_LINK,
	SYSFS_TYPE_CHR,	 /* /dev/daxX.Y */
	SYSFS_TYPE_TWIN, /* the file opened in its place */
	SYSFS_TYPE_FILE, /* an empty regular file that cannot be opened */
};

enum sysfs_type sysfs_type(struct sysfs_ref ref);

/* S_IFMT bits of that type. */
mode_t sysfs_type_mode(enum sysfs_type type);

/* Return: 0, -ENOENT (no such name), -ENODEV (@dir is gone), -ENOTDIR. */
int sysfs_lookup(const struct sysfs_tree *tree, struct sysfs_ref dir, const char *name,
		 struct sysfs_ref *out);

/**
 * sysfs_list() - what is in a directory
 * @emit: called for each; a result other than 0 ends the listing
 *
 * Return: 0, -ENODEV, -ENOTDIR, what @emit returned.
 */
int sysfs_list(const struct sysfs_tree *tree, struct sysfs_ref dir,
	       int (*emit)(void *user, const char *name, struct sysfs_ref ref), void *user);

/* A real file of that name in a merged directory must not be seen, ever. */
bool sysfs_hides(const struct sysfs_tree *tree, struct sysfs_ref dir, const char *name);

/* The directory also shows the real one at the same path. */
bool sysfs_is_merged(struct sysfs_ref dir);

/* What it lists changes with a note to struct dirty only. */
bool sysfs_keeps_list(struct sysfs_ref dir);

/* Path below /sys (below /dev for dev/), without a leading slash. Return: 0, -ENODEV, -ENOMEM. */
int sysfs_path(const struct sysfs_tree *tree, struct sysfs_ref dir, struct strbuf *out);

/* st_ino. */
uint64_t sysfs_ino(const struct sysfs_tree *tree, struct sysfs_ref ref);

/* Also answers for what is gone, as fstat(2) of a removed file does. */
void sysfs_stat(const struct sysfs_tree *tree, struct sysfs_ref ref, struct stat *st);

/* The object of @ref still exists. */
bool sysfs_exists(const struct sysfs_tree *tree, struct sysfs_ref ref);

/* Return: 0, -ENOENT, -ENOMEM. */
int sysfs_readlink(const struct sysfs_tree *tree, struct sysfs_ref ref, struct strbuf *out);

/**
 * sysfs_check_open() - open(2) of an attribute, after the caller's permission
 * @flags: O_*
 *
 * Return: 0, -EACCES (nobody may, root neither), -EINVAL (O_DIRECT), -ENODEV.
 * Source: Linux fs/kernfs/file.c, kernfs_fop_open().
 */
int sysfs_check_open(const struct sysfs_tree *tree, struct sysfs_ref ref, int flags);

/* Return: 0, -ENODEV, -EIO (no reader), what the attribute says. */
int sysfs_show(const struct sysfs_tree *tree, struct sysfs_ref ref, struct strbuf *out);

/* Takes out of a shown text what only root may know. */
void sysfs_redact(struct sysfs_ref ref, struct strbuf *text);

/**
 * sysfs_store() - one write(2)
 * @buf: a whole value
 *
 * Return: bytes taken, at most SYSFS_PAGE; -ENODEV, -EIO (no writer), what the attribute says.
 */
ssize_t sysfs_store(const struct sysfs_tree *tree, struct sysfs_ref ref, const char *buf,
		    size_t size);

/**
 * sysfs_set_meta() - chmod(2) and chown(2)
 * @mode: permission bits, or -1
 * @uid:  or -1; so @gid
 *
 * Return: 0, -ENOMEM.
 */
int sysfs_set_meta(struct sysfs_tree *tree, struct sysfs_ref ref, mode_t mode, uid_t uid,
		   gid_t gid);

/* Forgets what was set on files of an object that is gone: devices and regions by serial. */
void sysfs_drop_meta(struct sysfs_tree *tree, enum sysfs_kind kind, uint64_t serial);

/* The device of a SYSFS_TYPE_CHR or _TWIN, or of any file below its directory; NULL. */
struct dax_dev *sysfs_dev(const struct sysfs_tree *tree, struct sysfs_ref ref);
