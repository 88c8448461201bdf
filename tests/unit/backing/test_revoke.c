/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * No store is lost: two processes store at full speed while the device dies and comes back, at
 * other sizes too. A store that did not fault must be there, at the next look and at the end.
 */
#include "fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#define WRITERS	   2
#define MAX_WORDS  16384
#define ROUND_TIME 1500 /* ms */

struct row {
	const char *name;
	enum fixture_kind kind;
	uint64_t size;
	uint64_t step; /* between the words of a writer: one word on each page, or more */
	bool resident; /* every page is there before the first round */
	bool filtered; /* also where vmsplice(2) is refused */
};

static const struct row rows[] = {
	{ "named, resident pages", FIXTURE_NAMED, 16 * MIB, 4096, true, true },
	{ "named, many words on a page", FIXTURE_NAMED, 2 * MIB, 256, true, true },
	{ "named, stores into holes", FIXTURE_NAMED, 64 * MIB, 4096, false, true },
	{ "named, far apart in a sparse device", FIXTURE_NAMED, 4 * GIB, 2 * MIB, false, true },
	{ "memfd, resident pages", FIXTURE_MEMFD, 16 * MIB, 4096, true, true },
	{ "memfd, stores into holes", FIXTURE_MEMFD, 64 * MIB, 4096, false },
	{ "hugetlb, resident pages", FIXTURE_HUGE, 16 * MIB, 4096, true },
	{ "hugetlb, stores into holes", FIXTURE_HUGE, 32 * MIB, 64 * KIB, false },
	{ "file, resident pages", FIXTURE_FILE, 25 * MIB + 4096, 4096, true, true },
	{ "file, stores into holes", FIXTURE_FILE, 16 * MIB, 4096, false },
};

/* Shared by all. A writer alone writes his part; what he stored and was not refused is in words. */
struct control {
	volatile bool stop;
	struct writer {
		uint64_t words[MAX_WORDS];
		volatile uint64_t stores, refused, lost, zeros;
	} writers[WRITERS];
};

static sigjmp_buf on_bus;

static void bus_handler(int sig)
{
	(void)sig;
	siglongjmp(on_bus, 1);
}

static size_t nr_words(const struct row *row)
{
	return min_u64(row->size / row->step, MAX_WORDS);
}

static volatile uint64_t *word(char *map, const struct row *row, int writer, size_t i)
{
	return (volatile uint64_t *)(void *)(map + i * row->step) + writer;
}

static void check_and_store(struct writer *w, volatile uint64_t *p, uint64_t *mine, uint64_t value)
{
	uint64_t seen = *p;

	if (seen != *mine) {
		w->lost += seen != 0;
		w->zeros += seen == 0;
	}
	*p = value;
	/* Only reached if the store did not fault. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	*mine = value;
	w->stores++;
}

static void write_away(struct control *control, const struct row *row, int n, char *map)
{
	/* The handler does not return: the signal must not stay blocked. */
	struct sigaction action = { .sa_handler = bus_handler, .sa_flags = SA_NODEFER };
	struct writer *w = &control->writers[n];
	volatile uint64_t value = 0, random = (uint64_t)n + 1;

	sigaction(SIGBUS, &action, NULL);
	while (!control->stop) {
		size_t i;

		random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
		i = (random >> 33) % nr_words(row);
		value++;
		if (!sigsetjmp(on_bus, 0))
			check_and_store(w, word(map, row, n, i), &w->words[i], value);
		else
			w->refused++;
	}
}

static pid_t start_writer(struct control *control, const struct row *row, int n, char *map)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	write_away(control, row, n, map);
	_exit(0);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Dead for a while, alive for a while, at any size. */
static int cycle(struct fixture *f, struct backing_dev *dev, const struct row *row)
{
	uint64_t end = now_ms() + ROUND_TIME;
	int rounds = 0;

	for (; now_ms() < end; rounds++) {
		uint64_t units = row->size / HUGE;
		bool partly = row->kind != FIXTURE_FILE && rounds % 3 == 2;

		backing_dev_down(dev);
		if (rounds % 4 == 1)
			usleep(1000);
		dev_up(f, dev, 0, partly ? (1 + (uint64_t)random() % units) * HUGE : row->size);
		usleep((useconds_t)(random() % 8000));
	}
	return rounds;
}

static uint64_t count_lost(struct control *control, const struct row *row, char *map)
{
	uint64_t lost = 0;

	for (int n = 0; n < WRITERS; n++)
		for (size_t i = 0; i < nr_words(row); i++)
			lost += *word(map, row, n, i) != control->writers[n].words[i];
	return lost;
}

static void report(const struct control *control, int rounds, uint64_t lost)
{
	const struct writer *w = control->writers;

	print_message("%d rounds, %llu stores, %llu refused, %llu words lost, %llu seen wrong, "
		      "%llu seen zero\n",
		      rounds, (unsigned long long)(w[0].stores + w[1].stores),
		      (unsigned long long)(w[0].refused + w[1].refused), (unsigned long long)lost,
		      (unsigned long long)(w[0].lost + w[1].lost),
		      (unsigned long long)(w[0].zeros + w[1].zeros));
}

static void nothing_is_lost(void **state)
{
	const struct row *row = *state;
	struct control *control = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct fixture f;
	struct backing_dev *dev;
	pid_t pids[WRITERS];
	uint64_t lost;
	char *map;
	int rounds;

	fixture_open(&f, row->kind, row->size);
	dev = fixture_dev(&f, 0, row->size);
	map = dev_map(dev, row->size, true);
	if (row->resident)
		for (uint64_t at = 0; at < row->size; at += 4096)
			*(volatile char *)(map + at) = 0;
	for (int n = 0; n < WRITERS; n++)
		pids[n] = start_writer(control, row, n, map);
	rounds = cycle(&f, dev, row);
	control->stop = true;
	for (int n = 0; n < WRITERS; n++)
		assert_int_equal(waitpid(pids[n], NULL, 0), pids[n]);
	backing_dev_down(dev);
	dev_up(&f, dev, 0, row->size);
	lost = count_lost(control, row, map);
	report(control, rounds, lost);
	assert_int_equal(lost, 0);
	for (int n = 0; n < WRITERS; n++) {
		assert_true(control->writers[n].stores > 0);
		assert_int_equal(control->writers[n].lost, 0);
		/* A huge page cannot be put into a file together with its bytes and the file's new
		 * size: who looks in that microsecond sees zeros. His stores are kept. */
		if (row->kind != FIXTURE_HUGE)
			assert_int_equal(control->writers[n].zeros, 0);
	}
	munmap(map, row->size);
	munmap(control, sizeof(*control));
	backing_dev_free(dev);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	struct CMUnitTest units[ARRAY_SIZE(rows)];
	bool filtered = argc > 1 && !strcmp(argv[1], "--no-vmsplice");
	bool no_mounts = argc > 1 && !strcmp(argv[1], "--no-mounts");
	size_t n = 0;

	/* As under a container runtime's filter. */
	if (filtered)
		fixture_refuse(SYS_vmsplice, -1);
	if (no_mounts)
		fixture_refuse(SYS_fsopen, -1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if ((!filtered || rows[i].filtered) && (!no_mounts || rows[i].kind == FIXTURE_HUGE))
			units[n++] =
				(struct CMUnitTest){ .name = rows[i].name,
						     .test_func = nothing_is_lost,
						     .initial_state = (void *)(uintptr_t)&rows[i] };
	return _cmocka_run_group_tests("revoke", units, n, fixture_setup, fixture_teardown);
}
