/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps as text, and those that are better not done. */
#include "step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "layout.h"

/* --- text --------------------------------------------------------------------------------- */

static void unescape(const char *text, struct step *out)
{
	for (out->len = 0; *text && out->len < MAX_TEXT - 1; text++) {
		char c = *text;

		if (c == '\\' && text[1]) {
			text++;
			c = *text == 'n' ? '\n' : *text == 't' ? '\t' : *text == '0' ? '\0' : *text;
		}
		out->text[out->len++] = c;
	}
	out->text[out->len] = '\0';
}

bool step_parse(const char *line, struct step *out)
{
	char word[200] = "";
	int n = 0;

	*out = (struct step){ .verb = line[0] };
	switch (line[0]) {
	case 'w':
		if (sscanf(line, "w\t%199[^\t]\t%n", out->name, &n) < 1 || !n)
			return false;
		unescape(line + n, out);
		return true;
	case 'o':
		return sscanf(line, "o\t%d\t%199s", &out->slot, out->name) == 2;
	case 'c':
		return sscanf(line, "c\t%d", &out->slot) == 1;
	case 'm':
		if (sscanf(line, "m\t%199s\t%199s", word, out->name) != 2)
			return false;
		out->load = !strcmp(word, "load");
		return true;
	}
	return false;
}

static const struct place *place_of(const struct places *places, const char *name, size_t len)
{
	for (size_t i = 0; i < places->nr; i++)
		if (strlen(places->at[i].name) == len && !strncmp(places->at[i].name, name, len))
			return &places->at[i];
	return NULL;
}

/* daxX.Y below hmem.X, whether it exists or not. */
static const struct place *place_of_dev(const struct places *places, const char *dev)
{
	char name[32];

	snprintf(name, sizeof(name), "hmem.%d", atoi(dev + 3));
	return place_of(places, name, strlen(name));
}

bool step_path(const struct places *places, const char *file, char *out, size_t size)
{
	static const char *const roots[][2] = {
		{ "bus/", "sys/bus/dax/" },
		{ "hmem/", "sys/bus/platform/drivers/hmem/" },
		{ "memory/", "sys/devices/system/memory/" },
		{ "module/", "sys/module/" },
	};
	size_t len = strcspn(file, "/");
	const struct place *place = place_of(places, file, len);

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		if (!strncmp(file, roots[i][0], strlen(roots[i][0])))
			return (size_t)snprintf(out, size, "%s%s", roots[i][1],
						file + strlen(roots[i][0])) < size;
	}
	if (place)
		return (size_t)snprintf(out, size, "%s/dax_region%s", place->path, file + len) <
		       size;
	place = strncmp(file, "dax", 3) ? NULL : place_of_dev(places, file);
	return place && (size_t)snprintf(out, size, "%s/%s", place->path, file) < size;
}

/* --- what to avoid ------------------------------------------------------------------------ */

static bool writes_to(const struct step *step, const char *tail)
{
	size_t n = strlen(step->name), m = strlen(tail);

	return step->verb == 'w' && n >= m && !strcmp(step->name + n - m, tail);
}

/* Name of the driver, "" for none. */
static const char *driver_of(const struct scene *scene, const char *dev)
{
	char name[220];
	const char *text, *slash;

	snprintf(name, sizeof(name), "%.*s/driver", (int)strcspn(dev, "/"), dev);
	text = state_text(scene->state, name);
	slash = text ? strrchr(text, '/') : NULL;
	return slash ? slash + 1 : "";
}

/* kmem's remove reads past its list of what it added, and takes out blocks that are not there. */
static bool adds_blocks_under_kmem(const struct step *step, const struct scene *scene)
{
	char *end;
	uint64_t first, last;

	if (!writes_to(step, "/mapping") || strcmp(driver_of(scene, step->name), "kmem") != 0)
		return false;
	first = strtoull(step->text, &end, 16);
	last = *end == '-' ? strtoull(end + 1, NULL, 16) : 0;
	return last > first && align_up(first, LAYOUT_BLOCK) < align_down(last + 1, LAYOUT_BLOCK);
}

