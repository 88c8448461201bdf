/* SPDX-License-Identifier: BSD-3-Clause */
/* Another preload library, which looks up the next mmap when it is first called and takes a lock:
 * what programs must bear. It must work on either side of ours. */
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/types.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t off);
EXPORT int munmap(void *addr, size_t len);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

EXPORT void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t off)
{
	static void *(*next)(void *, size_t, int, int, int, off_t);
	void *p;

	pthread_mutex_lock(&lock);
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "mmap");
	p = next(addr, len, prot, flags, fd, off);
	pthread_mutex_unlock(&lock);
	return p;
}

EXPORT int munmap(void *addr, size_t len)
{
	static int (*next)(void *, size_t);
	int r;

	pthread_mutex_lock(&lock);
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "munmap");
	r = next(addr, len);
	pthread_mutex_unlock(&lock);
	return r;
}
