/* SPDX-License-Identifier: BSD-3-Clause */
/* A queue of changes, and the thread that makes them. */
#include "sysfs-emu/mutator.h"

#include <errno.h>
#include <stdlib.h>

#include "sysfs-emu/fs_priv.h"

/* Everybody sees the change before its author hears of it. */
static void spread(struct fs *fs)
{
	fs_flush(fs);
	if (fs->config.changed)
		fs->config.changed(fs->config.user);
}

static void reply_store(struct fs *fs, struct mutator_job *job)
{
	ssize_t n;

	pthread_rwlock_wrlock(fs->config.lock);
	n = sysfs_store(&fs->tree, job->ref, job->data, job->size);
	pthread_rwlock_unlock(fs->config.lock);
	spread(fs);
	if (n < 0)
		fuse_reply_err(job->req, (int)-n);
	else
		fuse_reply_write(job->req, (size_t)n);
}

/* The device file and its twin change together; the kernel knows of one only. */
static void note_twin(struct fs *fs, struct sysfs_ref ref)
{
	struct sysfs_ref twin = sysfs_ref_twin(ref);

	if (twin.kind != ref.kind)
		dirty_file(&fs->dirty, twin);
}

static void reply_setattr(struct fs *fs, struct mutator_job *job)
{
	struct stat st;
	int r = -ENOENT;

	pthread_rwlock_wrlock(fs->config.lock);
	if (sysfs_exists(&fs->tree, job->ref))
		r = sysfs_set_meta(&fs->tree, job->ref, job->mode, job->uid, job->gid);
	pthread_rwlock_unlock(fs->config.lock);
	note_twin(fs, job->ref);
	fs_flush(fs);
	if (r < 0) {
		fuse_reply_err(job->req, -r);
		return;
	}
	fs_stat(fs, job->ref, &st);
	fuse_reply_attr(job->req, &st, FS_FOREVER);
}

static void answer_call(struct mutator *m, struct mutator_call *call, int result)
{
	pthread_mutex_lock(&m->lock);
	call->result = result;
	call->done = true;
	pthread_cond_broadcast(&m->called);
	pthread_mutex_unlock(&m->lock);
}

static void reply_call(struct fs *fs, struct mutator_job *job)
{
	int r;

	pthread_rwlock_wrlock(fs->config.lock);
	r = job->call->change(job->call->user);
	pthread_rwlock_unlock(fs->config.lock);
	spread(fs);
	answer_call(&fs->mutator, job->call, r);
}

static void run(struct fs *fs, struct mutator_job *job)
{
	static void (*const works[])(struct fs * fs, struct mutator_job * job) = {
		[MUTATOR_STORE] = reply_store,
		[MUTATOR_SETATTR] = reply_setattr,
		[MUTATOR_CALL] = reply_call,
	};

	works[job->work](fs, job);
	free(job);
}

/* The next job; NULL when there is only something to flush, or an end. */
static struct mutator_job *take(struct mutator *m)
{
	struct mutator_job *job = m->stop ? NULL : m->first;

	if (!job)
		return NULL;
	m->first = job->next;
	if (!m->first)
		m->last = &m->first;
	return job;
}

static void *mutate(void *arg)
{
	struct mutator *m = arg;
	struct mutator_job *job;

	pthread_mutex_lock(&m->lock);
	while (!m->stop) {
		job = take(m);
		if (!job && !m->dirty) {
			pthread_cond_wait(&m->wanted, &m->lock);
			continue;
		}
		m->dirty = false;
		pthread_mutex_unlock(&m->lock);
		if (job)
			run(m->fs, job);
		else
			fs_flush(m->fs);
		pthread_mutex_lock(&m->lock);
	}
	pthread_mutex_unlock(&m->lock);
	return NULL;
}

void mutator_init(struct mutator *m, struct fs *fs)
{
	*m = (struct mutator){ .fs = fs, .last = &m->first };
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->wanted, NULL);
	pthread_cond_init(&m->called, NULL);
}

int mutator_start(struct mutator *m)
{
	int r = -pthread_create(&m->thread, NULL, mutate, m);

	m->running = r == 0;
	return r;
}

static void refuse(struct mutator *m, struct mutator_job *job)
{
	if (job->work == MUTATOR_CALL)
		answer_call(m, job->call, -ENOTCONN);
	else
		fuse_reply_err(job->req, ENOTCONN);
	free(job);
}

void mutator_stop(struct mutator *m)
{
	struct mutator_job *job, *next;

	pthread_mutex_lock(&m->lock);
	m->stop = true;
	job = m->first;
	m->first = NULL;
	m->last = &m->first;
	pthread_cond_signal(&m->wanted);
	pthread_mutex_unlock(&m->lock);
	if (m->running)
		pthread_join(m->thread, NULL);
	m->running = false;
	for (; job; job = next) {
		next = job->next;
		refuse(m, job);
	}
}

void mutator_destroy(struct mutator *m)
{
	pthread_cond_destroy(&m->called);
	pthread_cond_destroy(&m->wanted);
	pthread_mutex_destroy(&m->lock);
}

void mutator_queue(struct mutator *m, struct mutator_job *job)
{
	bool stop;

	job->next = NULL;
	pthread_mutex_lock(&m->lock);
	stop = m->stop;
	if (!stop) {
		*m->last = job;
		m->last = &job->next;
		pthread_cond_signal(&m->wanted);
	}
	pthread_mutex_unlock(&m->lock);
	if (stop)
		refuse(m, job);
}

int mutator_run(struct mutator *m, int (*change)(void *user), void *user)
{
	struct mutator_call call = { .change = change, .user = user };
	struct mutator_job *job = calloc(1, sizeof(*job));

	if (!job)
		return -ENOMEM;
	job->work = MUTATOR_CALL;
	job->call = &call;
	mutator_queue(m, job);
	pthread_mutex_lock(&m->lock);
	while (!call.done)
		pthread_cond_wait(&m->called, &m->lock);
	pthread_mutex_unlock(&m->lock);
	return call.result;
}

void mutator_wake(struct mutator *m)
{
	pthread_mutex_lock(&m->lock);
	m->dirty = true;
	pthread_cond_signal(&m->wanted);
	pthread_mutex_unlock(&m->lock);
}
