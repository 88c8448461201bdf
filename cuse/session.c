/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One CUSE device: its connection to the kernel, and the shell around devfile.h. libfuse does the
 * protocol; the loop is not libfuse's but the pool's.
 */
#define FUSE_USE_VERSION 314
#include "cuse/session.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse3/cuse_lowlevel.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/util.h"
#include "cuse/devfile.h"

/* The kernel sends its first request by itself when /dev/cuse is opened. */
#define INIT_TIMEOUT_MS 10000

struct session {
	struct session_config config;
	struct fuse_session *fuse;
	int fd; /* belongs to @fuse */
	/* Every open file of this session is one of the same device. Written by the thread that
	 * serves it, one at a time. */
	struct dax_dev *dev;
	size_t opens;
};

/* --- requests ----------------------------------------------------------------------------- */

static void op_open(fuse_req_t req, struct fuse_file_info *fi)
{
	struct session *session = fuse_req_userdata(req);
	const struct session_config *config = &session->config;
	struct dax_dev *dev;
	int r = devfile_open(config->model, config->lock, config->minor, fi->flags, &dev);

	if (r < 0) {
		fuse_reply_err(req, -r);
		return;
	}
	session->dev = dev;
	session->opens++;
	/* An interrupted open(2) gets no release. */
	if (fuse_reply_open(req, fi) == -ENOENT) {
		session->opens--;
		devfile_release(dev, config->lock);
	}
}

static void op_release(fuse_req_t req, struct fuse_file_info *fi)
{
	struct session *session = fuse_req_userdata(req);

	(void)fi;
	session->opens--;
	devfile_release(session->dev, session->config.lock);
	fuse_reply_err(req, 0);
}

static void op_read(fuse_req_t req, size_t size, off_t off, struct fuse_file_info *fi)
{
	(void)size;
	(void)off;
	(void)fi;
	fuse_reply_err(req, -devfile_op(DEVFILE_READ));
}

static void op_write(fuse_req_t req, const char *buf, size_t size, off_t off,
		     struct fuse_file_info *fi)
{
	(void)buf;
	(void)size;
	(void)off;
	(void)fi;
	fuse_reply_err(req, -devfile_op(DEVFILE_WRITE));
}

static void op_flush(fuse_req_t req, struct fuse_file_info *fi)
{
	(void)fi;
	fuse_reply_err(req, 0);
}

static void op_fsync(fuse_req_t req, int datasync, struct fuse_file_info *fi)
{
	(void)datasync;
	(void)fi;
	fuse_reply_err(req, -devfile_op(DEVFILE_FSYNC));
}

static void op_ioctl(fuse_req_t req, int cmd, void *arg, struct fuse_file_info *fi, unsigned flags,
		     const void *in, size_t in_size, size_t out_size)
{
	(void)cmd;
	(void)arg;
	(void)fi;
	(void)flags;
	(void)in;
	(void)in_size;
	(void)out_size;
	fuse_reply_err(req, -devfile_op(DEVFILE_IOCTL));
}

/* No poll: the kernel then says readable and writable, as the real device does. */
static const struct cuse_lowlevel_ops ops = {
	.open = op_open,
	.read = op_read,
	.write = op_write,
	.flush = op_flush,
	.release = op_release,
	.fsync = op_fsync,
	.ioctl = op_ioctl,
};

/* --- the connection ----------------------------------------------------------------------- */

static struct fuse_session *new_fuse(struct session *session)
{
	const struct session_config *config = &session->config;
	char name[40];
	const char *info[] = { name };
	struct cuse_info cuse = { .dev_major = config->major,
				  .dev_minor = config->minor,
				  .dev_info_argc = 1,
				  .dev_info_argv = info };
	char program[] = "daxemu", *argv[] = { program, NULL };
	struct fuse_args args = FUSE_ARGS_INIT(1, argv);
	struct fuse_session *fuse;

	snprintf(name, sizeof(name), "DEVNAME=dax%d.%d", config->id.region, config->id.dev);
	fuse = cuse_lowlevel_new(&args, &cuse, &ops, session);
	fuse_opt_free_args(&args);
	return fuse;
}

/* libfuse takes an open connection under this name. */
static int attach(struct fuse_session *fuse, int fd)
{
	char name[32];

	snprintf(name, sizeof(name), "/dev/fd/%d", fd);
	return fuse_session_mount(fuse, name) ? -EIO : 0;
}

static int open_connection(struct session *session)
{
	_cleanup_fd_ int fd = open("/dev/cuse", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	int r;

	if (fd < 0)
		return -errno;
	session->fuse = new_fuse(session);
	if (!session->fuse)
		return -ENOMEM;
	r = attach(session->fuse, fd);
	if (r == 0)
		session->fd = steal_fd(&fd);
	return r;
}

/* Answers the kernel's first request; it makes the device before it takes the answer. */
static int handshake(struct session *session)
{
	struct pollfd ready = { .fd = session->fd, .events = POLLIN };
	struct fuse_buf buf = { 0 };
	int r;

	if (poll(&ready, 1, INIT_TIMEOUT_MS) != 1)
		return -ETIMEDOUT;
	r = session_serve(session, &buf);
	free(buf.mem);
	if (r < 0)
		return r;
	/* A device the kernel could not make ends the connection: the name or number is taken. */
	ready.events = 0;
	poll(&ready, 1, 0);
	return ready.revents & (POLLERR | POLLHUP) ? -EEXIST : 0;
}

int session_new(struct session **out, const struct session_config *config)
{
	struct session *session = calloc(1, sizeof(*session));
	int r;

	if (!session)
		return -ENOMEM;
	session->config = *config;
	session->fd = -1;
	r = open_connection(session);
	if (r == 0)
		r = handshake(session);
	if (r < 0) {
		if (session->fuse)
			fuse_session_destroy(session->fuse);
		free(session);
		return r;
	}
	*out = session;
	return 0;
}

int session_fd(const struct session *session)
{
	return session->fd;
}

int session_serve(struct session *session, struct fuse_buf *buf)
{
	int r = fuse_session_receive_buf(session->fuse, buf);

	if (r == -EINTR || r == -EAGAIN)
		return -EAGAIN;
	if (r <= 0)
		return -ENODEV;
	fuse_session_process_buf(session->fuse, buf);
	return 0;
}

void session_free(struct session *session, struct dax_dev **dev, size_t *orphans)
{
	/* Closes the connection: the kernel removes the device and fails what is under way. */
	fuse_session_destroy(session->fuse);
	*dev = session->dev;
	*orphans = session->opens;
	free(session);
}
