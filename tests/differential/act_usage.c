/* SPDX-License-Identifier: BSD-3-Clause */
/* What people do: several steps that belong together, so that a sequence comes to something. */
#include "actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"

#define DEV_NAME 32

/* Of some device of that region. */
static void name_device(char dev[DEV_NAME], int id)
{
	snprintf(dev, DEV_NAME, "dax%d.%d", id, some_number(id));
}

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
	char dev[DEV_NAME];

	snprintf(dev, sizeof(dev), "%s", some_device());
	release(dev);
	if (chance(50))
		step(text("%s/size", dev), spell(some_bytes(layout_region(atoi(dev + 3)).len)));
	give(dev, some_driver());
}

/* The whole region is free, then has devices of some sizes. */
void partition(void)
{
	int id = some_region();
	char dev[DEV_NAME];

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
	char dev[DEV_NAME];

	snprintf(dev, sizeof(dev), "%s", some_device());
	release(dev);
	step(text("%s/size", dev), "0");
	step(text("hmem.%d/delete", atoi(dev + 3)), ended(dev));
}

/* A device of several ranges. */
static void scatter(void)
{
	int id = some_region();
	char dev[DEV_NAME];

	name_device(dev, id);
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
	char dev[DEV_NAME];

	name_device(dev, id);
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
	char dev[DEV_NAME];

	name_device(dev, id);
	give(dev, "kmem");
	online_some();
	if (chance(50))
		release(dev);
}

/* A device file that is held while something happens to its device. */
static void use_file(void)
{
	int id = some_region();
	char dev[DEV_NAME];

	name_device(dev, id);
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

/* The parameter takes effect when a region is enabled. */
static void region_idle(void)
{
	step("module/dax_hmem/parameters/region_idle", chance(50) ? "1" : some_bool());
	if (chance(80))
		region_again();
}

const struct action usage_actions[] = {
	{ 5, reconfigure }, { 3, partition }, { 2, destroy },	  { 3, scatter }, { 4, use_memory },
	{ 4, use_file },    { 3, refine },    { 3, region_idle }, { 0 },
};
