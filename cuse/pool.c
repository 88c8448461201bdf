/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A few threads that serve many sessions, through one epoll set. A session is armed for one event;
 * the thread that gets it serves for a while and arms it again.
 */
#define FUSE_USE_VERSION 314
#include "cuse/pool.h"

#include <errno.h>
#include <fuse3/fuse_lowlevel.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "base/util.h"

/* Requests of one device in a row, before the others have their turn. */
#define BURST 16

/* What epoll says of the eventfd that ends the threads; sessions have keys from 1. */
#define KEY_STOP 0

struct entry {
	struct session *session;
	uint64_t key; /* never used again, so that a late event finds nothing */
	bool busy;    /* a thread is serving it */
};

struct pool {
	int epoll_fd;
	int stop_fd;
	pthread_t *threads;
	size_t nr_threads;
	pthread_mutex_t lock;
	pthread_cond_t idle; /* an entry is no longer busy */
	struct entry *entries;
	size_t nr_entries;
	uint64_t next_key;
};

/* --- entries, under the lock ---------------------------------------------------------------- */

static struct entry *by_key(struct pool *pool, uint64_t key)
{
	for (size_t i = 0; i < pool->nr_entries; i++) {
		if (pool->entries[i].key == key)
			return &pool->entries[i];
	}
	return NULL;
}

static struct entry *by_session(struct pool *pool, const struct session *session)
{
	for (size_t i = 0; i < pool->nr_entries; i++) {
		if (pool->entries[i].session == session)
			return &pool->entries[i];
	}
	return NULL;
}

static int add_entry(struct pool *pool, struct session *session, uint64_t *key)
{
	struct entry *entries = realloc(pool->entries, (pool->nr_entries + 1) * sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	pool->entries = entries;
	*key = pool->next_key++;
	entries[pool->nr_entries++] = (struct entry){ .session = session, .key = *key };
	return 0;
}

static void drop_entry(struct pool *pool, struct entry *entry)
{
	*entry = pool->entries[--pool->nr_entries];
}

/* --- threads -------------------------------------------------------------------------------- */

static struct session *begin(struct pool *pool, uint64_t key)
{
	struct session *session = NULL;
	struct entry *entry;

	pthread_mutex_lock(&pool->lock);
	entry = by_key(pool, key);
	if (entry) {
		entry->busy = true;
		session = entry->session;
	}
	pthread_mutex_unlock(&pool->lock);
	return session;
}

static void end(struct pool *pool, uint64_t key)
{
	pthread_mutex_lock(&pool->lock);
	by_key(pool, key)->busy = false;
	pthread_cond_broadcast(&pool->idle);
	pthread_mutex_unlock(&pool->lock);
}

static void serve(struct pool *pool, uint64_t key, struct fuse_buf *buf)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT, .data.u64 = key };
	struct session *session = begin(pool, key);
	int r = 0;

	if (!session)
		return;
	for (int i = 0; i < BURST && r == 0; i++)
		r = session_serve(session, buf);
	/* A device that the kernel gave up is never armed again. */
	if (r != -ENODEV)
		epoll_ctl(pool->epoll_fd, EPOLL_CTL_MOD, session_fd(session), &event);
	end(pool, key);
}

static void *thread_main(void *arg)
{
	struct pool *pool = arg;
	struct fuse_buf buf = { 0 };
	struct epoll_event event;

	for (;;) {
		if (epoll_wait(pool->epoll_fd, &event, 1, -1) != 1)
			continue;
		if (event.data.u64 == KEY_STOP)
			break;
		serve(pool, event.data.u64, &buf);
	}
	free(buf.mem);
	return NULL;
}

/* Signals are for the daemon's main thread. */
static int start_threads(struct pool *pool, size_t threads)
{
	sigset_t all, before;
	int r = 0;

	pool->threads = calloc(threads, sizeof(*pool->threads));
	if (!pool->threads)
		return -ENOMEM;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (r == 0 && pool->nr_threads < threads) {
		r = -pthread_create(&pool->threads[pool->nr_threads], NULL, thread_main, pool);
		pool->nr_threads += r == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

/* --- the outside ---------------------------------------------------------------------------- */

static int open_fds(struct pool *pool)
{
	struct epoll_event stop = { .events = EPOLLIN, .data.u64 = KEY_STOP };

	pool->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	pool->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pool->epoll_fd < 0 || pool->stop_fd < 0 ||
	    epoll_ctl(pool->epoll_fd, EPOLL_CTL_ADD, pool->stop_fd, &stop) < 0)
		return -errno;
	return 0;
}

int pool_new(struct pool **out, size_t threads)
{
	struct pool *pool = calloc(1, sizeof(*pool));
	int r;

	if (!pool)
		return -ENOMEM;
	pool->epoll_fd = pool->stop_fd = -1;
	pool->next_key = KEY_STOP + 1;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->idle, NULL);
	r = open_fds(pool);
	if (r == 0)
		r = start_threads(pool, threads);
	if (r < 0) {
		pool_free(pool);
		return r;
	}
	*out = pool;
	return 0;
}

int pool_add(struct pool *pool, struct session *session)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT };
	uint64_t key = 0;
	int r;

	pthread_mutex_lock(&pool->lock);
	r = add_entry(pool, session, &key);
	event.data.u64 = key;
	if (r == 0 && epoll_ctl(pool->epoll_fd, EPOLL_CTL_ADD, session_fd(session), &event) < 0) {
		r = -errno;
		drop_entry(pool, by_session(pool, session));
	}
	pthread_mutex_unlock(&pool->lock);
	return r;
}

void pool_remove(struct pool *pool, struct session *session)
{
	pthread_mutex_lock(&pool->lock);
	epoll_ctl(pool->epoll_fd, EPOLL_CTL_DEL, session_fd(session), NULL);
	/* Entries move while we wait: look again each time. */
	while (by_session(pool, session)->busy)
		pthread_cond_wait(&pool->idle, &pool->lock);
	drop_entry(pool, by_session(pool, session));
	pthread_mutex_unlock(&pool->lock);
}

void pool_free(struct pool *pool)
{
	uint64_t one = 1;

	/* Level-triggered and never read: it wakes them all. Without it there are no threads. */
	if (write(pool->stop_fd, &one, sizeof(one)) == sizeof(one)) {
		for (size_t i = 0; i < pool->nr_threads; i++)
			pthread_join(pool->threads[i], NULL);
	}
	close_fdp(&pool->epoll_fd);
	close_fdp(&pool->stop_fd);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->idle);
	free(pool->threads);
	free(pool->entries);
	free(pool);
}
