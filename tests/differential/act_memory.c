/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps on memory blocks. Most need something that was hot-plugged before. */
#include "actions.h"

#include <inttypes.h>

#include "layout.h"

static void on_block(const char *file, const char *value)
{
	step(text("memory/memory%" PRIu64 "/%s", some_block(), file), value);
}

static const char *some_policy(void)
{
	static const char *const good[] = { "online", "online_kernel", "online_movable",
					    "offline" };
	static const char *const bad[] = { "",	"\\n", "junk", "Online",  "online ",	 " offline",
					   "1", "0",   "keep", "online_", "online\\n\\n" };

	if (chance(10))
		return PICK(bad);
	if (zones == MOVABLE_ZONE)
		return ended(chance(60) ? "online_movable" : "offline");
	return ended(PICK(good));
}

static void policy(void)
{
	step("memory/auto_online_blocks", zones ? some_policy() : "offline");
}

static void block_state(void)
{
	if (zones && (guess.hotplugged || chance(30)))
		on_block("state", some_policy());
}

static void block_online(void)
{
	if (zones && (guess.hotplugged || chance(30)))
		on_block("online", zones == ANY_ZONE ? some_bool() : "0");
}

void online_some(void)
{
	static const char *const kinds[] = { "online", "online_kernel", "online_movable" };

	for (unsigned n = 2 + below(4); zones && guess.hotplugged && n--;)
		on_block("state", zones == ANY_ZONE ? PICK(kinds) : "online_movable");
}

void offline_region(int id)
{
	struct layout_region region = layout_region(id);

	for (uint64_t i = 0; zones && guess.hotplugged && i < region.len / LAYOUT_BLOCK; i++)
		step(text("memory/memory%" PRIu64 "/state", region.start / LAYOUT_BLOCK + i),
		     "offline");
}

static void offline_all(void)
{
	offline_region(some_region());
}

const struct action memory_actions[] = {
	{ 3, policy },	    { 8, block_state }, { 5, block_online },
	{ 5, online_some }, { 4, offline_all }, { 0 },
};
