/* SPDX-License-Identifier: BSD-3-Clause */
/* What can be seen of memory: the blocks and nodes of some regions, and their lines of iomem. */
#include "look.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "layout.h"
#include "world.h"

#define MEMORY "sys/devices/system/memory"
#define NODES  "sys/devices/system/node"

static void put_block(struct state *state, uint64_t index, int node)
{
	static const char *const files[] = { "state", "online", "valid_zones", NULL };
	static const char *const constants[] = { "phys_device", "phys_index", "removable", "uevent",
						 NULL };
	char path[PATH_SIZE], name[32], of_node[100], node_path[100];

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
	char text[PATH_SIZE];

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
	char path[PATH_SIZE], text[200];
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

void put_memory(struct state *state, const struct places *places)
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
