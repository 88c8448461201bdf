/* SPDX-License-Identifier: BSD-3-Clause */
/* Walks what a client can see: the bus, the drivers, some regions, their devices and blocks. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "layout.h"
#include "state.h"
#include "world.h"

#define BUS    "sys/bus/dax"
#define MEMORY "sys/devices/system/memory"
#define NODES  "sys/devices/system/node"

/* snprintf() into a path of 300 bytes. */
__attribute__((format(printf, 2, 3))) static void make_path(char path[300], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(path, 300, format, args);
	va_end(args);
}

/* --- texts of files ----------------------------------------------------------------------- */

static char shown[8192]; /* the last text made */

/* The file's text without its last newline, or the error. */
static const char *text_of(const char *dir, const char *name)
{
	char path[300], raw[4096];
	ssize_t n;

	make_path(path, "%s/%s", dir, name);
	n = world_read(path, raw, sizeof(raw));
	if (n < 0)
		return strerrorname_np((int)-n);
	if (n > 0 && raw[n - 1] == '\n')
		n--;
	escape(raw, (size_t)n, shown, sizeof(shown));
	return shown;
}

static const char *link_of(const char *dir, const char *name)
{
	char path[300];
	ssize_t n;

	make_path(path, "%s/%s", dir, name);
	n = world_readlink(path, shown, sizeof(shown));
	return n < 0 ? strerrorname_np((int)-n) : shown;
}

struct names {
	char *at[512];
	size_t nr;
};

static void add_name(void *user, const char *name)
{
	struct names *names = user;

	if (names->nr < ARRAY_SIZE(names->at))
		names->at[names->nr++] = strdup(name);
}

static void free_names(struct names *names)
{
	for (size_t i = 0; i < names->nr; i++)
		free(names->at[i]);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted. Return: 0 or -errno. */
static int list(const char *path, struct names *names)
{
	int r;

	names->nr = 0;
	r = world_list(path, add_name, names);
	qsort(names->at, names->nr, sizeof(*names->at), by_text);
	return r;
}

static const char *join(const struct names *names)
{
	size_t n = 0;

	shown[0] = '\0';
	for (size_t i = 0; i < names->nr && n < sizeof(shown); i++)
		n += (size_t)snprintf(shown + n, sizeof(shown) - n, "%s%s", i ? " " : "",
				      names->at[i]);
	return shown;
}

/* --- files of a directory ------------------------------------------------------------------ */

/* What was there before, for files that do not change while their directory is there; or NULL. */
static const struct state *before;

static bool keep(struct state *state, const char *name)
{
	const char *text = before ? state_text(before, name) : NULL;

	if (text)
		state_put(state, text, "%s", name);
	return text;
}

/* As NAME/FILE. */
static void put_files(struct state *state, const char *path, const char *name,
		      const char *const *files)
{
	for (; *files; files++)
		state_put(state, text_of(path, *files), "%s/%s", name, *files);
}

static void put_constants(struct state *state, const char *path, const char *name,
			  const char *const *files)
{
	char full[300];

	for (; *files; files++) {
		make_path(full, "%s/%s", name, *files);
		if (!keep(state, full))
			state_put(state, text_of(path, *files), "%s", full);
	}
}

static void put_constant_link(struct state *state, const char *path, const char *link,
			      const char *name, const char *file)
{
	char full[300];

	make_path(full, "%s/%s", name, file);
	if (!keep(state, full))
		state_put(state, link_of(path, link), "%s", full);
}

/* --- the bus ------------------------------------------------------------------------------ */

static void put_drivers(struct state *state)
{
	struct names drivers, files;
	char path[300];

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
	char path[300];

	state_put(state, text_of("sys/module/dax_hmem/parameters", "region_idle"), "region_idle");
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		make_path(path, "sys/module/%s", modules[i]);
		put_files(state, path, path + strlen("sys/"), files);
	}
}

