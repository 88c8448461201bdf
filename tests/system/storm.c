/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * storm DEVICE SECONDS: processes store into a mapped device at full speed while it is unbound and
 * bound again through sysfs. Whatever was stored without a fault must be there at the end; nothing
 * may be stored while the device is dead; every mapping must come back to life.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WRITERS	 3
#define WORDS	 4096
#define STEP	 4096 /* bytes between the words of a writer */
#define MAP_SIZE ((size_t)WORDS * STEP)

/* Shared memory of ours: what each writer knows that he stored. */
struct writer {
	volatile uint64_t words[WORDS];
	volatile uint64_t stores, faults;
};

struct control {
	volatile bool stop;
	struct writer writers[WRITERS];
};

static const char *dev_name;
static sigjmp_buf on_bus;

static void bus_handler(int sig)
{
	(void)sig;
	siglongjmp(on_bus, 1);
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void *map_shared(int fd, int flags, size_t len)
{
	void *map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | flags, fd, 0);

	if (map == MAP_FAILED)
		die("mmap");
	return map;
}

static char *map_device(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", dev_name);
	fd = open(path, O_RDWR);
	if (fd < 0)
		die(path);
	return map_shared(fd, 0, MAP_SIZE); /* the mapping needs no open file */
}

static volatile uint64_t *word(char *map, int writer, size_t i)
{
	return (volatile uint64_t *)(void *)(map + i * STEP) + writer;
}

/* Each process has a mapping of its own. */
static void write_on(struct control *control, int n)
{
	struct writer *w = &control->writers[n];
	char *map = map_device();
	volatile uint64_t value = 0;
	volatile size_t i = 0;

	if (sigsetjmp(on_bus, 1)) {
		w->faults++;
		i = (i + 1) % WORDS;
	}
	for (; !control->stop; i = (i + 1) % WORDS) {
		*word(map, n, i) = ++value;
		/* Only reached if the store did not fault. */
		w->words[i] = value;
		w->stores++;
	}
	_exit(0);
}

static int driver_write(const char *file)
{
	char path[96];
	int fd, r;

	snprintf(path, sizeof(path), "/sys/bus/dax/drivers/device_dax/%s", file);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		die(path);
	r = write(fd, dev_name, strlen(dev_name)) < 0 ? -errno : 0;
	close(fd);
	return r;
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
}

/* A device that is not alive cannot be mapped: all have theirs before the first round. */
static void await_stores(const struct control *control)
{
	for (int n = 0; n < WRITERS; n++)
		while (!control->writers[n].stores)
			nap();
}

/* Waits until each writer has met the dead device twice: then none has a store under way. */
static void await_faults(const struct control *control)
{
	uint64_t before[WRITERS];

	for (int n = 0; n < WRITERS; n++)
		before[n] = control->writers[n].faults;
	for (int n = 0; n < WRITERS; n++)
		while (control->writers[n].faults < before[n] + 2)
			nap();
}

static uint64_t all_stores(const struct control *control)
{
	uint64_t sum = 0;

	for (int n = 0; n < WRITERS; n++)
		sum += control->writers[n].stores;
	return sum;
}

/* Return: stores made while the device was dead. */
static uint64_t die_and_revive(const struct control *control)
{
	uint64_t before, dead;

	if (driver_write("unbind") < 0)
		die("unbind");
	await_faults(control);
	before = all_stores(control);
	nap();
	dead = all_stores(control) - before;
	if (driver_write("bind") < 0)
		die("bind");
	for (before = all_stores(control); all_stores(control) == before;)
		nap();
	return dead;
}

static uint64_t count_lost(const struct control *control)
{
	char *map = map_device();
	uint64_t lost = 0;

	for (int n = 0; n < WRITERS; n++)
		for (size_t i = 0; i < WORDS; i++)
			lost += *word(map, n, i) != control->writers[n].words[i];
	return lost;
}

int main(int argc, char **argv)
{
	struct control *control = map_shared(-1, MAP_ANONYMOUS, sizeof(*control));
	uint64_t dead = 0, faults = 0, lost;
	int rounds = 0, status;
	bool ended = true;
	time_t end;

	if (argc != 3)
		return 2;
	alarm(60); /* a writer that ended would be waited for without end */
	dev_name = argv[1];
	end = time(NULL) + atoi(argv[2]);
	signal(SIGBUS, bus_handler);
	for (int n = 0; n < WRITERS; n++)
		if (!fork())
			write_on(control, n);
	await_stores(control);
	while (time(NULL) < end) {
		dead += die_and_revive(control);
		rounds++;
	}
	control->stop = true;
	for (int n = 0; n < WRITERS; n++)
		ended &= wait(&status) > 0 && !status;
	for (int n = 0; n < WRITERS; n++)
		faults += control->writers[n].faults;
	lost = count_lost(control);
	printf("%d rounds, %llu stores, %llu faults, %llu stored while dead, %llu lost\n", rounds,
	       (unsigned long long)all_stores(control), (unsigned long long)faults,
	       (unsigned long long)dead, (unsigned long long)lost);
	return lost || dead || !ended || !rounds;
}
