/* SPDX-License-Identifier: BSD-3-Clause */
/* dev/ of the mount: device files, and what only daxemu looks for. */
#include "sysfs-emu/dirs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ndctl0 has one whoever makes daxX.Y. */
static bool has_twins(const struct sysfs_obj *obj)
{
	return obj->tree->device_files || sysfs_has_pmem(obj);
}

static int resolve_ndctl(struct sysfs_obj *obj)
{
	return sysfs_has_pmem(obj) ? 0 : -ENODEV;
}

static void name_ndctl(const struct sysfs_obj *obj, char *name)
{
	(void)obj;
	snprintf(name, SYSFS_NAME_MAX, "ndctl0");
}

/* --- sets --------------------------------------------------------------------------------- */

/* @dev: may be NULL. */
static int file_ref(const struct sysfs_obj *dir, const struct dax_dev *dev, enum sysfs_kind kind,
		    struct sysfs_ref *out)
{
	if (!dev || !dir->tree->device_files)
		return -ENOENT;
	*out = (struct sysfs_ref){ .kind = kind, .index = dev->minor, .serial = dev->serial };
	return 0;
}

static int chr_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return file_ref(dir, sysfs_nth_dev(dir->model, i), SYSFS_CHR, child);
}

static int chr_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return file_ref(dir, sysfs_dev_named(dir, name), SYSFS_CHR, child);
}

static int twin_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	return file_ref(dir, sysfs_nth_dev(dir->model, i), SYSFS_TWIN, child);
}

static int twin_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return file_ref(dir, sysfs_dev_numbered(dir, name), SYSFS_TWIN, child);
}

static int ndctl_chr_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	*child = (struct sysfs_ref){ .kind = SYSFS_NDCTL_CHR };
	return i || !sysfs_has_pmem(dir) ? -ENOENT : 0;
}

static int ndctl_chr_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	return strcmp(name, "ndctl0") == 0 ? ndctl_chr_at(dir, 0, child) : -ENOENT;
}

static int ndctl_twin_at(const struct sysfs_obj *dir, size_t i, struct sysfs_ref *child)
{
	int r = sysfs_ndctl_at(dir, i, child);

	child->kind = SYSFS_NDCTL_TWIN;
	return r;
}

static int ndctl_twin_find(const struct sysfs_obj *dir, const char *name, struct sysfs_ref *child)
{
	int r = sysfs_ndctl_find(dir, name, child);

	child->kind = SYSFS_NDCTL_TWIN;
	return r;
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

static const struct sysfs_set ndctl_file = {
	.type = SYSFS_TYPE_CHR,
	.kind = SYSFS_NDCTL_CHR,
	.at = ndctl_chr_at,
	.find = ndctl_chr_find,
};
static const struct sysfs_set ndctl_twin = {
	.type = SYSFS_TYPE_TWIN,
	.kind = SYSFS_NDCTL_TWIN,
	.at = ndctl_twin_at,
	.find = ndctl_twin_find,
};

/* --- the rows ----------------------------------------------------------------------------- */

const struct sysfs_dir sysfs_devfs_dirs[] = {
	[SYSFS_DEVFS - SYSFS_DEVFS] = { .name = "dev",
					.parent = SYSFS_MOUNT,
					.merged = true,
					.sets = { &device_files, &ndctl_file } },
	[SYSFS_DEVFS_HIDDEN -
		SYSFS_DEVFS] = { .name = ".daxemu", .parent = SYSFS_DEVFS, .unlisted = true },
	[SYSFS_DEVFS_SOCK - SYSFS_DEVFS] = { .name = "sock", .parent = SYSFS_DEVFS_HIDDEN },
	[SYSFS_DEVFS_CTL - SYSFS_DEVFS] = { .name = "ctl", .parent = SYSFS_DEVFS_HIDDEN },
	[SYSFS_DEVFS_PROC - SYSFS_DEVFS] = { .name = "proc",
					     .parent = SYSFS_DEVFS_HIDDEN,
					     .attrs = sysfs_proc_attrs },
	[SYSFS_DEVFS_TWINS - SYSFS_DEVFS] = { .name = "twin",
					      .parent = SYSFS_DEVFS_HIDDEN,
					      .sets = { &twins, &ndctl_twin },
					      .visible = has_twins },
	[SYSFS_CHR - SYSFS_DEVFS] = { .parent = SYSFS_DEVFS,
				      .resolve = sysfs_resolve_dev,
				      .make_name = sysfs_name_dev },
	[SYSFS_TWIN - SYSFS_DEVFS] = { .parent = SYSFS_DEVFS_TWINS,
				       .resolve = sysfs_resolve_dev,
				       .make_name = sysfs_name_number },
	[SYSFS_NDCTL_CHR - SYSFS_DEVFS] = { .parent = SYSFS_DEVFS,
					    .resolve = resolve_ndctl,
					    .make_name = name_ndctl },
	[SYSFS_NDCTL_TWIN - SYSFS_DEVFS] = { .parent = SYSFS_DEVFS_TWINS,
					     .resolve = resolve_ndctl,
					     .make_name = sysfs_name_ndctl_number },
};
