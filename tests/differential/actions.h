/* SPDX-License-Identifier: BSD-3-Clause */
/* What may come next in a sequence: tables of functions, each of which prints some steps. */
#pragma once

#include "words.h"

struct action {
	unsigned weight; /* how often, against the sum of all */
	void (*make)(void);
};

/* Each ends with a weight of 0. */
extern const struct action bus_actions[];
extern const struct action memory_actions[];
extern const struct action usage_actions[];

/*
 * Which blocks the sequence may bring online. Soon a kernel has something of its own in a block of
 * zone Normal, which then is lost for other sequences; never in zone Movable.
 */
extern enum zones { NO_ZONE, MOVABLE_ZONE, ANY_ZONE } zones;

/*
 * Prints one write. C leaves the order open in which arguments are made. So no call has two that
 * take random numbers: the same seed gives the same steps with every compiler.
 */
void step(const char *file, const char *value);

/* Some blocks of the sequence's regions in any order, in one kind or another. */
void online_some(void);

/* All blocks of a region, one after the other. */
void offline_region(int id);

/* The driver of a region leaves it and comes back: then it has one device, over all of it. */
void region_again(void);

/* Frees a whole region, and makes devices of some sizes in it. */
void partition(void);
