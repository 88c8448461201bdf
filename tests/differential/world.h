/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What steps need of a machine. Two files implement it: world_kernel.c with system calls, for a
 * real kernel and for `daxemu run`; world_tree.c on the emulated tree inside the process, which is
 * a hundred times as fast. Paths have no leading slash and pass through no link.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

/* @args: words of the command line. Return: 0 or an exit status, with a message. */
int world_begin(int argc, char **argv);
void world_end(void);

/* Text of a file, with a NUL. Return: bytes or -errno. */
ssize_t world_read(const char *path, char *buf, size_t size);

/* open and one write. Return: bytes or -errno, of whichever failed. */
ssize_t world_write(const char *path, const char *bytes, size_t len);

/* Calls @emit for each name, in any order. Return: 0 or -errno. */
int world_list(const char *path, void (*emit)(void *user, const char *name), void *user);

/* Return: bytes or -errno. */
ssize_t world_readlink(const char *path, char *buf, size_t size);

/* Mode and type of /dev/NAME as text, and whether it has this minor. Static. */
const char *world_device_file(const char *name, int number);

/* /dev/NAME. Return: a handle for world_close(), or -errno. */
int world_open(const char *name, int flags);
void world_close(int handle);

/* modprobe or rmmod. Return: 0, or -EBUSY when it refused. */
int world_module(bool load, const char *name);

/* /proc/iomem, in memory of the callee. NULL when it cannot be read. */
const char *world_iomem(void);

/* For world_device_file(). */
static inline const char *device_text(const struct stat *st, int number)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s %04o%s", S_ISCHR(st->st_mode) ? "chr" : "other",
		 st->st_mode & 07777, (int)minor(st->st_rdev) == number ? "" : " other minor");
	return text;
}
