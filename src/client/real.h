/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The functions we stand in front of: the next definition of each name, libc's or another
 * interposer's. Looked up once, in a constructor; NULL before that.
 */
#pragma once

#include "client/names.h"

struct real {
#define MEMBER(name) __typeof__(name) *name;
	DAX_NAMES(MEMBER)
#undef MEMBER
};

extern struct real real;

/* Fills it in. The constructor does; earlier callers of stream functions may. */
void real_init(void);
