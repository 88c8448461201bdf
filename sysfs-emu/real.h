/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The real /sys and /dev, read-only. The kernel holds ids of what it looked up here; a table maps
 * them back to paths until it forgets them. No fds are kept, however many files are known. Safe to
 * call from any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/strbuf.h"
#include "sysfs-emu/real_ids.h"

struct real;

/**
 * real_new() - an empty table
 * @fds: O_PATH directories, indexed by enum real_root, lent; -1 for an empty tree
 *
 * Return: 0, -ENOMEM.
 */
int real_new(struct real **out, const int fds[REAL_NR_ROOTS]);
void real_free(struct real *real);

/**
 * real_lookup() - find a name, and remember it until real_forget()
 * @dir: path below the root, "" for the root itself
 * @id:  never 0 or 1, never with SYSFS_REF_EMULATED; the same while file and inode are the same
 *
 * Return: 0 or -errno.
 */
int real_lookup(struct real *real, enum real_root root, const char *dir, const char *name,
		struct stat *st, uint64_t *id);

/* The kernel dropped @count of the lookups of @id. */
void real_forget(struct real *real, uint64_t id, uint64_t count);

/* Copies the path of @id. Return: 0, -ENOENT, -ENOMEM. */
int real_path(struct real *real, uint64_t id, enum real_root *root, struct strbuf *path);

/* By path; no symbolic link is followed, ever. Return: 0 or -errno. */
int real_stat(const struct real *real, enum real_root root, const char *path, struct stat *st);
int real_readlink(const struct real *real, enum real_root root, const char *path,
		  struct strbuf *out);

/* Opens a regular file or directory for reading, never blocks. Return: fd or -errno. */
int real_open(const struct real *real, enum real_root root, const char *path, int flags);

/* Calls @emit for each entry but . and .. Return: 0, -errno, what @emit returned. */
int real_list(const struct real *real, enum real_root root, const char *path,
	      int (*emit)(void *user, const char *name, uint64_t ino, unsigned char type),
	      void *user);

/* How many ids are known; for tests. */
size_t real_count(struct real *real);
