/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The turn, and the thread that watches one that is lent. It sleeps while nothing is lent, and
 * otherwise looks now and then, not once for each request.
 */
#include "sysfs-emu/turn.h"

#include <time.h>

/* Work that is still under way when looked at twice is long. */
#define LOOK_EVERY_NS 1000000

/* Of this thread. Only one that has the turn can have lent it. */
static _Thread_local bool has_turn;
static _Thread_local unsigned long lent; /* the number; 0: not lent */

/* Takes it from who lends it, be that the caller itself. False: another was faster. */
static bool take_back(struct turn *turn, unsigned long number)
{
	return atomic_compare_exchange_strong(&turn->lent, &number, number + 1);
}

static void end_lending(struct turn *turn)
{
	if (lent)
		has_turn = take_back(turn, lent);
	lent = 0;
}

void turn_take(struct turn *turn)
{
	end_lending(turn);
	while (!has_turn)
		has_turn = sem_wait(&turn->free) == 0;
}

void turn_pass(struct turn *turn)
{
	end_lending(turn);
	if (has_turn)
		sem_post(&turn->free);
	has_turn = false;
}

/* One post for many that lend: until the watcher has seen that nothing is. */
static void wake_watcher(struct turn *turn)
{
	if (!atomic_load(&turn->watched) && !atomic_exchange(&turn->watched, true))
		sem_post(&turn->wanted);
}

void turn_lend(struct turn *turn)
{
	if (!has_turn || lent)
		return;
	lent = atomic_load(&turn->lent) + 1;
	atomic_store(&turn->lent, lent);
	wake_watcher(turn);
}

/* Until nothing was lent since the last look. Return: the number then. */
static unsigned long watch(struct turn *turn)
{
	const struct timespec delay = { .tv_nsec = LOOK_EVERY_NS };
	unsigned long last, now = atomic_load(&turn->lent);

	do {
		last = now;
		nanosleep(&delay, NULL);
		now = atomic_load(&turn->lent);
		if (now == last && now % 2 && take_back(turn, now))
			sem_post(&turn->free);
	} while (now != last || now % 2);
	return now;
}

static void *watch_always(void *arg)
{
	struct turn *turn = arg;
	unsigned long last;

	for (;;) {
		while (sem_wait(&turn->wanted) < 0)
			;
		last = watch(turn);
		atomic_store(&turn->watched, false);
		/* Lent in between, by one who thought that it is watched. */
		if (atomic_load(&turn->lent) != last)
			wake_watcher(turn);
	}
	return NULL;
}

void turn_init(struct turn *turn)
{
	*turn = (struct turn){ 0 };
	sem_init(&turn->free, 0, 1);
	sem_init(&turn->wanted, 0, 0);
}

int turn_start(struct turn *turn)
{
	int r = -pthread_create(&turn->watcher, NULL, watch_always, turn);

	turn->running = r == 0;
	return r;
}

void turn_stop(struct turn *turn)
{
	if (!turn->running)
		return;
	pthread_cancel(turn->watcher);
	pthread_join(turn->watcher, NULL);
	turn->running = false;
}

void turn_destroy(struct turn *turn)
{
	sem_destroy(&turn->wanted);
	sem_destroy(&turn->free);
}
