/* SPDX-License-Identifier: BSD-3-Clause */
/* How a probe says what happened: lines of `case<TAB>result`, flushed one by one, so that nothing
 * is lost or doubled when a probe forks or dies. */
#pragma once

#include <sys/mman.h>

/* Every case name starts with @prefix and a dot; lent for ever. */
void report_prefix(const char *prefix);

void report(const char *id, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "ok", "ok:N" for a positive @r, or the name of errno for a negative one. */
void report_result(const char *id, long r);

/* As report_result(), for what mmap(2) and mremap(2) return. */
static inline void report_map(const char *id, const void *p)
{
	report_result(id, p == MAP_FAILED ? -1 : 0);
}

/* Ends the probe: its own set-up failed. */
_Noreturn void report_broken(const char *what);
