/* SPDX-License-Identifier: BSD-3-Clause */
/* daxemu stop: ends a lasting instance and waits until it is gone. */
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/util.h"
#include "cli.h"
#include "connect.h"
#include "daemon/control.h"

/* How long the daemon may take to bring every byte home, ms. */
#define PATIENCE 60000

static int await_end(int pidfd, const char *name, struct refusal *refusal)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };

	if (poll(&end, 1, PATIENCE) > 0)
		return 0;
	return refuse(refusal, "--instance=%s: the daemon has not ended within %d seconds", name,
		      PATIENCE / 1000);
}

static int stop(const char *name, struct refusal *refusal)
{
	_cleanup_fd_ int sock = -1, pidfd = -1, file = -1;
	char sentence[CONTROL_SENTENCE];
	pid_t pid;
	int r;

	sock = connect_instance(name, &pid, refusal);
	if (sock < 0)
		return sock;
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	r = control_ask(sock, CONTROL_STOP, &file, sentence);
	if (r < 0)
		return refuse(refusal, "--instance=%s: the daemon refuses to end: %s", name,
			      *sentence ? sentence : strerror(-r));
	return pidfd < 0 ? 0 : await_end(pidfd, name, refusal);
}

int cmd_stop(const struct args *args)
{
	struct refusal refusal;
	const char *name;

	if (cli_instance(args, &name, &refusal) < 0 || stop(name, &refusal) < 0)
		return cli_refuse(VERB_STOP, &refusal);
	return 0;
}
