/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * daxemu doctor: tries what run needs, in the same way, and prints the same sentences. One line for
 * each finding: "ok" is there, "no" is missing and needed, "--" is missing and only wanted.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/util.h"
#include "cli.h"
#include "daemon/namespace.h"
#include "daemon/ns_assemble.h"
#include "daemon/ns_files.h"
#include "programs.h"

/* Return: 0 or -EINVAL; @text says what was found or what to do. */
typedef int finding(struct refusal *text);

static int note(struct refusal *text, const char *what)
{
	refuse(text, "%s", what);
	return 0;
}

static int find_daemon(struct refusal *text)
{
	char path[PATH_MAX];
	int r = programs_daemon(path, text);

	return r < 0 ? r : note(text, path);
}

static int find_preload(struct refusal *text)
{
	char path[PATH_MAX];
	int r = programs_preload(path, text);

	return r < 0 ? r : note(text, path);
}

static int find_preload32(struct refusal *text)
{
	char path[PATH_MAX];

	if (!programs_preload(path, text) && strchr(path, '$'))
		return note(text, "have a preload library of theirs");
	return refuse(text, "cannot map: they need daxemu built by a compiler that has -m32 "
			    "(Debian: gcc-multilib)");
}

/* In a child, so that nothing of it stays. */
static int try_mount(struct refusal *text)
{
	dev_t device;
	int fd, r = ns_enter(text);

	if (!r)
		r = ns_scratch(text);
	return r ? r : ns_mount_fuse(NS_SCRATCH_MNT, &fd, &device, text);
}

static int mount_in_child(int out)
{
	struct refusal text;

	if (!try_mount(&text))
		return 0;
	return write(out, text.text, strlen(text.text)) < 0 ? 1 : 2;
}

static int find_mount(struct refusal *text)
{
	int pipe_fds[2];
	pid_t pid;
	ssize_t n;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		return refuse(text, "no process can be made: %s", strerror(errno));
	if (!pid)
		_exit(mount_in_child(pipe_fds[1]));
	close(pipe_fds[1]);
	n = read(pipe_fds[0], text->text, sizeof(text->text) - 1);
	close(pipe_fds[0]);
	waitpid(pid, NULL, 0);
	if (n > 0) {
		text->text[n] = '\0';
		return -EINVAL;
	}
	return note(text, geteuid() ? "in a user namespace" : "as root");
}

static int find_daxctl(struct refusal *text)
{
	if (!system("command -v daxctl >/dev/null 2>&1"))
		return note(text, "installed");
	return refuse(text, "not installed: the package of that name has it");
}

static int find_huge_pages(struct refusal *text)
{
	static const char path[] = "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages";
	_cleanup_file_ FILE *f = fopen(path, "re");
	unsigned long pages;

	if (!f || fscanf(f, "%lu", &pages) != 1)
		return refuse(text, "this kernel has none: use backing=memfd");
	refuse(text, "%lu free%s", pages,
	       pages ? ""
		     : ": for backing=hugetlb reserve some, 512 for 1 GiB, with "
		       "'sysctl vm.nr_hugepages=512'");
	return pages ? 0 : -EINVAL;
}

static int find_cuse(struct refusal *text)
{
	_cleanup_fd_ int fd = open("/dev/cuse", O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		return note(text, "can be opened");
	return refuse(text,
		      "cannot be opened (%s): device files are made by FUSE, which needs no more",
		      strerror(errno));
}

static const struct {
	const char *what;
	finding *find;
	bool needed;
} findings[] = {
	{ "daxemud", find_daemon, true },
	{ "preload library", find_preload, true },
	{ "private mounts and FUSE", find_mount, true },
	{ "daxctl", find_daxctl, false },
	{ "32-bit programs", find_preload32, false },
	{ "2 MiB huge pages", find_huge_pages, false },
	{ "/dev/cuse", find_cuse, false },
};

int cmd_doctor(const struct args *args)
{
	int status = 0;

	(void)args;
	for (size_t i = 0; i < ARRAY_SIZE(findings); i++) {
		struct refusal text;
		bool found = !findings[i].find(&text);

		printf("%s  %s: %s\n",
		       found		    ? "ok"
		       : findings[i].needed ? "no"
					    : "--",
		       findings[i].what, text.text);
		if (!found && findings[i].needed)
			status = verb_defs[VERB_DOCTOR].failure;
	}
	printf("%s\n", status ? "daxemu run cannot work here yet." : "daxemu run works here.");
	return status;
}
