/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who waits for an attribute. As in kernfs an open file that was never read, or not since the last
 * notification, is POLLERR and POLLPRI; so is one whose object is gone. Which attributes are
 * notified of is said in watch.c.
 */
#include <poll.h>

#include "sysfs-emu/open_file.h"

/* What any file is that has no poll of its own. */
#define ALWAYS (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM)

static bool is_kernfs(const struct open_file *file)
{
	return file->type == OPEN_ATTR && file->ref.kind != SYSFS_DEVFS_PROC;
}

static bool is_gone(struct fs *fs, struct sysfs_ref ref)
{
	bool gone;

	fs_lock(fs);
	gone = !sysfs_exists(&fs->tree, ref);
	fs_unlock(fs);
	return gone;
}

/* One handle wakes all who wait for the open file. The one that is replaced is given back. */
static bool wait_and_look(struct fs *fs, struct open_file *file, struct fuse_pollhandle **handle)
{
	struct fuse_pollhandle *mine = *handle;
	bool news;

	pthread_mutex_lock(&fs->opened);
	if (mine) {
		*handle = file->waits;
		file->waits = mine;
	}
	news = file->news;
	pthread_mutex_unlock(&fs->opened);
	return news;
}

unsigned open_file_poll(struct fs *fs, struct open_file *file, struct fuse_pollhandle *handle)
{
	bool news = false;

	if (is_kernfs(file))
		news = wait_and_look(fs, file, &handle) || is_gone(fs, file->ref);
	if (handle)
		fuse_pollhandle_destroy(handle);
	return news ? ALWAYS | POLLERR | POLLPRI : ALWAYS;
}

void open_file_seen(struct fs *fs, struct open_file *file)
{
	pthread_mutex_lock(&fs->opened);
	file->news = false;
	pthread_mutex_unlock(&fs->opened);
}

/* The kernel does not wait for anything in these notifications. */
void open_file_notify(struct fs *fs, struct sysfs_ref attr)
{
	uint64_t id = sysfs_ref_encode(attr);
	struct open_file *file;

	pthread_mutex_lock(&fs->opened);
	LIST_FOREACH(file, &fs->files, list)
	{
		if (file->type != OPEN_ATTR || sysfs_ref_encode(file->ref) != id)
			continue;
		file->news = true;
		if (!file->waits)
			continue;
		fuse_lowlevel_notify_poll(file->waits);
		fuse_pollhandle_destroy(file->waits);
		file->waits = NULL;
	}
	pthread_mutex_unlock(&fs->opened);
}
