/* SPDX-License-Identifier: BSD-3-Clause */
/* The process between `daxemu run` and COMMAND. */
#include "supervise.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "base/util.h"

/* How long COMMAND may take to end after it was asked, ms. */
#define PATIENCE 5000

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int supervise_init(struct supervisor *s)
{
	static const int taken[] = { SIGTERM, SIGINT,  SIGHUP,	SIGQUIT,
				     SIGUSR1, SIGUSR2, SIGCHLD, SIGPIPE };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
		sigaddset(&set, taken[i]);
	sigprocmask(SIG_SETMASK, &set, NULL);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signals < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return -errno;
	return 0;
}

static bool asks_to_end(int signal)
{
	return signal == SIGTERM || signal == SIGINT || signal == SIGHUP || signal == SIGQUIT;
}

static void reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == s->daemon) {
			s->daemon = 0;
			if (s->command && !s->done)
				fprintf(stderr, "daxemu: daxemud has ended before COMMAND\n");
		}
		if (pid == s->command) {
			s->status = status;
			s->done = true;
		}
	}
}

/* The terminal sends to us all; only what `daxemu run` passes on is to be passed on. */
static int take_signal(struct supervisor *s, const struct signalfd_siginfo *info)
{
	int signal = (int)info->ssi_signo;

	if (signal == SIGCHLD) {
		reap(s);
		return 0;
	}
	if ((pid_t)info->ssi_pid != s->runner)
		return 0;
	if (!s->command)
		return asks_to_end(signal) ? -EINTR : 0;
	kill(s->command, signal);
	if (asks_to_end(signal) && !s->kill_at)
		s->kill_at = now_ms() + PATIENCE;
	return 0;
}

static int take_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;
	int r = 0;

	while (!r && read(s->signals, &info, sizeof(info)) == sizeof(info))
		r = take_signal(s, &info);
	return r;
}

/* Sleeps until something happens. @fd: may be -1. Return: 1 (@fd is readable), 0, -EINTR. */
static int step(struct supervisor *s, int fd, int timeout)
{
	struct pollfd fds[] = {
		{ .fd = s->signals, .events = POLLIN },
		{ .fd = s->life, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};

	if (poll(fds, ARRAY_SIZE(fds), timeout) < 0)
		return 0;
	if (fds[1].revents)
		return -EINTR;
	if (fds[0].revents && take_signals(s) < 0)
		return -EINTR;
	return fds[2].revents ? 1 : 0;
}

int supervise_wait(struct supervisor *s, int fd)
{
	int r;

	do {
		r = step(s, fd, -1);
	} while (!r);
	return r < 0 ? r : 0;
}

static int time_left(const struct supervisor *s)
{
	long long left = s->kill_at - now_ms();

	if (!s->kill_at)
		return -1;
	return left > 0 ? (int)left : 0;
}

int supervise_command(struct supervisor *s)
{
	while (!s->done) {
		if (step(s, -1, time_left(s)) < 0)
			break;
		if (s->kill_at && now_ms() >= s->kill_at && !s->done) {
			kill(s->command, SIGKILL);
			s->kill_at = 0;
		}
	}
	if (!s->done)
		return 128 + SIGKILL; /* nobody will ask */
	return WIFSIGNALED(s->status) ? 128 + WTERMSIG(s->status) : WEXITSTATUS(s->status);
}

/* --- the end -------------------------------------------------------------------------------- */

/* Kills our children but the daemon. Return: how many there were that we may kill. */
static int kill_children(const struct supervisor *s)
{
	char path[64];
	_cleanup_file_ FILE *f = NULL;
	int pid, count = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	f = fopen(path, "re");
	while (f && fscanf(f, "%d", &pid) == 1)
		if (pid != s->daemon && !kill(pid, SIGKILL))
			count++;
	return count;
}

/* The orphans of those we kill become ours: again, until nobody is left. */
static void kill_descendants(struct supervisor *s)
{
	siginfo_t info;

	while (kill_children(s) > 0) {
		/* Leaves the daemon's own end to end_daemon(). */
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) < 0)
			return;
		if (info.si_pid == s->daemon)
			s->daemon = 0;
		waitpid(info.si_pid, NULL, 0);
	}
}

/* It ends on its own when the socket closes; a hung one is killed. */
static void end_daemon(struct supervisor *s)
{
	_cleanup_fd_ int pidfd = -1;
	struct pollfd end;

	if (s->daemon_sock >= 0)
		close(steal_fd(&s->daemon_sock));
	if (!s->daemon)
		return;
	pidfd = (int)syscall(SYS_pidfd_open, s->daemon, 0);
	end = (struct pollfd){ .fd = pidfd, .events = POLLIN };
	if (pidfd < 0 || poll(&end, 1, PATIENCE) <= 0)
		kill(s->daemon, SIGKILL);
	waitpid(s->daemon, NULL, 0);
	s->daemon = 0;
}

void supervise_end(struct supervisor *s)
{
	kill_descendants(s);
	end_daemon(s);
}
