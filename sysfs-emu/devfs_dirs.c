/* SPDX-License-Identifier: BSD-3-Clause */
/* dev/ of the mount: device files, and what only daxemu looks for. */
#include "sysfs-emu/dirs.h"

#include <errno.h>

static bool has_device_files(const struct sysfs_obj *obj)
{
	return obj->tree->device_files;
}

/* --- sets --------------------------------------------------------------------------------- */

static void file_ref(const struct dax_dev *dev, enum sysfs_kind kind, struct sysfs_ref *out)
{
	*out = (struct sysfs_ref){ .kind = kind, .index = dev->minor, .serial = dev->serial };
}

static int chr_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	struct dax_dev *dev = dir->tree->device_files ? sysfs_nth_dev(dir->model, i) : NULL;

	if (!dev)
		return -ENOENT;
	file_ref(dev, SYSFS_CHR, child);
	return 0;
}

static int chr_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = dir->tree->device_files ? sysfs_dev_named(dir, name) : NULL;

	if (!dev)
		return -ENOENT;
	file_ref(dev, SYSFS_CHR, child);
	return 0;
}

static int twin_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_nth_dev(dir->model, i);

	if (!dev)
		return -ENOENT;
	file_ref(dev, SYSFS_TWIN, child);
	return 0;
}

static int twin_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	struct dax_dev *dev = sysfs_dev_numbered(dir, name);

	if (!dev)
		return -ENOENT;
	file_ref(dev, SYSFS_TWIN, child);
	return 0;
}

static const struct sysfs_set device_files = {
	.type = SYSFS_TYPE_CHR,
	.kind = SYSFS_CHR,
	.at = chr_at,
	.find = chr_find,
	.name = sysfs_name_dev,
};
static const struct sysfs_set twins = {
	.type = SYSFS_TYPE_TWIN,
	.kind = SYSFS_TWIN,
	.at = twin_at,
	.find = twin_find,
	.name = sysfs_name_number,
};

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_devfs_dirs[] = {
	[SYSFS_DEVFS - SYSFS_DEVFS] = { .name = "dev",
					.parent = SYSFS_MOUNT,
					.merged = true,
					.sets = { &device_files } },
	[SYSFS_DEVFS_HIDDEN -
		SYSFS_DEVFS] = { .name = ".daxemu", .parent = SYSFS_DEVFS, .unlisted = true },
	[SYSFS_DEVFS_SOCK - SYSFS_DEVFS] = { .name = "sock", .parent = SYSFS_DEVFS_HIDDEN },
	[SYSFS_DEVFS_CTL - SYSFS_DEVFS] = { .name = "ctl", .parent = SYSFS_DEVFS_HIDDEN },
	[SYSFS_DEVFS_PROC - SYSFS_DEVFS] = { .name = "proc",
					     .parent = SYSFS_DEVFS_HIDDEN,
					     .attrs = sysfs_proc_attrs },
	[SYSFS_DEVFS_TWINS - SYSFS_DEVFS] = { .name = "twin",
					      .parent = SYSFS_DEVFS_HIDDEN,
					      .sets = { &twins },
					      .visible = has_device_files },
	[SYSFS_CHR - SYSFS_DEVFS] = { .parent = SYSFS_DEVFS,
				      .resolve = sysfs_resolve_dev,
				      .make_name = sysfs_name_dev },
	[SYSFS_TWIN - SYSFS_DEVFS] = { .parent = SYSFS_DEVFS_TWINS,
				       .resolve = sysfs_resolve_dev,
				       .make_name = sysfs_name_number },
};
