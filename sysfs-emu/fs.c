/* SPDX-License-Identifier: BSD-3-Clause */
/* One mount: its parts, its threads, and what they share. */
#include "sysfs-emu/fs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "base/log.h"
#include "base/util.h"
#include "sysfs-emu/fs_priv.h"
#include "sysfs-emu/open_file.h"

/* --- invalidation ------------------------------------------------------------------------- */

static fuse_ino_t node_id(struct sysfs_ref ref)
{
	return ref.kind == SYSFS_MOUNT ? FUSE_ROOT_ID : sysfs_ref_encode(ref);
}

/*
 * Names; after the last of a directory its attributes, and the kernel's copy of its listing. It may
 * have copied the old one until now, which it does with the directory locked. So names come first:
 * they wait for the lock.
 */
static void flush(struct fs *fs, const struct dirty_item *item, bool is_last)
{
	fuse_ino_t id = node_id(item->ref);

	if (item->notify) {
		open_file_notify(fs, item->ref);
		return;
	}
	/* ENOENT says that the kernel knew nothing of it. */
	if (item->name[0])
		fuse_lowlevel_notify_inval_entry(fs->session, id, item->name, strlen(item->name));
	if (is_last)
		fuse_lowlevel_notify_inval_inode(fs->session, id, 0, 0);
}

void fs_flush(struct fs *fs)
{
	struct dirty_item *items;
	size_t nr = dirty_take(&fs->dirty, &items);

	for (size_t i = 0; fs->session && i < nr; i++)
		flush(fs, &items[i],
		      i + 1 == nr || items[i + 1].notify ||
			      node_id(items[i].ref) != node_id(items[i + 1].ref));
	free(items);
}

static void wake_mutator(void *user)
{
	mutator_wake(&((struct fs *)user)->mutator);
}

void fs_lock(struct fs *fs)
{
	if (pthread_rwlock_tryrdlock(fs->config.lock) == 0)
		return;
	turn_pass(&fs->turn);
	pthread_rwlock_rdlock(fs->config.lock);
}

void fs_unlock(struct fs *fs)
{
	pthread_rwlock_unlock(fs->config.lock);
}

/* --- merged directories ------------------------------------------------------------------- */

int fs_real_dir(struct fs *fs, struct sysfs_ref dir, enum real_root *root, struct strbuf *path)
{
	int r = sysfs_path(&fs->tree, dir, path);

	*root = dir.kind == SYSFS_DEVFS ? REAL_DEV : REAL_SYS;
	return r < 0 ? r : strbuf_printf(path, "%s", "");
}

struct counting {
	struct fs *fs;
	struct sysfs_ref dir;
	nlink_t dirs;
};

/* A sub-directory of the real one that is seen. */
static int count_real_dir(void *user, const char *name, uint64_t ino, unsigned char type)
{
	struct counting *c = user;
	struct sysfs_ref ref;

	(void)ino;
	if (type == DT_DIR && !sysfs_hides(&c->fs->tree, c->dir, name) &&
	    sysfs_lookup(&c->fs->tree, c->dir, name, &ref) < 0)
		c->dirs++;
	return 0;
}

static void stat_merged(struct fs *fs, struct sysfs_ref ref, struct stat *st)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	struct counting counting = { .fs = fs, .dir = ref };
	enum real_root root;

	if (fs_real_dir(fs, ref, &root, &path) == 0 &&
	    real_list(fs->real, root, path.text, count_real_dir, &counting) == 0)
		st->st_nlink += counting.dirs;
}

void fs_stat(struct fs *fs, struct sysfs_ref ref, struct stat *st)
{
	fs_lock(fs);
	sysfs_stat(&fs->tree, ref, st);
	if (sysfs_is_merged(ref))
		stat_merged(fs, ref, st);
	fs_unlock(fs);
}

/* --- life --------------------------------------------------------------------------------- */

/* Makes what can fail; on failure nothing is left of it. */
static int make_parts(struct fs *fs)
{
	const int fds[REAL_NR_ROOTS] = { fs->config.real_sys, fs->config.real_dev };
	_cleanup_fd_ int end_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int r = end_fd < 0 ? -errno : real_new(&fs->real, fds);

	if (r < 0)
		return r;
	r = host_memory_read(&fs->tree);
	if (r < 0) {
		sysfs_tree_free(&fs->tree);
		real_free(fs->real);
		return r;
	}
	fs->end_fd = steal_fd(&end_fd);
	return 0;
}

static void begin_watch(struct fs *fs)
{
	dirty_init(&fs->dirty, wake_mutator, fs);
	pthread_rwlock_wrlock(fs->config.lock);
	watch_init(&fs->watch, &fs->tree, &fs->dirty);
	pthread_rwlock_unlock(fs->config.lock);
}

int fs_new(struct fs **out, const struct fs_config *config)
{
	_cleanup_fd_ int fuse_fd = config->fuse_fd;
	struct fs *fs = calloc(1, sizeof(*fs));
	int r;

	if (!fs)
		return -ENOMEM;
	fs->config = *config;
	fs->tree = (struct sysfs_tree){ .model = config->model,
					.real_sys = config->real_sys,
					.real_proc = config->real_proc,
					.device_files = config->device_files,
					.uevent = config->uevent,
					.user = config->user };
	clock_gettime(CLOCK_REALTIME, &fs->tree.age);
	r = make_parts(fs);
	if (r < 0) {
		free(fs);
		return r;
	}
	turn_init(&fs->turn);
	pthread_mutex_init(&fs->opened, NULL);
	LIST_INIT(&fs->files);
	LIST_INIT(&fs->dirs);
	mutator_init(&fs->mutator, fs);
	begin_watch(fs);
	steal_fd(&fuse_fd);
	*out = fs;
	return 0;
}

/* The session takes the fd, as if it had mounted it itself. */
static int open_session(struct fs *fs)
{
	char name[] = "daxemu";
	char *argv[] = { name, NULL };
	struct fuse_args args = FUSE_ARGS_INIT(1, argv);
	char path[32];

	fs->session = fuse_session_new(&args, &fs_ops, sizeof(fs_ops), fs);
	fuse_opt_free_args(&args);
	if (!fs->session)
		return -ENOMEM;
	snprintf(path, sizeof(path), "/dev/fd/%d", fs->config.fuse_fd);
	return fuse_session_mount(fs->session, path) < 0 ? -EBADF : 0;
}

int fs_start(struct fs *fs)
{
	int r = open_session(fs);

	if (r == 0)
		r = mutator_start(&fs->mutator);
	return r < 0 ? r : serve_start(fs);
}

int fs_change(struct fs *fs, int (*change)(void *user), void *user)
{
	return mutator_run(&fs->mutator, change, user);
}

int fs_end_fd(const struct fs *fs)
{
	return fs->end_fd;
}

/*
 * First the mutator, while the other threads still serve the lookups it may wait for; then those;
 * then the fd, whose last close makes the kernel fail what is left.
 */
void fs_free(struct fs *fs)
{
	mutator_stop(&fs->mutator);
	serve_stop(fs);
	if (fs->session)
		fuse_session_destroy(fs->session);
	else
		close(fs->config.fuse_fd);
	open_close_all(fs);
	pthread_mutex_destroy(&fs->opened);
	turn_destroy(&fs->turn);
	close(fs->end_fd);
	watch_free(&fs->watch);
	dirty_free(&fs->dirty);
	mutator_destroy(&fs->mutator);
	sysfs_tree_free(&fs->tree);
	real_free(fs->real);
	free(fs);
}
