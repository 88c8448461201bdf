/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of /proc/devices. Text in, text out: opens nothing. */
#pragma once

#include <stddef.h>

#include "base/strbuf.h"

/* A line. */
struct chrdev {
	unsigned major;
	const char *name;
};

/**
 * chrdevs_render() - the machine's /proc/devices with our lines once, in their places
 * @ours: by major
 * @real: text of the machine's own; "" when it may not be read
 *
 * Return: 0 or -ENOMEM.
 * Source: Linux fs/proc/devices.c, devinfo_show(); fs/char_dev.c, chrdev_show().
 */
int chrdevs_render(const struct chrdev *ours, size_t nr, const char *real, struct strbuf *out);
