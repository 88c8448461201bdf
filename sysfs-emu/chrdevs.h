/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of /proc/devices. Text in, text out: opens nothing. */
#pragma once

#include "base/strbuf.h"

/**
 * chrdevs_render() - the machine's /proc/devices with dax once, in its place
 * @major: of /dev/daxX.Y
 * @real:  text of the machine's own; "" when it may not be read
 *
 * Return: 0 or -ENOMEM.
 * Source: Linux fs/proc/devices.c, devinfo_show(); fs/char_dev.c, chrdev_show().
 */
int chrdevs_render(unsigned major, const char *real, struct strbuf *out);
