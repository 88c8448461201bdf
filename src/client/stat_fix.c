/* SPDX-License-Identifier: BSD-3-Clause */
/* What stat(2) says of a twin, made into what it says of the device file. See stat_fix.h. */
#include "client/stat_fix.h"

#include "client/self.h"
#include "client/sys.h"

bool stat_is_twin(unsigned mode, uint64_t dev, uint64_t ino, struct route_dev *out)
{
	struct route_file file = { .mode = mode, .dev = dev, .ino = ino };

	return S_ISREG(mode) && self_route(&file, out) == ROUTE_TWIN;
}

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
