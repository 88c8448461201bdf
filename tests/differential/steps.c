/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs sequences of steps from standard input and prints what came of each:
 * `N<TAB>STEP<TAB>RESULT`, then what became different of everything that can be seen. A sequence
 * begins with a line
 * `= NAME [clean] REGION...` and a machine that is as new; its whole state is printed first.
 * Where memory was left behind, the line ends in `lost` and its steps are left out.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "layout.h"
#include "step.h"
#include "world.h"

#define HMEM	  "sys/bus/platform/drivers/hmem"
#define DRIVERS	  "sys/bus/dax/drivers"
#define MAX_SLOTS 4
#define MAX_IDS	  256
#define FULL_LOOK 16 /* steps between two looks at what should not have changed */

static const char *const modules[] = { "device_dax", "kmem", "fsdev_dax" };

static struct places places;
static struct state state;
static char *held[MAX_SLOTS];
static int handles[MAX_SLOTS];
static int step_nr;
static bool clean; /* the sequence may leave no memory behind */
static bool lost;  /* it cannot begin: memory was left behind before it */

/* What has to be undone. */
static char *ids[MAX_IDS]; /* DRIVER<TAB>ID */
static size_t nr_ids;
static bool modules_changed;

static void write_quietly(const char *path, const char *text)
{
	world_write(path, text, strlen(text));
}

/* --- a machine as new --------------------------------------------------------------------- */

static void close_slot(int slot)
{
	if (!held[slot])
		return;
	world_close(handles[slot]);
	free(held[slot]);
	held[slot] = NULL;
}

static void forget_ids(void)
{
	char path[100];

	while (nr_ids) {
		char *driver = ids[--nr_ids], *id = strchr(driver, '\t');

		*id++ = '\0';
		snprintf(path, sizeof(path), DRIVERS "/%s/remove_id", driver);
		write_quietly(path, id);
		free(driver);
	}
}

static void reload_modules(void)
{
	for (size_t i = ARRAY_SIZE(modules); i-- > 0;)
		world_module(false, modules[i]);
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
		world_module(true, modules[i]);
	modules_changed = false;
}

static void offline_blocks(const struct place *place)
{
	char path[100];

	for (uint64_t at = place->start; at < place->end; at += LAYOUT_BLOCK) {
		snprintf(path, sizeof(path), "sys/devices/system/memory/memory%d/state",
			 (int)(at / LAYOUT_BLOCK));
		write_quietly(path, "offline");
	}
}

static void clean_up(void)
{
	for (int i = 0; i < MAX_SLOTS; i++)
		close_slot(i);
	write_quietly("sys/bus/dax/drivers_autoprobe", "0");
	write_quietly("sys/devices/system/memory/auto_online_blocks", "offline");
	write_quietly("sys/module/dax_hmem/parameters/region_idle", "0");
	for (size_t i = 0; i < places.nr; i++) {
		offline_blocks(&places.at[i]);
		write_quietly(HMEM "/unbind", places.at[i].name);
	}
	places.nr = 0;
	forget_ids();
	if (modules_changed)
		reload_modules();
}

/* Of a region just enabled, whose first device has all of it. */
static void measure(struct place *place)
{
	char path[300], text[64];
	int id = atoi(place->name + strlen("hmem."));

	snprintf(path, sizeof(path), "%s/dax%d.0/mapping0/start", place->path, id);
	place->start = world_read(path, text, sizeof(text)) > 0 ? strtoull(text, NULL, 16) : 0;
	snprintf(path, sizeof(path), "%s/dax_region/size", place->path);
	place->end = place->start;
	place->end += world_read(path, text, sizeof(text)) > 0 ? strtoull(text, NULL, 10) : 0;
	snprintf(path, sizeof(path), "%s/dax%d.0/target_node", place->path, id);
	place->node = world_read(path, text, sizeof(text)) > 0 ? atoi(text) : 0;
}

/* Links of devices lead to ../../../devices/... */
static void find_place(struct place *place)
{
	char path[100], text[128];

	snprintf(path, sizeof(path), "sys/bus/platform/devices/%s", place->name);
	if (world_readlink(path, text, sizeof(text)) < 9)
		snprintf(text, sizeof(text), "../../../none");
	snprintf(place->path, sizeof(place->path), "sys/%s", text + strlen("../../../"));
	write_quietly(HMEM "/bind", place->name);
	measure(place);
}

