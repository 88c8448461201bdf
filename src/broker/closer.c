/* SPDX-License-Identifier: BSD-3-Clause */
/* Closing what strangers sent. See closer.h. */
#include "broker/closer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	MAX_JOBS = 64, /* at a time, of all users */
	MAX_PER_USER = 8,
};

struct job {
	struct closer *closer;
	int fd;
	uid_t uid;
	bool used;
};

struct closer {
	pthread_mutex_t lock;
	struct job jobs[MAX_JOBS];
	unsigned used;
	bool abandoned; /* freed by the last job */
};

int closer_new(struct closer **out)
{
	struct closer *closer = calloc(1, sizeof(*closer));

	if (!closer)
		return -ENOMEM;
	pthread_mutex_init(&closer->lock, NULL);
	*out = closer;
	return 0;
}

/* Drops the lock. */
static void unlock_or_free(struct closer *closer)
{
	bool last = closer->abandoned && !closer->used;

	pthread_mutex_unlock(&closer->lock);
	if (!last)
		return;
	pthread_mutex_destroy(&closer->lock);
	free(closer);
}

void closer_free(struct closer *closer)
{
	if (!closer)
		return;
	pthread_mutex_lock(&closer->lock);
	closer->abandoned = true;
	unlock_or_free(closer);
}

bool closer_is_stuck(struct closer *closer, uid_t uid)
{
	unsigned mine = 0;
	bool stuck;

	pthread_mutex_lock(&closer->lock);
	for (unsigned i = 0; i < MAX_JOBS; i++)
		mine += closer->jobs[i].used && closer->jobs[i].uid == uid;
	stuck = mine >= MAX_PER_USER || closer->used == MAX_JOBS;
	pthread_mutex_unlock(&closer->lock);
	return stuck;
}

static struct job *take_job(struct closer *closer, int fd, uid_t uid)
{
	struct job *job = NULL;

	pthread_mutex_lock(&closer->lock);
	for (unsigned i = 0; i < MAX_JOBS && !job; i++)
		if (!closer->jobs[i].used)
			job = &closer->jobs[i];
	if (job) {
		*job = (struct job){ closer, fd, uid, true };
		closer->used++;
	}
	pthread_mutex_unlock(&closer->lock);
	return job;
}

static void *run(void *arg)
{
	struct job *job = arg;
	struct closer *closer = job->closer;

	close(job->fd);
	pthread_mutex_lock(&closer->lock);
	job->used = false;
	closer->used--;
	unlock_or_free(closer);
	return NULL;
}

void closer_close(struct closer *closer, int fd, uid_t uid)
{
	struct job *job = take_job(closer, fd, uid);
	pthread_attr_t attr;
	pthread_t thread;
	int r;

	if (!job)
		return; /* full: lost, rather than everybody's daemon waits for it */
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, 64 * 1024);
	r = pthread_create(&thread, &attr, run, job);
	pthread_attr_destroy(&attr);
	if (r != 0)
		run(job);
}
