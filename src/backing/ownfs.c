/* SPDX-License-Identifier: BSD-3-Clause */
/* Filesystems of our own. See ownfs.h. */
#include "backing/ownfs.h"

#include <stdio.h>
#include <sys/mount.h>

#include "base/util.h"

int ownfs_new(const char *type)
{
	int fs = fsopen(type, FSOPEN_CLOEXEC);

	return fs < 0 ? -errno : fs;
}

int ownfs_set(int fs, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	return fsconfig(fs, FSCONFIG_SET_STRING, key, text, 0) < 0 ? -errno : 0;
}

int ownfs_mount(int fs)
{
	int r;

	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	/* Not noexec: device memory may be mapped executable. */
	r = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	return r < 0 ? -errno : r;
}
