/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Filesystems of memory that nobody else sees: mounted nowhere, there as long as an fd of them or a
 * mapping of a file is. Whoever may mount in his namespaces can have a tmpfs, only root of the
 * machine a hugetlbfs.
 */
#pragma once

#include <stdint.h>

/* Begins one of this type. Return: an fd for the next two, or -errno. */
int ownfs_new(const char *type);

/* Sets an option of it. Return: 0 or -errno. */
int ownfs_set(int fs, const char *key, uint64_t value);

/* Makes it. Return: an fd of its root directory, or -errno. */
int ownfs_mount(int fs);
