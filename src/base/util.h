/* SPDX-License-Identifier: BSD-3-Clause */
/* Helpers that know no daxemu word: arithmetic, and locals that clean up after themselves. */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define KIB	      (UINT64_C(1) << 10)
#define MIB	      (UINT64_C(1) << 20)
#define GIB	      (UINT64_C(1) << 30)

/* Parent struct of a member. */
#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

static inline uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static inline bool is_power_of_two(uint64_t x)
{
	return x && !(x & (x - 1));
}

/* @align: a power of two. */
static inline bool is_aligned(uint64_t x, uint64_t align)
{
	return !(x & (align - 1));
}

static inline uint64_t align_down(uint64_t x, uint64_t align)
{
	return x & ~(align - 1);
}

/* The caller makes sure that @x + @align does not overflow. */
static inline uint64_t align_up(uint64_t x, uint64_t align)
{
	return (x + align - 1) & ~(align - 1);
}

/* Cleanups keep errno. They run on the variable's address when it leaves scope. */
static inline void close_fdp(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

static inline void free_p(void *p)
{
	free(*(void **)p);
}

static inline void fclose_p(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define _cleanup_fd_   __attribute__((cleanup(close_fdp)))
#define _cleanup_free_ __attribute__((cleanup(free_p)))
#define _cleanup_file_ __attribute__((cleanup(fclose_p)))

/* Hands an fd over: returns it and leaves -1 behind. */
static inline int steal_fd(int *fd)
{
	int r = *fd;

	*fd = -1;
	return r;
}
