/* SPDX-License-Identifier: BSD-3-Clause */
/* Open attributes, twins of device files, and real files. */
#include "sysfs-emu/open_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cuse/devfile.h"

static struct open_file *file_new(struct fs *fs, enum open_file_type type)
{
	struct open_file *file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	file->type = type;
	file->fd = -1;
	file->news = true;
	pthread_mutex_init(&file->lock, NULL);
	pthread_mutex_lock(&fs->opened);
	LIST_INSERT_HEAD(&fs->files, file, list);
	pthread_mutex_unlock(&fs->opened);
	return file;
}

static void file_free(struct fs *fs, struct open_file *file)
{
	pthread_mutex_lock(&fs->opened);
	LIST_REMOVE(file, list);
	pthread_mutex_unlock(&fs->opened);
	if (file->waits)
		fuse_pollhandle_destroy(file->waits);
	strbuf_free(&file->text);
	pthread_mutex_destroy(&file->lock);
	free(file);
}

int open_attr(struct fs *fs, struct sysfs_ref ref, int flags, struct open_file **out)
{
	struct open_file *file;
	int r;

	fs_lock(fs);
	r = sysfs_check_open(&fs->tree, ref, flags);
	fs_unlock(fs);
	/* Found through a directory held open since before: by name it is not there. */
	if (r == -ENODEV)
		r = -ENOENT;
	if (r < 0)
		return r;
	file = file_new(fs, OPEN_ATTR);
	if (!file)
		return -ENOMEM;
	file->ref = ref;
	*out = file;
	return 0;
}

/* The minor may have gone to another device since the kernel looked the twin up. */
static int open_right_dev(struct fs *fs, struct sysfs_ref ref, int flags, struct dax_dev **out)
{
	struct sysfs_ref now;
	int r;

	turn_pass(&fs->turn);
	r = devfile_open(fs->config.model, fs->config.lock, ref.index, flags, out);
	if (r < 0)
		return r;
	now = (struct sysfs_ref){ .kind = ref.kind, .index = ref.index, .serial = (*out)->serial };
	if (sysfs_ref_encode(now) == sysfs_ref_encode(ref))
		return 0;
	devfile_release(*out, fs->config.lock);
	return -ENXIO;
}

int open_twin(struct fs *fs, struct sysfs_ref ref, int flags, struct open_file **out)
{
	struct open_file *file = file_new(fs, OPEN_TWIN);
	int r = 0;

	if (!file)
		return -ENOMEM;
	file->read_only = (flags & O_ACCMODE) == O_RDONLY;
	if (ref.kind == SYSFS_TWIN)
		r = open_right_dev(fs, ref, flags, &file->dev);
	else if (flags & O_DIRECT)
		r = -EINVAL;
	if (r < 0) {
		file_free(fs, file);
		return r;
	}
	*out = file;
	return 0;
}

int open_real(struct fs *fs, uint64_t id, int flags, struct open_file **out)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	struct open_file *file;
	enum real_root root;
	int r = real_path(fs->real, id, &root, &path);

	if (r < 0)
		return r;
	/* Nothing is written through; what is in the real /dev is reached by bind mounts only. */
	if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC))
		return -EROFS;
	if (root != REAL_SYS)
		return -EACCES;
	file = file_new(fs, OPEN_REAL);
	if (!file)
		return -ENOMEM;
	turn_lend(&fs->turn);
	file->fd = real_open(fs->real, root, path.text, 0);
	if (file->fd < 0) {
		r = file->fd;
		file_free(fs, file);
		return r;
	}
	*out = file;
	return 0;
}

void open_file_close(struct fs *fs, struct open_file *file)
{
	/* Before the next request is read: who asks after a close finds it done, as on a kernel. */
	if (file->dev) {
		dax_dev_release(file->dev);
		turn_pass(&fs->turn);
		devfile_put(file->dev, fs->config.lock);
	}
	close_fdp(&file->fd);
	file_free(fs, file);
}

void open_close_all(struct fs *fs)
{
	struct open_file *file;
	struct open_dir *dir;

	while ((file = LIST_FIRST(&fs->files)))
		open_file_close(fs, file);
	while ((dir = LIST_FIRST(&fs->dirs)))
		open_dir_close(fs, dir);
}

/* Makes the text when reading starts at offset 0, as seq_file does. Both locks are held. */
static int make_text(struct fs *fs, struct open_file *file, off_t off)
{
	struct strbuf text = { 0 };
	bool again = !file->shown || off == 0;
	int r = 0;

	if (!sysfs_exists(&fs->tree, file->ref)) {
		r = -ENODEV;
	} else if (again) {
		open_file_seen(fs, file);
		r = sysfs_show(&fs->tree, file->ref, &text);
	}
	if (r < 0 || !again) {
		strbuf_free(&text);
		return r;
	}
	if (!file->by_root)
		sysfs_redact(file->ref, &text);
	strbuf_free(&file->text);
	file->text = text;
	file->shown = true;
	return 0;
}

static ssize_t read_attr(struct fs *fs, struct open_file *file, char *buf, size_t size, off_t off)
{
	ssize_t n;
	int r;

	/* In this order: nobody waits for a file whose reader waits for the model. */
	fs_lock(fs);
	pthread_mutex_lock(&file->lock);
	r = make_text(fs, file, off);
	n = r;
	if (r == 0 && off >= 0 && (size_t)off < file->text.len) {
		n = (ssize_t)min_u64(size, file->text.len - (size_t)off);
		memcpy(buf, file->text.text + off, (size_t)n);
	}
	pthread_mutex_unlock(&file->lock);
	fs_unlock(fs);
	return n;
}

static ssize_t read_real(struct fs *fs, const struct open_file *file, char *buf, size_t size,
			 off_t off)
{
	ssize_t n;

	turn_lend(&fs->turn);
	n = pread(file->fd, buf, size, off);
	return n < 0 ? -errno : n;
}

ssize_t open_file_read(struct fs *fs, struct open_file *file, char *buf, size_t size, off_t off)
{
	switch (file->type) {
	case OPEN_ATTR:
		return read_attr(fs, file, buf, size, off);
	case OPEN_TWIN:
		return devfile_op(DEVFILE_READ);
	case OPEN_REAL:
		return read_real(fs, file, buf, size, off);
	}
	return -EIO;
}
