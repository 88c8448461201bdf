/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * daxemud: serves one instance until it is told to end. Started by `daxemu run` and `daxemu start`,
 * which make its files and send them over the socket of --setup-fd (setup.h).
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#include "base/log.h"
#include "base/parse.h"
#include "base/util.h"
#include "broker/broker.h"
#include "daemon/args.h"
#include "daemon/control.h"
#include "daemon/events.h"
#include "daemon/instance.h"
#include "daemon/notify.h"
#include "daemon/runtime.h"
#include "sysfs-emu/fs.h"

struct daemon {
	struct config config;
	struct instance *instance;
	int setup_sock; /* to who started us; its end is ours, if the instance is private */
	int signals;
	int epoll;
	int lock;			/* of the runtime directory; -1 for none */
	char runtime[RUNTIME_PATH_MAX]; /* "" for a private instance */
	bool lasting;
	bool ending;
};

/* --- what may happen ------------------------------------------------------------------------ */

static char *control_status(void *user)
{
	return instance_status(((struct daemon *)user)->instance);
}

static char *control_maps(void *user)
{
	return instance_maps(((struct daemon *)user)->instance);
}

static int control_watch(void *user)
{
	return events_watch(((struct daemon *)user)->instance->events);
}

static void control_stop(void *user)
{
	((struct daemon *)user)->ending = true;
}

static int control_module(void *user, const char *name, bool load)
{
	return instance_module(((struct daemon *)user)->instance, name, load);
}

static int control_inject(void *user, const char *spec, struct refusal *refusal)
{
	return instance_inject(((struct daemon *)user)->instance, spec, refusal);
}

static const struct control_ops control_ops = {
	.status = control_status,
	.maps = control_maps,
	.watch = control_watch,
	.stop = control_stop,
	.module = control_module,
	.inject = control_inject,
};

static void on_end(struct daemon *d)
{
	d->ending = true;
}

static void on_broker(struct daemon *d)
{
	broker_dispatch(d->instance->broker);
}

static void on_control(struct daemon *d)
{
	control_serve(d->instance->setup.fds[SETUP_CONTROL], &control_ops, d);
}

static void on_events(struct daemon *d)
{
	events_dispatch(d->instance->events);
}

static int watch(struct daemon *d, int fd, void (*handler)(struct daemon *d))
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = (void *)handler };

	return epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int watch_all(struct daemon *d)
{
	int r = watch(d, d->signals, on_end);

	if (!r)
		r = watch(d, fs_end_fd(d->instance->fs), on_end);
	if (!r)
		r = watch(d, broker_fd(d->instance->broker), on_broker);
	if (!r)
		r = watch(d, events_fd(d->instance->events), on_events);
	if (!r)
		r = watch(d, d->instance->setup.fds[SETUP_CONTROL], on_control);
	if (!r && !d->lasting)
		r = watch(d, d->setup_sock, on_end); /* nothing more is said: it is the end */
	return r;
}

static void loop(struct daemon *d)
{
	struct epoll_event event;

	while (!d->ending) {
		int n = epoll_wait(d->epoll, &event, 1, -1);

		if (n < 0 && errno != EINTR)
			return;
		if (n == 1)
			((void (*)(struct daemon *))event.data.ptr)(d);
	}
}

/* --- beginning and end ---------------------------------------------------------------------- */

static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigdelset(&set, SIGPIPE);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* One of our sockets, where programs that join look for it. */
static int publish_socket(const struct instance *instance, const char *name,
			  struct refusal *refusal)
{
	char from[320], to[320];

	snprintf(from, sizeof(from), "%s/%s", instance->setup.runtime, name);
	snprintf(to, sizeof(to), "%s/mnt/dev/.daxemu/%s", instance->setup.runtime, name);
	if (mount(from, to, NULL, MS_BIND, NULL) < 0)
		return refuse(refusal, "%s cannot be mounted at %s: %s", from, to, strerror(errno));
	return 0;
}

