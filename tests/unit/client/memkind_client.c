/* SPDX-License-Identifier: BSD-3-Clause */
/* A heap in device memory, by memkind, whose allocator is jemalloc: it maps while it holds its
 * own locks, which is where preload libraries deadlock. Run by broker_host. */
#include <fcntl.h>
#include <memkind.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SIZE = 32 << 20, THREADS = 4, ROUNDS = 500 };

static memkind_t kind;
static char *base;

static void *allocate(void *arg)
{
	unsigned seed = (unsigned)(size_t)arg;

	for (int i = 0; i < ROUNDS; i++) {
		size_t len = 1 + (size_t)rand_r(&seed) % 100000;
		char *p = memkind_malloc(kind, len);
		char *q = malloc(len);

		if (!p || !q || p < base || p >= base + SIZE)
			return (void *)1;
		memset(p, i, len);
		memkind_free(kind, p);
		free(q);
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	void *result, *any = NULL;
	int fd = open("/dev/null", O_RDWR);

	base = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED || memkind_create_fixed(base, SIZE, &kind) != 0) {
		perror("memkind");
		return 1;
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, allocate, (void *)(i + 1));
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &result);
		any = any ? any : result;
	}
	return any != NULL;
}
