/* SPDX-License-Identifier: BSD-3-Clause */
/* What stat(2) says of a twin, made into what it says of the device file. See stat_fix.h. */
#undef _FILE_OFFSET_BITS
#include "client/stat_fix.h"

#include <sys/sysmacros.h>

#include "client/self.h"
#include "client/sys.h"
#include "daxemu/proto.h"

#ifdef __LP64__
int stat_fix(long r, void *p)
{
	struct stat *st = p;
	struct route_file file;
	struct route_dev dev;

	if (r != 0 || !S_ISREG(st->st_mode))
		return (int)r;
	file = (struct route_file){ .mode = st->st_mode, .dev = st->st_dev, .ino = st->st_ino };
	if (self_route(&file, &dev) != ROUTE_TWIN)
		return 0;
	st->st_mode = (st->st_mode & ~(mode_t)S_IFMT) | S_IFCHR;
	st->st_rdev = makedev(dev.major, dev.minor);
	st->st_ino = daxemu_ino(DAXEMU_INO_NODE, dev.major, dev.minor);
	st->st_size = 0;
	st->st_blocks = 0;
	st->st_blksize = 4096;
	return 0;
}
#endif

void statx_fix(struct statx *st)
{
	struct route_file file = { .mode = st->stx_mode,
				   .dev = makedev(st->stx_dev_major, st->stx_dev_minor),
				   .ino = st->stx_ino };
	struct route_dev dev;
	enum route route;

	if (!route_plausible(&file))
		return;
	route = self_route(&file, &dev);
	if (route != ROUTE_TWIN && route != ROUTE_NODE)
		return;
	st->stx_mode = (__u16)((st->stx_mode & ~S_IFMT) | S_IFCHR);
	st->stx_rdev_major = dev.major;
	st->stx_rdev_minor = dev.minor;
	st->stx_ino = daxemu_ino(DAXEMU_INO_NODE, dev.major, dev.minor);
	st->stx_size = 0;
	st->stx_blocks = 0;
	st->stx_blksize = 4096;
	st->stx_attributes |= STATX_ATTR_DAX;
	st->stx_attributes_mask |= STATX_ATTR_DAX;
}
