/* SPDX-License-Identifier: BSD-3-Clause */
/* /proc/self/fd/N of a twin, made into what it is of the device file. */
#pragma once

#include <sys/types.h>

#include "client/route.h"

/* A device file was opened by this path: what the name was, should the device be deleted. */
void link_remember(struct route_dev dev, const char *path);

/**
 * link_fix() - correct a link text that names a twin: /proc/self/fd/N
 * @buf, @size, @r: of a readlinkat(2) on @dir and @path that succeeded
 *
 * Return: the length to give.
 */
ssize_t link_fix(int dir, const char *path, char *buf, size_t size, ssize_t r);
