/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening daxX.Y where the kernel does not: its twin is opened instead. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "client/route.h"

/**
 * twin_open() - second try of an open(2) that failed; plain system calls
 * @dir, @path, @flags: as given to openat(2)
 * @error: -errno of the first try
 *
 * Return: an fd; or the -errno to report, which is @error for everything that is not ours.
 */
int twin_open(int dir, const char *path, int flags, int error);

/* The kernel opened @fd by itself. If it is a device file, which is so over CUSE, it is met. */
void twin_not_needed(int fd, const char *path);

/**
 * twin_fopen() - second try of an fopen(3) that failed, errno saying how
 * @saved: errno to leave on success
 */
FILE *twin_fopen(const char *path, const char *mode, int saved);

/* freopen(3) has closed the old file when it fails, so it must be told the twin at once. */
enum { TWIN_MODE_MAX = 16 };
bool twin_for_freopen(const char *path, const char *mode, char twin[static ROUTE_PATH_MAX],
		      char twin_mode[static TWIN_MODE_MAX]);
