/* SPDX-License-Identifier: BSD-3-Clause */
/* Reaching an instance: by its name, or from inside. */
#include "connect.h"

#include <string.h>
#include <sys/stat.h>

#include "base/util.h"
#include "cli.h"
#include "daemon/control.h"
#include "daemon/runtime.h"
#include "daxemu/proto.h"

static int refuse_connect(const char *name, const char *path, int error, struct refusal *refusal)
{
	if (error == EACCES || error == EPERM)
		return refuse(refusal, "--instance=%s: %s belongs to another user", name, path);
	return refuse(refusal,
		      "--instance=%s: there is no such instance running, start it with "
		      "'daxemu start --instance %s'",
		      name, name);
}

int connect_instance(const char *name, pid_t *pid, struct refusal *refusal)
{
	char path[RUNTIME_PATH_MAX];
	int r = runtime_path(name, path, refusal);

	if (r < 0)
		return r;
	r = control_connect(path, pid);
	return r < 0 ? refuse_connect(name, path, -r, refusal) : r;
}

static bool in_a_run(void)
{
	struct stat st;

	return !stat(DAXEMU_DIR "/ctl", &st) && S_ISSOCK(st.st_mode);
}

static int connect_here(struct refusal *refusal)
{
	int sock = control_connect(DAXEMU_DIR, NULL);

	if (sock >= 0)
		return sock;
	return refuse(refusal, "the instance of this run does not answer: %s", strerror(-sock));
}

int connect_ask(const struct args *args, const char *word, int *file, struct refusal *refusal)
{
	bool here = !args_get(args, "instance") && in_a_run();
	_cleanup_fd_ int sock = -1;
	char sentence[CONTROL_SENTENCE];
	const char *name;
	int r;

	if (cli_instance(args, &name, refusal) < 0)
		return -EINVAL;
	sock = here ? connect_here(refusal) : connect_instance(name, NULL, refusal);
	if (sock < 0)
		return sock;
	r = control_ask(sock, word, file, sentence);
	if (r < 0 && *sentence)
		return refuse(refusal, "%s", sentence);
	if (r < 0)
		return refuse(refusal, "--instance=%s: no answer: %s", name, strerror(-r));
	return 0;
}
