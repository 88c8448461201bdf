/* SPDX-License-Identifier: BSD-3-Clause */
/* The decision. See grant.h. */
#include "broker/grant.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/util.h"
#include "broker/bad.h"
#include "broker/msg.h"

/*
 * What the kernel knows of a file: AT_STATX_DONT_SYNC sends no request to a FUSE server, neither
 * to ourselves nor to one that a client wrote to make us wait.
 */
static int stat_cached(int fd, struct stat *out)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &st) < 0)
		return -errno;
	memset(out, 0, sizeof(*out));
	out->st_mode = st.stx_mode;
	out->st_ino = st.stx_ino;
	out->st_dev = makedev(st.stx_dev_major, st.stx_dev_minor);
	out->st_rdev = makedev(st.stx_rdev_major, st.stx_rdev_minor);
	return 0;
}

/* Return: O_* of the open file; -EBADF for O_PATH, which proves no permission to use it. */
static int open_flags(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return -errno;
	return flags & O_PATH ? -EBADF : flags;
}

static uint32_t profile_bits(const struct dax_profile *profile)
{
	return (profile->unaligned_split_error == -ENOMEM ? DAXEMU_PROFILE_SPLIT_ENOMEM : 0) |
	       (profile->madv_guard ? DAXEMU_PROFILE_MADV_GUARD : 0);
}

/* What a client's file was, once it is closed. */
struct opened {
	struct stat st;
	int flags;	 /* O_* */
	uint64_t serial; /* of the device */
};

/* What is to be said, in this order. */
struct grant {
	struct daxemu_msg_map_reply reply;
	struct bad_walk bad; /* if the reply counts some */
};

/* Fills in @grant. Return: the memory, lent while the lock is held, or -errno. */
static int decide(const struct broker_config *config, const struct daxemu_msg_map *request,
		  const struct dax_dev *dev, int flags, struct grant *grant)
{
	struct daxemu_msg_map_reply *reply = &grant->reply;
	struct dax_map_request map = { .addr = request->addr,
				       .len = request->len,
				       .off = request->off,
				       .prot = request->prot,
				       .flags = request->flags,
				       .open_flags = flags };
	bool writable = (flags & O_ACCMODE) != O_RDONLY;
	int r = dax_dev_check_map(dev, &map);

	if (r < 0)
		return r;
	reply->align = dev->align;
	reply->profile = profile_bits(config->model->config.profile);
	r = config->ops->memory(config->user, dev, writable, &reply->page_size, &reply->file_len);
	if (r < 0)
		return r;
	grant->bad = bad_walk_start(dev, request, reply->page_size);
	reply->nr_bad = bad_count(grant->bad);
	return r;
}

/* Whose device file that is. Return: 0, -ENODEV (none of ours), -errno. */
static int recognise(const struct broker_config *config, int file, struct opened *out)
{
	const struct dax_dev *dev;
	int r;

	out->flags = open_flags(file);
	if (out->flags < 0)
		return out->flags;
	r = stat_cached(file, &out->st);
	if (r < 0)
		return r;
	pthread_rwlock_rdlock(config->lock);
	dev = config->ops->identify(config->user, &out->st);
	out->serial = dev ? dev->serial : 0;
	pthread_rwlock_unlock(config->lock);
	return dev ? 0 : -ENODEV;
}

/* With the lock held. Since the file is closed, another device may have its number. */
static int answer(const struct broker_config *config, const struct daxemu_msg_map *request,
		  const struct opened *opened, struct grant *grant)
{
	const struct dax_dev *dev = config->ops->identify(config->user, &opened->st);

	if (!dev || dev->serial != opened->serial)
		return -ENXIO;
	return decide(config, request, dev, opened->flags, grant);
}

static int send_all(const struct grant *grant, int mem, grant_send_fn *send, void *user)
{
	struct bad_walk walk = grant->bad;
	struct daxemu_msg_bad msg;
	int r = send(user, &grant->reply, sizeof(grant->reply), mem);

	while (!r && grant->reply.nr_bad && bad_message(&walk, grant->reply.header.serial, &msg))
		r = send(user, &msg, msg.header.size, -1);
	return r;
}

int grant_map(const struct broker_config *config, const struct daxemu_msg_map *request, int *file,
	      grant_send_fn *send, void *user)
{
	struct grant grant = { .reply = msg_reply(request->header.serial, 0) };
	struct opened opened;
	int mem, r;

	mem = recognise(config, *file, &opened);
	/* Without the lock: a device file of CUSE waits for its release, which may want it. */
	if (!mem)
		close(steal_fd(file));
	pthread_rwlock_rdlock(config->lock);
	if (!mem)
		mem = answer(config, request, &opened, &grant);
	if (mem < 0)
		grant.reply = msg_reply(request->header.serial, mem);
	r = send_all(&grant, mem < 0 ? -1 : mem, send, user);
	pthread_rwlock_unlock(config->lock);
	return r;
}
