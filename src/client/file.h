/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What calls on an open device file answer, where the kernel answers for its twin without asking
 * the daemon, because the twin is a regular file. Looked at only in programs that have met one.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Whether this program has met a device file: opened it, was born with it, asked what it is. */
bool file_any(void);

/* It has. */
void file_met(void);

/* Looks for device files among the open ones; once, at start. */
void file_look(void);

/**
 * file_before() - refuse a call that the kernel would grant
 * @number: SYS_*; @a: its arguments
 *
 * Return: 0 to go on, or -errno.
 */
int file_before(long number, const long a[static 6]);

/**
 * file_after() - correct a call's result
 * @r: as libc returns it, errno set if -1
 *
 * Return: the result to give; errno is set if it is -1.
 */
long file_after(long number, const long a[static 6], long r);