static void put_bus(struct state *state)
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
	char path[300], name[300];

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
	char dev_name[300], char_name[300], file_name[300], number[32], uevent[64];
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
	char path[300];

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
	char path[300];
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

static void put_region(struct state *state, const struct place *place)
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

/* --- memory ------------------------------------------------------------------------------- */

static void put_block(struct state *state, uint64_t index, int node)
{
	static const char *const files[] = { "state", "online", "valid_zones", NULL };
	static const char *const constants[] = { "phys_device", "phys_index", "removable", "uevent",
						 NULL };
	char path[300], name[32], of_node[100], node_path[100];

	snprintf(name, sizeof(name), "memory%" PRIu64, index);
	make_path(path, MEMORY "/%s", name);
	if (!strcmp(text_of(path, "state"), "ENOENT"))
		return;
	put_files(state, path, name, files);
	put_constants(state, path, name, constants);
	snprintf(of_node, sizeof(of_node), "node%d", node);
	put_constant_link(state, path, of_node, name, "node");
	snprintf(node_path, sizeof(node_path), NODES "/node%d", node);
	put_constant_link(state, node_path, name, name, "of_node");
	put_constant_link(state, "sys/bus/memory/devices", name, name, "of_bus");
}

/* Whether @node is in a list such as 0-2,5. */
static const char *listed(const char *list_text, int node)
{
	for (const char *p = list_text; *p >= '0' && *p <= '9'; p += *p == ',') {
		char *end;
		long first = strtol(p, &end, 10), last = first;

		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		if (node >= first && node <= last)
			return "listed";
		p = end;
	}
	return "not listed";
}

static void put_node_lists(struct state *state, const struct places *places)
{
	static const char *const lists[] = { "online", "possible", "has_memory",
					     "has_normal_memory", "has_cpu" };
	char text[300];

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		snprintf(text, sizeof(text), "%s", text_of(NODES, lists[i]));
		for (size_t j = 0; j < places->nr; j++)
			state_put(state, listed(text, places->at[j].node), "%s/node/%s",
				  places->at[j].name, lists[i]);
	}
}

/* Of meminfo the first line, the total; the others move. */
static void put_node(struct state *state, const struct place *place)
{
	char path[300], text[200];
	char *line;

	make_path(path, NODES "/node%d", place->node);
	state_put(state, text_of(path, "cpulist"), "%s/node/cpulist", place->name);
	snprintf(text, sizeof(text), "%s", text_of(path, "meminfo"));
	line = strstr(text, "\\nNode ");
	if (line)
		*line = '\0';
	state_put(state, text, "%s/node/meminfo", place->name);
}

/* The lines that start within the region, one after the other. */
static void put_iomem(struct state *state, const struct place *place, const char *text)
{
	size_t n = 0;

	shown[0] = '\0';
	while (text && *text && n < sizeof(shown)) {
		size_t len = strcspn(text, "\n");
		uint64_t start = strtoull(text, NULL, 16);

		if (start >= place->start && start < place->end)
			n += (size_t)snprintf(shown + n, sizeof(shown) - n, "%.*s|", (int)len,
					      text);
		text += len + (text[len] == '\n');
	}
	state_put(state, shown, "%s/iomem", place->name);
}

static void put_memory(struct state *state, const struct places *places)
{
	const char *iomem = world_iomem();

	state_put(state, text_of(MEMORY, "auto_online_blocks"), "auto_online_blocks");
	put_node_lists(state, places);
	for (size_t i = 0; i < places->nr; i++) {
		const struct place *place = &places->at[i];

		for (uint64_t at = place->start; at < place->end; at += LAYOUT_BLOCK)
			put_block(state, at / LAYOUT_BLOCK, place->node);
		put_node(state, place);
		put_iomem(state, place, iomem);
	}
}

void state_read(struct state *state, const struct state *old, const struct places *places)
{
	state_free(state);
	before = old;
	put_bus(state);
	for (size_t i = 0; i < places->nr; i++)
		put_region(state, &places->at[i]);
	put_memory(state, places);
	state_sort(state);
}
