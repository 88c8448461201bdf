/* SPDX-License-Identifier: BSD-3-Clause */
/* What the library knows of its surroundings: the mount, the socket, whether to talk. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

#include "client/route.h"

/* Reads the environment, once, before the program's main(). */
void self_init(void);

/* The broker's address; its length for connect(2). */
unsigned self_socket(struct sockaddr_un *out);

/* route_of() with the mount found out when needed: first at start, again when a file looks like
 * ours but is of another mount. */
enum route self_route(const struct route_file *file, struct route_dev *dev);

/* route_of() an open file or path; plain system calls. */
enum route self_route_at(int dir, const char *path, int flags, struct route_dev *dev);

/* log2 of a device's alignment now, which may have changed since it was mapped; @mapped if sysfs
 * does not tell. */
unsigned self_align_now(struct route_dev dev, unsigned mapped);

/* One line on stderr if DAXEMU_LOG=debug: the library is silent otherwise. @error: -errno or 0 */
void self_debug(const char *what, const char *detail, int error);
