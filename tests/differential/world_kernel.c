/* SPDX-License-Identifier: BSD-3-Clause */
/* System calls: on a real kernel, or inside `daxemu run`. Needs root. */
#include "world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"

extern char **environ;

static int root = -1; /* of all paths */

int world_begin(int argc, char **argv)
{
	(void)argv;
	if (argc) {
		fprintf(stderr, "steps: takes no arguments\n");
		return 2;
	}
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root < 0;
}

void world_end(void)
{
	close(root);
}

ssize_t world_read(const char *path, char *buf, size_t size)
{
	_cleanup_fd_ int fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return n;
}

ssize_t world_write(const char *path, const char *bytes, size_t len)
{
	_cleanup_fd_ int fd = openat(root, path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, bytes, len);

	return n < 0 ? -errno : n;
}

int world_list(const char *path, void (*emit)(void *user, const char *name), void *user)
{
	int fd = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			emit(user, entry->d_name);
	closedir(dir);
	return 0;
}

ssize_t world_readlink(const char *path, char *buf, size_t size)
{
	ssize_t n = readlinkat(root, path, buf, size - 1);

	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return n;
}

const char *world_device_file(const char *name, int minor)
{
	char path[300];
	struct stat st;

	snprintf(path, sizeof(path), "dev/%s", name);
	if (fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW))
		return strerrorname_np(errno);
	return device_text(&st, minor);
}

int world_open(const char *name, int flags)
{
	char path[300];
	int fd;

	/* Through the preload library if there is one: it knows absolute paths too. */
	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void world_close(int handle)
{
	close(handle);
}

/* The words of modprobe and rmmod are not ours to compare: what they do is in the state. */
int world_module(bool load, const char *name)
{
	char *const argv[] = { (char *)(load ? "modprobe" : "rmmod"), (char *)name, NULL };
	posix_spawn_file_actions_t quiet;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &quiet, NULL, argv, environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&quiet);
	return status ? -EBUSY : 0;
}

const char *world_iomem(void)
{
	static char text[1 << 16];
	_cleanup_fd_ int fd = openat(root, "proc/iomem", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return NULL;
	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	return text;
}
