/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of one mount, shared by the files of the FUSE shell. */
#pragma once

#define FUSE_USE_VERSION 312

#include <fuse_lowlevel.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "sysfs-emu/dirty.h"
#include "sysfs-emu/fs.h"
#include "sysfs-emu/mutator.h"
#include "sysfs-emu/real.h"
#include "sysfs-emu/tree.h"
#include "sysfs-emu/turn.h"
#include "sysfs-emu/watch.h"

/* A request that waits holds a thread; others must still find one. */
#define FS_THREADS 8

/*
 * How long the kernel may keep what it was told, in seconds. Names and modes of the emulated tree
 * change only with an invalidation; the real tree tells nobody.
 */
#define FS_FOREVER 1000000.0
#define FS_A_WHILE 1.0

LIST_HEAD(open_files, open_file);
LIST_HEAD(open_dirs, open_dir);

struct fs {
	struct fs_config config;
	struct sysfs_tree tree;
	struct real *real;
	struct dirty dirty;
	struct watch watch;
	struct mutator mutator;
	/* What is open: a kernel that loses the connection releases nothing. */
	pthread_mutex_t opened;
	struct open_files files;
	struct open_dirs dirs;
	struct fuse_session *session;
	pthread_t threads[FS_THREADS];
	int nr_threads;
	/* To read the next request. Passed on before a wait for a lock, lent while a file of the
	 * host's is read. */
	struct turn turn;
	atomic_int serving; /* threads that still read requests */
	int end_fd;
};

extern const struct fuse_lowlevel_ops fs_ops;

/* The read side of the model lock. */
void fs_lock(struct fs *fs);
void fs_unlock(struct fs *fs);

/* What the kernel is told of a file. Takes the read side of the model lock. */
void fs_stat(struct fs *fs, struct sysfs_ref ref, struct stat *st);

/* Below a merged directory: the root, and appends the path. Return: 0, -ENODEV, -ENOMEM. */
int fs_real_dir(struct fs *fs, struct sysfs_ref dir, enum real_root *root, struct strbuf *path);

/* Invalidates what became dirty. Called by the mutator thread alone, without any lock. */
void fs_flush(struct fs *fs);

/* Starts all threads that serve. Return: 0 or -errno; then some may run. */
int serve_start(struct fs *fs);

/* Ends those there are: after the request each works on. */
void serve_stop(struct fs *fs);
