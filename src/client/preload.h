/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For the preload_*.c files, which hold the exported symbols and nothing else: each calls the next
 * definition of its name, and only if that failed, or a device is in question, the code behind it.
 * Before the constructor has run, the system call itself stands in for the next definition.
 */
#pragma once

#include "client/real.h"

#include <errno.h>

#include "client/sys.h"

#define DAX_EXPORT __attribute__((visibility("default")))

/* A system call's result as libc returns it. */
static inline long libc_result(long r)
{
	int error = sys_error(r);

	if (!error)
		return r;
	errno = -error;
	return -1;
}

/* The next definition, or the call itself while that is not known. */
#define NEXT(name, args, raw) (real.name ? real.name args : libc_result(raw))

/* The next definition; found now, while that is not known: where the call cannot stand in. */
#define NEXT_LIBC(name, args) (real.name ? (void)0 : real_init(), real.name args)

/* Whether a check (0 or -errno) refuses; errno is set then. */
#define REFUSED(check) (libc_result(check) < 0)
