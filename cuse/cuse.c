/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The CUSE front-end. It follows the model: the watcher, which must not wait, puts jobs in a queue;
 * one thread, which serves nobody, makes and removes device files in that order, because both wait
 * for the kernel and the kernel may wait for the threads that serve.
 */
#include "cuse/cuse.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/util.h"
#include "cuse/major.h"
#include "cuse/nodes.h"

enum job_kind { JOB_ADD, JOB_REMOVE, JOB_STOP };

struct job {
	enum job_kind kind;
	struct node_spec node;
	struct job *next;
};

struct cuse {
	struct cuse_config config;
	struct dax_watcher watcher;
	struct nodes nodes; /* the maker's own */
	pthread_t maker;
	bool started; /* the maker runs */

	pthread_mutex_t lock; /* of the queue and @error; the model lock may be held around it */
	pthread_cond_t changed;
	struct job *jobs, **last; /* oldest first */
	struct job stop;	  /* the last one; here so that it cannot fail */
	bool busy;		  /* the maker has one in hand */
	bool up;		  /* cuse_start() is over; before, its caller tells of errors */
	int error;		  /* of the first device that could not be made */
};

int cuse_usable(void)
{
	_cleanup_fd_ int fd = open("/dev/cuse", O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : 0;
}

int cuse_free_major(unsigned wanted)
{
	_cleanup_file_ FILE *file = fopen("/proc/devices", "re");
	char text[16384];
	size_t n;

	if (!file)
		return -errno;
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	return major_choose(text, wanted);
}

/* --- the maker ------------------------------------------------------------------------------ */

static void add_job_done(struct cuse *cuse, const struct node_spec *node, int r)
{
	if (r == 0)
		return;
	pthread_mutex_lock(&cuse->lock);
	log_print(cuse->up ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, "cuse",
		  "dax%d.%d: no device file %u:%u: %s", node->id.region, node->id.dev,
		  cuse->config.major, node->minor, strerror(-r));
	if (!cuse->error)
		cuse->error = r;
	pthread_mutex_unlock(&cuse->lock);
}

/* Return: whether to go on. */
static bool do_job(struct cuse *cuse, const struct job *job)
{
	switch (job->kind) {
	case JOB_ADD:
		add_job_done(cuse, &job->node, nodes_add(&cuse->nodes, &job->node));
		return true;
	case JOB_REMOVE:
		nodes_remove(&cuse->nodes, job->node.serial);
		return true;
	case JOB_STOP:
		break;
	}
	nodes_remove_all(&cuse->nodes);
	return false;
}

/* --- the queue ------------------------------------------------------------------------------ */

static struct job *next_job(struct cuse *cuse)
{
	struct job *job;

	pthread_mutex_lock(&cuse->lock);
	cuse->busy = false;
	pthread_cond_broadcast(&cuse->changed);
	while (!cuse->jobs)
		pthread_cond_wait(&cuse->changed, &cuse->lock);
	job = cuse->jobs;
	cuse->jobs = job->next;
	if (!cuse->jobs)
		cuse->last = &cuse->jobs;
	cuse->busy = true;
	pthread_mutex_unlock(&cuse->lock);
	return job;
}

static void *maker_main(void *arg)
{
	struct job *job = next_job(arg);

	while (do_job(arg, job)) {
		free(job);
		job = next_job(arg);
	}
	return NULL;
}

/* Takes @job. */
static void add_job(struct cuse *cuse, struct job *job)
{
	pthread_mutex_lock(&cuse->lock);
	*cuse->last = job;
	cuse->last = &job->next;
	pthread_cond_broadcast(&cuse->changed);
	pthread_mutex_unlock(&cuse->lock);
}

static void add_dev_job(struct cuse *cuse, enum job_kind kind, const struct dax_dev *dev)
{
	struct job *job = malloc(sizeof(*job));

	if (!job) {
		log_error("cuse", "out of memory: a device file is not as the device");
		return;
	}
	*job = (struct job){
		.kind = kind, .node = { .serial = dev->serial, .id = dev->id, .minor = dev->minor }
	};
	add_job(cuse, job);
}

static void on_event(void *user, const struct dax_event *event)
{
	struct cuse *cuse = user;

	if (event->object != DAX_OBJ_DEV)
		return;
	if (event->action == DAX_ADD)
		add_dev_job(cuse, JOB_ADD, event->dev);
	else if (event->action == DAX_REMOVE)
		add_dev_job(cuse, JOB_REMOVE, event->dev);
}

void cuse_settle(struct cuse *cuse)
{
	pthread_mutex_lock(&cuse->lock);
	while (cuse->jobs || cuse->busy)
		pthread_cond_wait(&cuse->changed, &cuse->lock);
	pthread_mutex_unlock(&cuse->lock);
}

/* --- the outside ---------------------------------------------------------------------------- */

int cuse_new(struct cuse **out, const struct cuse_config *config)
{
	struct cuse *cuse = calloc(1, sizeof(*cuse));

	if (!cuse)
		return -ENOMEM;
	cuse->config = *config;
	cuse->last = &cuse->jobs;
	pthread_mutex_init(&cuse->lock, NULL);
	pthread_cond_init(&cuse->changed, NULL);
	cuse->watcher = (struct dax_watcher){ .event = on_event, .user = cuse };
	*out = cuse;
	return 0;
}

/* Signals are for the daemon's main thread. */
static int start_maker(struct cuse *cuse)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = -pthread_create(&cuse->maker, NULL, maker_main, cuse);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

static void add_present(struct cuse *cuse)
{
	const struct dax_model *model = cuse->config.model;

	pthread_rwlock_rdlock(cuse->config.lock);
	for (size_t i = 0; i < model->nr_regions; i++) {
		const struct dax_region *region = model->regions[i];

		for (size_t n = 0; n < region->nr_devs; n++)
			add_dev_job(cuse, JOB_ADD, region->devs[n]);
	}
	pthread_rwlock_unlock(cuse->config.lock);
}

int cuse_start(struct cuse *cuse)
{
	int r = nodes_init(&cuse->nodes, &cuse->config);

	if (r == 0)
		r = start_maker(cuse);
	if (r < 0)
		return r;
	cuse->started = true;
	add_present(cuse);
	cuse_settle(cuse);
	if (cuse->error < 0)
		return cuse->error;
	cuse->up = true;
	pthread_rwlock_wrlock(cuse->config.lock);
	dax_model_watch(cuse->config.model, &cuse->watcher);
	pthread_rwlock_unlock(cuse->config.lock);
	return 0;
}

static void stop(struct cuse *cuse)
{
	cuse->stop.kind = JOB_STOP;
	add_job(cuse, &cuse->stop);
	pthread_join(cuse->maker, NULL);
}

void cuse_free(struct cuse *cuse)
{
	if (cuse->started)
		stop(cuse);
	nodes_free(&cuse->nodes);
	pthread_mutex_destroy(&cuse->lock);
	pthread_cond_destroy(&cuse->changed);
	free(cuse);
}
