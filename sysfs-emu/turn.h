/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whose turn it is among threads that serve: one at a time waits for the next request. To give the
 * turn away costs two switches of threads, so work that may take long, and hardly ever does, only
 * lends it: a watcher passes it on if the work has not ended after a while.
 */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

struct turn {
	sem_t free;	   /* posted: nobody has it */
	atomic_ulong lent; /* odd while its holder lends it; another number each time */
	sem_t wanted;	   /* posted: the watcher shall look */
	atomic_bool watched;
	pthread_t watcher;
	bool running;
};

/* Nobody has the turn. */
void turn_init(struct turn *turn);

/* Starts the watcher. Return: 0 or -errno. */
int turn_start(struct turn *turn);

/* Ends the watcher, if it runs: the turn is lent no more. */
void turn_stop(struct turn *turn);
void turn_destroy(struct turn *turn);

/* Waits until the caller has the turn, which it may have had all the time. A cancellation point. */
void turn_take(struct turn *turn);

/* Another may take it. Harmless in a thread that does not have it. */
void turn_pass(struct turn *turn);

/* Until its next turn_take() the caller has it, unless that takes longer than some milliseconds.
 * Harmless as above. */
void turn_lend(struct turn *turn);
