/* SPDX-License-Identifier: BSD-3-Clause */
/* Which major numbers of character devices are free. Pure. */
#pragma once

/**
 * major_choose() - a major number nobody has
 * @devices: text of /proc/devices
 * @wanted:  taken if free
 *
 * Return: the number, or -EBUSY.
 */
int major_choose(const char *devices, unsigned wanted);