/* Nothing is left in it of an earlier sequence. */
static bool is_new(const struct place *place)
{
	char name[64];
	const char *iomem;

	for (uint64_t at = place->start; at < place->end; at += LAYOUT_BLOCK) {
		snprintf(name, sizeof(name), "memory%d/state", (int)(at / LAYOUT_BLOCK));
		if (state_text(&state, name))
			return false;
	}
	snprintf(name, sizeof(name), "%s/iomem", place->name);
	iomem = state_text(&state, name);
	return iomem && !strstr(iomem, "kmem");
}

static bool all_new(void)
{
	for (size_t i = 0; i < places.nr; i++)
		if (!is_new(&places.at[i]))
			return false;
	return places.nr;
}

static void find_places(char *words)
{
	char *save = NULL;

	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		clean |= !strcmp(word, "clean");
		if (strncmp(word, "hmem.", 5) || places.nr == MAX_PLACES)
			continue;
		snprintf(places.at[places.nr].name, sizeof(places.at[0].name), "%s", word);
		find_place(&places.at[places.nr++]);
	}
}

static void begin_sequence(char *line)
{
	clean_up();
	clean = false;
	printf("%s", line);
	find_places(line);
	write_quietly("sys/bus/dax/drivers_autoprobe", "1");
	state_read(&state, NULL, &places);
	step_nr = 0;
	lost = !all_new();
	printf(lost ? " lost\n" : "\n");
	if (!lost)
		state_print_changes(&(struct state){ 0 }, &state);
}

/* --- steps -------------------------------------------------------------------------------- */

/* Remembers what new_id listed. */
static void note_id(const struct step *step)
{
	const char *driver = step->name + strlen("bus/drivers/");
	char *id;

	if (strncmp(step->name, "bus/drivers/", 12) || !strstr(driver, "/new_id") ||
	    nr_ids == MAX_IDS)
		return;
	if (asprintf(&id, "%.*s\t%s", (int)strcspn(driver, "/"), driver, step->text) < 0)
		abort();
	ids[nr_ids++] = id;
}

static int do_write(const struct step *step)
{
	char path[400];
	ssize_t n;

	if (!step_path(&places, step->name, path, sizeof(path)))
		return -ENOENT;
	n = world_write(path, step->text, step->len);
	if (n >= 0)
		note_id(step);
	return n < 0 ? (int)n : (size_t)n == step->len ? 0 : (int)n;
}

static int do_open(const struct step *step)
{
	int handle;

	if (step->slot < 0 || step->slot >= MAX_SLOTS)
		return -EBADF;
	close_slot(step->slot);
	handle = world_open(step->name, O_RDWR);
	if (handle < 0)
		return handle;
	handles[step->slot] = handle;
	held[step->slot] = strdup(step->name);
	return 0;
}

static int do_step(const struct step *step)
{
	switch (step->verb) {
	case 'w':
		return do_write(step);
	case 'o':
		return do_open(step);
	case 'c':
		if (step->slot >= 0 && step->slot < MAX_SLOTS)
			close_slot(step->slot);
		return 0;
	default:
		modules_changed = true;
		return world_module(step->load, step->name);
	}
}

static void print_result(int r)
{
	if (r > 0)
		printf("ok:%d\n", r);
	else
		printf("%s\n", r < 0 ? strerrorname_np(-r) : "ok");
}

static void run_step(const char *line)
{
	struct scene scene = { &places, &state, (const char *const *)held, MAX_SLOTS, clean };
	struct state now = { 0 };
	const char *why;
	struct step step;

	if (lost)
		return;
	if (!step_parse(line, &step)) {
		fprintf(stderr, "steps: not a step: %s\n", line);
		exit(2);
	}
	printf("%d\t%s\t", ++step_nr, line);
	why = step_avoid(&step, &scene);
	if (why) {
		printf("%s\n", why);
		return;
	}
	/* Should the machine die of it, this is the last line. */
	fflush(stdout);
	print_result(do_step(&step));
	state_read(&now, step_nr % FULL_LOOK ? &state : NULL, &places);
	state_print_changes(&state, &now);
	state_free(&state);
	state = now;
}

static void run(void)
{
	char line[2048];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '=')
			begin_sequence(line);
		else if (line[0])
			run_step(line);
	}
}

int main(int argc, char **argv)
{
	char name[16];
	int r = world_begin(argc - 1, argv + 1);

	if (r)
		return r;
	for (int id = 0; id < LAYOUT_REGIONS; id++) {
		snprintf(name, sizeof(name), "hmem.%d", id);
		write_quietly(HMEM "/unbind", name);
	}
	run();
	clean_up();
	state_free(&state);
	world_end();
	return 0;
}
