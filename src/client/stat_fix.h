/* SPDX-License-Identifier: BSD-3-Clause */
/* What stat(2) says of a twin, made into what it says of the device file. */
#pragma once

#include <sys/stat.h>

struct statx;

/* @r: the call's result, returned; @st: its struct stat (or stat64, which must be the same). */
int stat_fix(long r, void *st);

/* After a call that succeeded. Device files get the DAX attribute too, by whatever name. */
void statx_fix(struct statx *st);
