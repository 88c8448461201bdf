/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes random sequences of steps for `steps`, the same ones from the same seed everywhere.
 *
 *   generate SEED COUNT
 *
 * COUNT sequences for each pair of regions, named by their seeds SEED, SEED + 1, ... The last one
 * of a pair may leave memory behind, the others may not.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "words.h"

#define MIN_ACTIONS 15
#define MAX_ACTIONS 35

/*
 * Which blocks the sequence may bring online. Soon a kernel has something of its own in a block of
 * zone Normal, which then is lost for other sequences; never in zone Movable.
 */
static enum { NO_ZONE, MOVABLE_ZONE, ANY_ZONE } zones;

/*
 * C leaves the order open in which arguments are made. So no call has two that take random numbers:
 * the same seed gives the same steps with every compiler.
 */
static void step(const char *file, const char *value)
{
	printf("w\t%s\t%s\n", file, value);
}

/* --- single steps ------------------------------------------------------------------------- */

static void on_device(const char *file, const char *value)
{
	step(text("%s/%s", some_device(), file), value);
}

static void on_region(const char *file, const char *value)
{
	step(text("hmem.%d/%s", some_region(), file), value);
}

static void on_driver(const char *file, const char *value)
{
	step(text("bus/drivers/%s/%s", some_driver(), file), value);
}

static void on_block(const char *file, const char *value)
{
	step(text("memory/memory%" PRIu64 "/%s", some_block(), file), value);
}

static void set_size(void)
{
	on_device("size", some_size());
}

static void set_align(void)
{
	static const char *const aligns[] = { "4096",	    "4096",	"2097152",
					      "2097152\\n", "0x200000", "1073741824",
					      "0x40000000", "8192",	"0",
					      "-1",	    "junk",	"",
					      "\\n",	    "16777216", "18446744073709551616",
					      "4096 ",	    "010000" };

	on_device("align", PICK(aligns));
}

static void add_mapping(void)
{
	int id = some_region();
	const char *range = some_range(chance(95) ? id : some_region());

	step(text("dax%d.%d/mapping", id, some_number(id)), range);
}

static const char *some_bool(void)
{
	static const char *const words[] = { "1",      "0", "1\\n", "0\\n",  "y",  "n",
					     "Y",      "N", "on",   "off",   "oN", "oF",
					     "t",      "f", "true", "false", "e",  "d",
					     "enable", "2", "-1",   "+1",    " 1", "",
					     "\\n",    "o", "junk", "1x",    "01" };

	return chance(60) ? text("%u", below(2)) : PICK(words);
}

static void set_memmap(void)
{
	on_device("memmap_on_memory", some_bool());
}

static void create(void)
{
	static const char *const words[] = { "0",   "2",  "-1", "",   "\\n",	    "junk",
					     "0x1", "01", "+1", "1 ", "2147483648", "1\\n\\n" };

	int id = some_region();

	if (*devices_of(id) < 4)
		++*devices_of(id);
	step(text("hmem.%d/create", id), chance(85) ? ended("1") : PICK(words));
}

static void delete (void)
{
	on_region("delete", some_name());
}

static void bind(void)
{
	on_driver("bind", some_name());
}

static void unbind(void)
{
	on_driver("unbind", some_name());
}

static void new_id(void)
{
	on_driver("new_id", some_name());
}

static void remove_id(void)
{
	on_driver("remove_id", some_name());
}

static void probe(void)
{
	step("bus/drivers_probe", some_name());
}

static void autoprobe(void)
{
	static const char *const words[] = { "0", "1", "1", "1\\n", "junk", "", "\\n", "00", "-1" };

	step("bus/drivers_autoprobe", PICK(words));
}

static void synthetic_event(void)
{
	static const char *const files[] = { "bus/uevent", "bus/drivers/kmem/uevent",
					     "memory/uevent" };
	static const char *const words[] = { "change", "add\\n", "junk", "", "remove", "Change" };

	const char *file = chance(50) ? text("%s/uevent", some_device()) : PICK(files);

	step(file, PICK(words));
}

static void region_driver(void)
{
	static const char *const bad[] = { "", "hmem", "hmem.99", "junk", "hmem.0 ", "hmem.00" };
	const char *name = chance(8) ? PICK(bad) : ended(text("hmem.%d", some_region()));

	step(chance(50) ? "hmem/unbind" : "hmem/bind", name);
}

static void region_again(void)
{
	int id = some_region();
	const char *name = text("hmem.%d", id);

	*devices_of(id) = 1;
	step("hmem/unbind", name);
	step("hmem/bind", name);
}

/* The parameter takes effect when a region is enabled. */
static void region_idle(void)
{
	step("module/dax_hmem/parameters/region_idle", chance(50) ? "1" : some_bool());
	if (chance(80))
		region_again();
}

static void module(void)
{
	const char *name = some_driver();

	printf("m\tunload\t%s\n", name);
	if (chance(70))
		printf("m\tload\t%s\n", name);
}

static void load(void)
{
	printf("m\tload\t%s\n", some_driver());
}

static void open_file(void)
{
	unsigned slot = below(4);

	printf("o\t%u\t%s\n", slot, some_device());
}

static void close_file(void)
{
	printf("c\t%u\n", below(4));
}

/* --- memory blocks ------------------------------------------------------------------------ */

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

