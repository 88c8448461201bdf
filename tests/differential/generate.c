/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes random sequences of steps for `steps`, the same ones from the same seed everywhere.
 *
 *   generate SEED COUNT
 *
 * COUNT sequences for each pair of regions, named by their seeds SEED, SEED + 1, ... The last one
 * of a pair may leave memory behind, the others may not.
 */
#include "actions.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "layout.h"

#define MIN_ACTIONS 15
#define MAX_ACTIONS 35

enum zones zones;

void step(const char *file, const char *value)
{
	printf("w\t%s\t%s\n", file, value);
}

static const struct action *const tables[] = { bus_actions, memory_actions, usage_actions };

static unsigned all_weights(void)
{
	unsigned sum = 0;

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (const struct action *action = tables[i]; action->weight; action++)
			sum += action->weight;
	return sum;
}

static const struct action *some_action(void)
{
	unsigned at = below(all_weights());
	const struct action *action = tables[0];

	for (size_t i = 0; at >= action->weight;) {
		at -= action->weight;
		action = action[1].weight ? action + 1 : tables[++i];
	}
	return action;
}

/* Number @i of @count of its pair. The last action may make it a little longer. */
static void sequence(uint64_t name, int i, int count)
{
	bool may_stick = i == count;

	words_seed(name);
	guess.devices[0] = guess.devices[1] = 1;
	guess.hotplugged = false;
	zones = chance(30) ? NO_ZONE : 2 * i > count && chance(80) ? ANY_ZONE : MOVABLE_ZONE;
	printf("= %" PRIu64 "%s hmem.%d hmem.%d\n", name, may_stick ? "" : " clean", guess.pair,
	       guess.pair + LAYOUT_PAIRS);
	if (chance(70))
		partition();
	for (unsigned n = MIN_ACTIONS + below(MAX_ACTIONS - MIN_ACTIONS); n; n--)
		some_action()->make();
}

int main(int argc, char **argv)
{
	uint64_t name = argc == 3 ? strtoull(argv[1], NULL, 0) : 0;
	int count = argc == 3 ? atoi(argv[2]) : 0;

	if (count <= 0) {
		fprintf(stderr, "usage: generate SEED COUNT\n");
		return 2;
	}
	for (guess.pair = 0; guess.pair < LAYOUT_PAIRS; guess.pair++)
		for (int i = 1; i <= count; i++)
			sequence(name++, i, count);
	return 0;
}
