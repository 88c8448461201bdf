/* SPDX-License-Identifier: BSD-3-Clause */
/* What can be seen of the bus: its drivers, its modules, the regions and their devices. */
#include "look.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "world.h"

#define BUS "sys/bus/dax"

static void put_drivers(struct state *state)
{
	struct names drivers, files;
	char path[PATH_SIZE];

	list(BUS "/drivers", &drivers);
	state_put(state, join(&drivers), "drivers");
	for (size_t i = 0; i < drivers.nr; i++) {
		make_path(path, BUS "/drivers/%s", drivers.at[i]);
		list(path, &files);
		state_put(state, join(&files), "drivers/%s", drivers.at[i]);
		free_names(&files);
	}
	free_names(&drivers);
}

static void put_modules(struct state *state)
{
	static const char *const modules[] = { "device_dax", "kmem", "fsdev_dax" };
	static const char *const files[] = { "initstate", "refcnt", NULL };
	char path[PATH_SIZE];

	state_put(state, text_of("sys/module/dax_hmem/parameters", "region_idle"), "region_idle");
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		make_path(path, "sys/module/%s", modules[i]);
		put_files(state, path, path + strlen("sys/"), files);
	}
}

void put_bus(struct state *state)
{
	struct names devices;

	list(BUS "/devices", &devices);
	state_put(state, join(&devices), "devices");
	for (size_t i = 0; i < devices.nr; i++)
		put_constant_link(state, BUS "/devices", devices.at[i], "devices", devices.at[i]);
	free_names(&devices);
	state_put(state, text_of(BUS, "drivers_autoprobe"), "drivers_autoprobe");
	put_drivers(state);
	put_modules(state);
}

/* --- regions and devices ------------------------------------------------------------------ */

static void put_mapping(struct state *state, const char *dev_path, const char *dev,
			const char *mapping)
{
	static const char *const files[] = { "start", "end", "page_offset", NULL };
	static const char *const constants[] = { "uevent", NULL };
	char path[PATH_SIZE], name[PATH_SIZE];

	make_path(path, "%s/%s", dev_path, mapping);
	make_path(name, "%s/%s", dev, mapping);
	put_files(state, path, name, files);
	put_constants(state, path, name, constants);
}

/* MAJOR=...\nMINOR=...\nREST: the rest. */
static const char *without_number(const char *uevent)
{
	const char *rest = strstr(uevent, "DEVNAME=");

	return rest ? rest : uevent;
}

static void put_uevent(struct state *state, const char *path, const char *dev)
{
	state_put(state, without_number(text_of(path, "uevent")), "%s/uevent", dev);
}

/*
 * A kernel gives a number back some time after its device is gone (RCU), so numbers themselves are
 * not compared, but that all places agree on them.
 */
static void put_number(struct state *state, const char *path, const char *dev)
{
	char dev_name[PATH_SIZE], char_name[PATH_SIZE], file_name[PATH_SIZE], number[32],
		uevent[64];
	const char *minor;

	make_path(dev_name, "%s/dev", dev);
	make_path(char_name, "%s/dev/char", dev);
	make_path(file_name, "%s/dev/file", dev);
	if (keep(state, dev_name) && keep(state, char_name) && keep(state, file_name))
		return;
	snprintf(number, sizeof(number), "%s", text_of(path, "dev"));
	minor = strchr(number, ':') ? strchr(number, ':') + 1 : "none";
	snprintf(uevent, sizeof(uevent), "MINOR=%s\\n", minor);
	state_put(state, strstr(text_of(path, "uevent"), uevent) ? "as in uevent" : number, "%s",
		  dev_name);
	state_put(state, link_of("sys/dev/char", number), "%s", char_name);
	state_put(state, world_device_file(dev, atoi(minor)), "%s", file_name);
}

static void put_device(struct state *state, const char *region_path, const char *dev)
{
	static const char *const files[] = { "align", "size", "resource", "memmap_on_memory",
					     NULL };
	static const char *const constants[] = { "target_node", "numa_node", "modalias", NULL };
	struct names names;
	char path[PATH_SIZE];

	make_path(path, "%s/%s", region_path, dev);
	list(path, &names);
	state_put(state, join(&names), "%s", dev);
	put_files(state, path, dev, files);
	put_constants(state, path, dev, constants);
	state_put(state, link_of(path, "driver"), "%s/driver", dev);
	put_constant_link(state, path, "subsystem", dev, "subsystem");
	put_uevent(state, path, dev);
	put_number(state, path, dev);
	for (size_t i = 0; i < names.nr; i++)
		if (!strncmp(names.at[i], "mapping", 7) && names.at[i][7])
			put_mapping(state, path, dev, names.at[i]);
	free_names(&names);
}

static void put_dax_region(struct state *state, const struct place *place)
{
	static const char *const files[] = { "available_size", "seed", "create", NULL };
	static const char *const constants[] = { "id", "size", "align", "delete", NULL };
	struct names names;
	char path[PATH_SIZE];
	int r;

	make_path(path, "%s/dax_region", place->path);
	r = list(path, &names);
	state_put(state, join(&names), "%s/dax_region", place->name);
	free_names(&names);
	if (r < 0)
		return;
	put_files(state, path, place->name, files);
	put_constants(state, path, place->name, constants);
}

void put_region(struct state *state, const struct place *place)
{
	static const char *const files[] = { "uevent", "numa_node", "driver_override", NULL };
	struct names names;

	list(place->path, &names);
	state_put(state, join(&names), "%s", place->name);
	state_put(state, link_of(place->path, "driver"), "%s/driver", place->name);
	put_files(state, place->path, place->name, files);
	for (size_t i = 0; i < names.nr; i++)
		if (!strncmp(names.at[i], "dax", 3) && strchr(names.at[i], '.'))
			put_device(state, place->path, names.at[i]);
	free_names(&names);
	put_dax_region(state, place);
}
