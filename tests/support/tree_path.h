/* SPDX-License-Identifier: BSD-3-Clause */
/* A file of the tree by its path, for tests that have no mount. */
#pragma once

#include <errno.h>
#include <string.h>

#include "sysfs-emu/tree.h"

/* @path: "sys/bus/dax"; symbolic links are not followed. Return: 0, -ENAMETOOLONG, as
 * sysfs_lookup(). */
static inline int tree_find(const struct sysfs_tree *tree, const char *path, struct sysfs_ref *out)
{
	char name[256];
	int r = 0;

	*out = (struct sysfs_ref){ .kind = SYSFS_MOUNT };
	while (*path && r == 0) {
		size_t len = strcspn(path, "/");

		if (len >= sizeof(name))
			return -ENAMETOOLONG;
		memcpy(name, path, len);
		name[len] = '\0';
		r = sysfs_lookup(tree, *out, name, out);
		path += len + (path[len] == '/');
	}
	return r;
}