/* Blocks of a region in any order, in one kind or another. */
static void online_some(void)
{
	static const char *const kinds[] = { "online", "online_kernel", "online_movable" };

	for (unsigned n = 2 + below(4); zones && guess.hotplugged && n--;)
		on_block("state", zones == ANY_ZONE ? PICK(kinds) : "online_movable");
}

static void offline_region(int id)
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

/* --- what people do ----------------------------------------------------------------------- */

static void release(const char *dev)
{
	static const char *const drivers[] = { "device_dax", "kmem", "fsdev_dax" };

	if (chance(60))
		offline_region(atoi(dev + 3));
	for (size_t i = 0; i < ARRAY_SIZE(drivers) - chance(70); i++)
		step(text("bus/drivers/%s/unbind", drivers[i]), dev);
}

static void give(const char *dev, const char *driver)
{
	guess.hotplugged |= !strcmp(driver, "kmem");
	step(text("bus/drivers/%s/new_id", driver), ended(dev));
	if (chance(50))
		step(text("bus/drivers/%s/bind", driver), ended(dev));
}

static void reconfigure(void)
{
	char dev[32];

	snprintf(dev, sizeof(dev), "%s", some_device());
	release(dev);
	if (chance(50))
		step(text("%s/size", dev), spell(some_bytes(layout_region(atoi(dev + 3)).len)));
	give(dev, some_driver());
}

/* The whole region is free, then has devices of some sizes. */
static void partition(void)
{
	int id = some_region();
	char dev[32];

	snprintf(dev, sizeof(dev), "dax%d.0", id);
	release(dev);
	step(text("%s/size", dev), "0");
	for (unsigned n = 1 + below(3); n; n--) {
		step(text("hmem.%d/create", id), "1");
		*devices_of(id) = *devices_of(id) < 4 ? *devices_of(id) + 1 : 4;
		if (chance(50))
			step(text("dax%d.%u/size", id, n),
			     spell(LAYOUT_BLOCK / 2 * (1 + below(4))));
		else
			step(text("dax%d.%u/mapping", id, n), some_range(id));
	}
}

static void destroy(void)
{
	char dev[32];

	snprintf(dev, sizeof(dev), "%s", some_device());
	release(dev);
	step(text("%s/size", dev), "0");
	step(text("hmem.%d/delete", atoi(dev + 3)), ended(dev));
}

/* A device of several ranges. */
static void scatter(void)
{
	int id = some_region();
	char dev[32];

	snprintf(dev, sizeof(dev), "dax%d.%d", id, some_number(id));
	release(dev);
	step(text("%s/size", dev), "0");
	for (unsigned n = 2 + below(2); n; n--)
		step(text("%s/mapping", dev), some_range(id));
	give(dev, some_driver());
}

/* A device of small pages. */
static void refine(void)
{
	int id = some_region();
	char dev[32];

	snprintf(dev, sizeof(dev), "dax%d.%d", id, some_number(id));
	release(dev);
	step(text("%s/align", dev), "4096");
	step(text("%s/size", dev), some_size());
	step(text("%s/mapping", dev), some_range(id));
	if (chance(50))
		give(dev, some_driver());
}

/* Memory that is used, and given back. */
static void use_memory(void)
{
	int id = some_region();
	char dev[32];

	snprintf(dev, sizeof(dev), "dax%d.%d", id, some_number(id));
	give(dev, "kmem");
	online_some();
	if (chance(50))
		release(dev);
}

/* A device file that is held while something happens to its device. */
static void use_file(void)
{
	int id = some_region();
	char dev[32];

	snprintf(dev, sizeof(dev), "dax%d.%d", id, some_number(id));
	release(dev);
	give(dev, chance(80) ? "device_dax" : "fsdev_dax");
	printf("o\t%u\t%s\n", below(4), dev);
	switch (below(4)) {
	case 0:
		release(dev);
		step(text("%s/size", dev), "0");
		break;
	case 1:
		printf("m\tunload\t%s\n", some_driver());
		break;
	case 2:
		step("hmem/unbind", text("hmem.%d", id));
		break;
	}
}

static const struct action {
	unsigned weight;
	void (*make)(void);
} actions[] = {
	{ 9, set_size },
	{ 4, set_align },
	{ 8, add_mapping },
	{ 3, set_memmap },
	{ 7, create },
	{ 4, delete },
	{ 8, bind },
	{ 6, unbind },
	{ 6, new_id },
	{ 3, remove_id },
	{ 4, probe },
	{ 2, autoprobe },
	{ 1, synthetic_event },
	{ 3, region_driver },
	{ 2, region_again },
	{ 1, module },
	{ 1, load },
	{ 4, open_file },
	{ 3, close_file },
	{ 3, policy },
	{ 8, block_state },
	{ 5, block_online },
	{ 5, online_some },
	{ 4, offline_all },
	{ 5, reconfigure },
	{ 3, partition },
	{ 2, destroy },
	{ 3, scatter },
	{ 4, use_memory },
	{ 4, use_file },
	{ 3, refine },
	{ 3, region_idle },
};

static const struct action *some_action(void)
{
	unsigned sum = 0, at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		sum += actions[i].weight;
	at = below(sum);
	for (i = 0; at >= actions[i].weight; i++)
		at -= actions[i].weight;
	return &actions[i];
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
