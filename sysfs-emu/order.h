/* SPDX-License-Identifier: BSD-3-Clause */
/* The order of names in a sysfs directory. */
#pragma once

/**
 * sysfs_name_compare() - where readdir(3) shows a name, as strcmp() does
 *
 * By hash, then by name: daxctl prints devices in the order in which it finds them.
 *
 * Source: Linux fs/kernfs/dir.c, kernfs_name_hash(), kernfs_sd_compare().
 */
int sysfs_name_compare(const char *a, const char *b);
