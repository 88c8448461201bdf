/* SPDX-License-Identifier: BSD-3-Clause */
/* daxemu run --join: a lasting instance is found, entered, and put in place once more. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/util.h"
#include "daemon/control.h"
#include "daemon/namespace.h"
#include "daemon/ns_assemble.h"
#include "run.h"

/* Mounted where we are, or in namespaces of its own? */
static bool is_mounted_here(const char *runtime)
{
	char mnt[RUNTIME_PATH_MAX + 8];
	struct stat a, b;

	snprintf(mnt, sizeof(mnt), "%s/mnt", runtime);
	return !stat(runtime, &a) && !stat(mnt, &b) && a.st_dev != b.st_dev;
}

/* A user's own instance first, then root's. */
static int find_instance(struct run *run)
{
	if (geteuid() && !runtime_path(run->join, run->runtime, &run->refusal) &&
	    !access(run->runtime, F_OK))
		return 0;
	snprintf(run->runtime, sizeof(run->runtime), "/run/daxemu/%s", run->join);
	if (!access(run->runtime, F_OK))
		return 0;
	return refuse(&run->refusal,
		      "--join=%s: there is no such instance, start it with 'daxemu "
		      "start --instance %s'",
		      run->join, run->join);
}

static int enter_its_namespaces(struct run *run)
{
	pid_t pid;
	_cleanup_fd_ int sock = control_connect(run->runtime, &pid);

	if (sock < 0)
		return refuse(&run->refusal,
			      "--join=%s: the instance does not answer (%s): start "
			      "it again with 'daxemu start --instance %s'",
			      run->join, strerror(-sock), run->join);
	return ns_join(pid, &run->refusal);
}

int run_enter_lasting(struct run *run)
{
	int r = find_instance(run);

	if (!r && !is_mounted_here(run->runtime))
		r = enter_its_namespaces(run);
	if (!r)
		r = ns_enter(&run->refusal);
	if (!r)
		r = ns_scratch(&run->refusal);
	return r ? r : ns_assemble(run->runtime, &run->refusal);
}
