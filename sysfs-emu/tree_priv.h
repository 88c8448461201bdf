/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files that walk the rows of dirs.h have from one another. */
#pragma once

#include "sysfs-emu/dirs.h"

/* The row of the directory @ref is or is in. */
static inline const struct sysfs_dir *dir_of(struct sysfs_ref ref)
{
	return sysfs_dir_of(ref.kind);
}

/* Writes the name a directory has in its parent, at most SYSFS_NAME_MAX bytes with the NUL. */
void sysfs_dir_name(const struct sysfs_obj *obj, char *name);

/* Directories in @ref, which is one; 0 when it is gone. */
nlink_t sysfs_count_dirs(const struct sysfs_tree *tree, struct sysfs_ref ref);

/* The row of an attribute. NULL: @ref is none. */
const struct sysfs_attr *sysfs_attr_of(struct sysfs_ref ref);

/* Its mode on that object; 0: it is hidden. */
mode_t sysfs_attr_mode(const struct sysfs_obj *obj, const struct sysfs_attr *attr);
