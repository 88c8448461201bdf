/* SPDX-License-Identifier: BSD-3-Clause */
/* What a client gets for an open device file: which device that is, and its memory. */
#include <sys/sysmacros.h>

#include "backing/backing.h"
#include "base/util.h"
#include "daemon/instance_priv.h"
#include "daxemu/proto.h"

/* A character device of our major, which nobody else has. */
static struct dax_dev *identify_cuse(const struct instance *instance, const struct stat *st)
{
	if (major(st->st_rdev) != instance->profile.major)
		return NULL;
	return dax_dev_by_minor(instance->model, minor(st->st_rdev));
}

/*
 * The inode number says it all, on our own mount (include/daxemu/proto.h). That is where the twin
 * is of a CUSE device too: the library opens it when it maps anew and has no file of the program's.
 */
static struct dax_dev *op_identify(void *user, const struct stat *st)
{
	struct instance *instance = user;
	uint32_t kind = daxemu_ino_kind(st->st_ino);

	if (instance->cuse && S_ISCHR(st->st_mode))
		return identify_cuse(instance, st);
	if (st->st_dev != instance->setup.device)
		return NULL;
	if (kind != DAXEMU_INO_TWIN && kind != DAXEMU_INO_NODE)
		return NULL;
	if (daxemu_ino_major(st->st_ino) != (instance->profile.major & 0xff))
		return NULL;
	return dax_dev_by_minor(instance->model, daxemu_ino_minor(st->st_ino));
}

static int op_memory(void *user, const struct dax_dev *dev, bool writable, uint64_t *page_size,
		     uint64_t *file_len)
{
	(void)user;
	if (!dev->user)
		return -ENXIO;
	*page_size = backing_region_page_size(dev->region->user);
	*file_len = backing_dev_len(dev->user);
	return backing_dev_fd(dev->user, writable);
}

const struct broker_ops instance_broker_ops = {
	.identify = op_identify,
	.memory = op_memory,
};
