/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One file of memory: a memfd, huge pages, or the only file of a tmpfs of its own. The tmpfs gives
 * the file a name for /proc/PID/maps, and a limit that can be put on its pages at any time, which
 * memfds do not have.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum memfile_kind {
	MEMFILE_MEMFD,
	MEMFILE_HUGE,  /* of 2 MiB pages: /dev/NAME in dir_fd, else a memfd */
	MEMFILE_NAMED, /* /dev/NAME in a tmpfs of its own, else in dir_fd, else a memfd */
};

struct memfile_config {
	enum memfile_kind kind;
	const char *name;
	int dir_fd;   /* MEMFILE_NAMED: a tmpfs to fall back to, MEMFILE_HUGE: a hugetlbfs; -1: none
		       */
	int node;     /* preferred NUMA node, -1 for none */
	uint64_t max; /* bytes it will ever have */
};

struct memfile {
	int fd;	      /* read and write */
	int read_fd;  /* read only */
	int mount_fd; /* the tmpfs of its own, -1 for none */
	int dir_fd;   /* where its name is, -1 for none; mount_fd's or lent */
	char *name;   /* in dir_fd */
};

#define MEMFILE_NONE                                                  \
	{                                                             \
		.fd = -1, .read_fd = -1, .mount_fd = -1, .dir_fd = -1 \
	}

/* The file is empty, fds are close-on-exec. Return: 0 or -errno. */
int memfile_open(struct memfile *out, const struct memfile_config *config);

/* Takes the name away; the file stays. Fine on a file without one. */
void memfile_unname(struct memfile *file);

/* Takes the name away and closes the fds; fine on MEMFILE_NONE. */
void memfile_close(struct memfile *file);

/**
 * memfile_limit() - the pages of the file may come to this many bytes in all
 *
 * Without a tmpfs of its own nothing happens.
 *
 * Return: 0, -EINVAL (it has more already), -errno.
 */
int memfile_limit(const struct memfile *file, uint64_t bytes);

/**
 * memfile_freeze() - from now on no page is added, by nobody
 *
 * An access to a page that the file does not have is SIGBUS, until memfile_limit(), or until pages
 * are taken away. When this returns, every page that an access has been given is in the file.
 * Takes some 10 ms.
 *
 * Return: 0, -EOPNOTSUPP (no tmpfs of its own), -errno.
 */
int memfile_freeze(const struct memfile *file);