/* When it is unbound, fsdev_dax looks at the page structs of ranges that it never had. */
static bool adds_range_under_fsdev(const struct step *step, const struct scene *scene)
{
	return writes_to(step, "/mapping") && !strcmp(driver_of(scene, step->name), "fsdev_dax");
}

static bool holds_dead(const struct scene *scene)
{
	for (int i = 0; i < scene->nr_slots; i++)
		if (scene->held[i] && !*driver_of(scene, scene->held[i]))
			return true;
	return false;
}

/* A device that is bound again under an open file breaks a list; its removal then crashes. */
static bool binds_under_open_file(const struct step *step, const struct scene *scene)
{
	static const char *const tails[] = { "device_dax/bind", "device_dax/new_id",
					     "fsdev_dax/bind", "fsdev_dax/new_id",
					     "bus/drivers_probe" };

	if (!holds_dead(scene))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(tails); i++)
		if (writes_to(step, tails[i]))
			return true;
	return step->verb == 'm' && step->load;
}

static bool any_online(const struct scene *scene, const struct place *place)
{
	char name[40];
	const char *text;

	for (uint64_t at = place->start; at < place->end; at += LAYOUT_BLOCK) {
		snprintf(name, sizeof(name), "memory%d/state", (int)(at / LAYOUT_BLOCK));
		text = state_text(scene->state, name);
		if (text && !strcmp(text, "online"))
			return true;
	}
	return false;
}

/* The region of hmem.X or daxX.Y, if the step takes devices away from kmem; all for rmmod. */
static bool leaves_memory(const struct step *step, const struct scene *scene)
{
	bool unload = step->verb == 'm' && !step->load && !strcmp(step->name, "kmem");
	const char *number = step->text + strcspn(step->text, "0123456789");
	const struct places *places = scene->places;

	if (!scene->clean ||
	    (!unload && !writes_to(step, "kmem/unbind") && !writes_to(step, "hmem/unbind")))
		return false;
	for (size_t i = 0; i < places->nr; i++) {
		bool this = unload || atoi(places->at[i].name + strlen("hmem.")) == atoi(number);

		if (this && any_online(scene, &places->at[i]))
			return true;
	}
	return false;
}

/* An unbound device with a range that starts within a huge page. */
static bool has_odd_range(const struct scene *scene)
{
	for (size_t i = 0; i < scene->state->nr; i++) {
		const char *line = scene->state->lines[i], *text = strchr(line, '\t');

		if (!strncmp(line, "dax", 3) && text - line > 6 &&
		    !strncmp(text - 6, "/start", 6) &&
		    strtoull(text + 1, NULL, 16) % (UINT64_C(2) << 20) && !*driver_of(scene, line))
			return true;
	}
	return false;
}

/* fsdev_dax looks at page structs that are not there, before it finds that it cannot have them. */
static bool odd_range_for_fsdev(const struct step *step, const struct scene *scene)
{
	bool loads = step->verb == 'm' && step->load && !strcmp(step->name, "fsdev_dax");
	bool binds = writes_to(step, "fsdev_dax/bind") || writes_to(step, "fsdev_dax/new_id") ||
		     writes_to(step, "bus/drivers_probe");

	if (!loads && !(binds && state_text(scene->state, "drivers/fsdev_dax")))
		return false;
	return has_odd_range(scene);
}

const char *step_avoid(const struct step *step, const struct scene *scene)
{
	static const struct {
		bool (*applies)(const struct step *step, const struct scene *scene);
		const char *why;
	} rules[] = {
		{ adds_blocks_under_kmem, "avoided: a range of whole blocks under kmem" },
		{ adds_range_under_fsdev, "avoided: a range under fsdev_dax" },
		{ binds_under_open_file, "avoided: bound again under an open file" },
		{ odd_range_for_fsdev, "avoided: a misaligned range for fsdev_dax" },
		{ leaves_memory, "avoided: memory is left behind" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (rules[i].applies(step, scene))
			return rules[i].why;
	return NULL;
}