static int publish_sockets(const struct instance *instance, struct refusal *refusal)
{
	int r = publish_socket(instance, "sock", refusal);

	return r < 0 ? r : publish_socket(instance, "ctl", refusal);
}

static int read_arguments(struct daemon *d, int argc, char **argv, struct refusal *refusal)
{
	struct args args;
	const char *fd;
	int r = args_parse(&args, VERB_DAEMON, argc, argv, refusal);

	if (r < 0)
		return r;
	fd = args_get(&args, "setup-fd");
	if (!fd || parse_int(fd, &d->setup_sock) < 0)
		r = refuse(refusal, "daxemud is started by 'daxemu run' and 'daxemu start'");
	else
		r = args_config(&args, &d->config, refusal);
	args_free(&args);
	return r;
}

static int make(struct daemon *d, struct setup *setup, struct refusal *refusal)
{
	int r = instance_new(&d->instance, &d->config, setup, refusal);

	if (!r)
		r = instance_start(d->instance, refusal);
	if (!r && d->lasting && d->instance->cuse)
		r = runtime_allow_nodes(d->runtime);
	if (!r && d->lasting)
		r = publish_sockets(d->instance, refusal);
	return r;
}

static int begin(struct daemon *d, struct refusal *refusal)
{
	struct setup setup;
	int r = setup_receive(d->setup_sock, &setup);

	d->lasting = *setup.runtime;
	d->lock = steal_fd(&setup.fds[SETUP_LOCK]);
	memcpy(d->runtime, setup.runtime, sizeof(d->runtime));
	if (r < 0) {
		setup_close(&setup);
		/* Who started us has given up, and said why. */
		if (r == -EPIPE)
			return refuse(refusal, "%s", "");
		return refuse(refusal, "the files of the instance did not arrive: %s",
			      strerror(-r));
	}
	r = make(d, &setup, refusal);
	if (r < 0)
		return r;
	r = watch_all(d);
	return r < 0 ? refuse(refusal, "epoll: %s", strerror(-r)) : 0;
}

/* To who started us if he listens, else to the user. */
static int report_refusal(const struct daemon *d, const struct refusal *refusal)
{
	if (!*refusal->text)
		return 2;
	if (d->setup_sock < 0 || setup_reply(d->setup_sock, SETUP_REFUSED, refusal->text) < 0)
		fprintf(stderr, "daxemu: %s\n", refusal->text);
	return 2;
}

/* The lock goes last: nobody may come while something of ours is there. */
static void end(struct daemon *d)
{
	if (*d->runtime)
		runtime_unmount(d->runtime);
	if (d->instance)
		instance_free(d->instance);
	if (*d->runtime)
		runtime_remove(d->runtime);
	if (d->lock >= 0)
		close(d->lock);
	config_free(&d->config);
}

static int serve(struct daemon *d)
{
	struct refusal refusal;

	if (begin(d, &refusal) < 0) {
		end(d);
		return report_refusal(d, &refusal);
	}
	setup_reply(d->setup_sock, d->instance->cuse ? SETUP_SERVES_NODES : SETUP_SERVES, "");
	if (d->lasting) {
		notify_manager("READY=1");
		if (chdir("/") < 0)
			log_warn("daemon", "/: %s", strerror(errno));
	}
	loop(d);
	if (d->lasting)
		notify_manager("STOPPING=1");
	end(d);
	return 0;
}

/* Each device and each client has files of ours. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit)) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int main(int argc, char **argv)
{
	struct daemon d = { .setup_sock = -1, .lock = -1 };
	struct refusal refusal;

	log_init(getenv("DAXEMU_LOG"));
	if (read_arguments(&d, argc, argv, &refusal) < 0)
		return report_refusal(&d, &refusal);
	raise_file_limit();
	d.signals = block_signals();
	d.epoll = epoll_create1(EPOLL_CLOEXEC);
	return serve(&d);
}
