/* SPDX-License-Identifier: BSD-3-Clause */
/* The functions we stand in front of. See real.h. */
#include "client/real.h"

#include <dlfcn.h>
#include <errno.h>

#include "client/self.h"
#include "client/sys.h"

struct real real;

/* Through an integer: ISO C has no conversion from void * to a function pointer. */
#define LOOK_UP(name) *(void **)(void *)&real.name = dlsym(RTLD_NEXT, #name);

void real_init(void)
{
	DAX_NAMES(LOOK_UP)
}

__attribute__((constructor(101))) static void init(void)
{
	real_init();
	self_init();
}

#if !defined(__x86_64__) && !defined(__aarch64__)
long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	int saved = errno;
	long r;

	if (!real.syscall)
		real_init();
	r = real.syscall(nr, a, b, c, d, e, f);
	if (r == -1)
		r = -errno;
	errno = saved;
	return r;
}
#endif
