/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The threads that read requests, work on them and reply. One of them has the turn to read; it
 * keeps it while its work is short, so that a program that asks one thing after the other is
 * answered by one thread, whose caches and CPU are warm.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "sysfs-emu/fs_priv.h"

/* Only the wait for a request may be cancelled: never its work. */
static int receive(struct fs *fs, struct fuse_buf *buf)
{
	int n;

	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	turn_take(&fs->turn);
	n = fuse_session_receive_buf(fs->session, buf);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	return n;
}

static void free_buf(void *arg)
{
	free(((struct fuse_buf *)arg)->mem);
}

static void *serve(void *arg)
{
	struct fs *fs = arg;
	struct fuse_buf buf = { 0 };

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	pthread_cleanup_push(free_buf, &buf);
	while (!fuse_session_exited(fs->session)) {
		int n = receive(fs, &buf);

		if (n == -EINTR || n == -EAGAIN)
			continue;
		if (n <= 0)
			break;
		fuse_session_process_buf(fs->session, &buf);
	}
	pthread_cleanup_pop(1);
	turn_pass(&fs->turn);
	/* The last one out says so. */
	if (atomic_fetch_sub(&fs->serving, 1) == 1)
		eventfd_write(fs->end_fd, 1);
	return NULL;
}

int serve_start(struct fs *fs)
{
	int r = turn_start(&fs->turn);

	atomic_store(&fs->serving, FS_THREADS);
	while (r == 0 && fs->nr_threads < FS_THREADS) {
		r = -pthread_create(&fs->threads[fs->nr_threads], NULL, serve, fs);
		fs->nr_threads += r == 0;
	}
	return r;
}

void serve_stop(struct fs *fs)
{
	for (int i = 0; i < fs->nr_threads; i++)
		pthread_cancel(fs->threads[i]);
	for (int i = 0; i < fs->nr_threads; i++)
		pthread_join(fs->threads[i], NULL);
	turn_stop(&fs->turn);
}
