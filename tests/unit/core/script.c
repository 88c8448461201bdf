/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs the rows of script.h. Unknown commands and names are mistakes of the test: assertions. */
#include "script.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"

enum { MAX_WORDS = 7, MAX_ROWS = 512, DUMP_SIZE = 1 << 16 };

/* The words of one command; missing ones are empty. */
struct words {
	char text[128];
	const char *at[MAX_WORDS];
};

static const char *const driver_names[] = { "device_dax", "kmem", "fsdev_dax" };
static const char *const policy_names[] = { "offline", "online", "online_kernel",
					    "online_movable" };

static int index_of(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return (int)i;
	fail_msg("no such word: %s", name);
	return -1;
}

static enum dax_driver_id driver_of(const char *name)
{
	return (enum dax_driver_id)index_of(driver_names, ARRAY_SIZE(driver_names), name);
}

static enum dax_online_policy policy_of(const char *name)
{
	return (enum dax_online_policy)index_of(policy_names, ARRAY_SIZE(policy_names), name);
}

static struct dax_id id_of(const char *name)
{
	struct dax_id id = { 0 };

	if (sscanf(name, "%d.%d", &id.region, &id.dev) != 2)
		id = (struct dax_id){ .dev = atoi(name) };
	return id;
}

struct dax_dev *script_dev(const struct script *script, const char *name)
{
	return dax_dev_find(script->model, id_of(name));
}

static struct dax_dev *dev_of(const struct script *s, const char *name)
{
	struct dax_dev *dev = script_dev(s, name);

	assert_non_null(dev);
	return dev;
}

static uint64_t number(const char *text)
{
	return strtoull(text, NULL, 0);
}

static uint64_t hex(const char *text)
{
	return strtoull(text, NULL, 16);
}

/* --- commands */

static int cmd_region(struct script *s, const char *const *w)
{
	struct dax_region_config config = {
		.id = atoi(w[0]),
		.kind = strcmp(w[3], "pmem") ? DAX_REGION_HMEM : DAX_REGION_PMEM,
		.span = { hex(w[1]), hex(w[2]) },
		.align = *w[5] ? number(w[5]) : 2 * MIB,
		.target_node = 1,
		.idle = !strcmp(w[3], "idle"),
	};
	int driver = DAX_DRIVER_DEFAULT;

	if (!strcmp(w[4], "none"))
		driver = DAX_DRIVER_NONE;
	else if (*w[4] && strcmp(w[4], "default"))
		driver = (int)driver_of(w[4]);
	return dax_region_add(s->model, &config, driver, NULL);
}

static int cmd_size(struct script *s, const char *const *w)
{
	return dax_dev_resize(dev_of(s, w[0]), number(w[1]));
}

static int cmd_align(struct script *s, const char *const *w)
{
	return dax_dev_set_align(dev_of(s, w[0]), number(w[1]));
}

static int cmd_map(struct script *s, const char *const *w)
{
	uint64_t start, end;

	assert_int_equal(sscanf(w[1], "%" SCNx64 "-%" SCNx64, &start, &end), 2);
	return dax_dev_add_mapping(dev_of(s, w[0]), (struct dax_range){ start, end - start + 1 });
}

static int cmd_create(struct script *s, const char *const *w)
{
	return dax_region_create_dev(dax_region_find(s->model, atoi(w[1])), atoi(w[0]));
}

static int cmd_delete(struct script *s, const char *const *w)
{
	struct dax_id id = id_of(w[0]);

	return dax_region_delete_dev(dax_region_find(s->model, id.region), id);
}

static int cmd_disable(struct script *s, const char *const *w)
{
	return dax_region_disable(dax_region_find(s->model, atoi(w[0])));
}

static int cmd_enable(struct script *s, const char *const *w)
{
	return dax_region_enable(dax_region_find(s->model, atoi(w[0])));
}

static int cmd_detach(struct script *s, const char *const *w)
{
	return dax_region_detach(dax_region_find(s->model, atoi(w[0])));
}

static int cmd_attach(struct script *s, const char *const *w)
{
	return dax_region_attach(dax_region_find(s->model, atoi(w[0])));
}

static int cmd_bind(struct script *s, const char *const *w)
{
	return dax_driver_bind(dev_of(s, w[1]), driver_of(w[0]));
}

static int cmd_unbind(struct script *s, const char *const *w)
{
	return dax_driver_unbind(dev_of(s, w[1]), driver_of(w[0]));
}

static int cmd_new_id(struct script *s, const char *const *w)
{
	return dax_driver_new_id(s->model, driver_of(w[0]), id_of(w[1]));
}

static int cmd_remove_id(struct script *s, const char *const *w)
{
	dax_driver_remove_id(s->model, driver_of(w[0]), id_of(w[1]));
	return 0;
}

static int cmd_probe(struct script *s, const char *const *w)
{
	dax_bus_probe(dev_of(s, w[0]));
	return 0;
}

static int cmd_load(struct script *s, const char *const *w)
{
	return dax_driver_load(s->model, driver_of(w[0]));
}

static int cmd_unload(struct script *s, const char *const *w)
{
	return dax_driver_unload(s->model, driver_of(w[0]));
}

static int cmd_autoprobe(struct script *s, const char *const *w)
{
	s->model->autoprobe = atoi(w[0]);
	return 0;
}

static int cmd_idle(struct script *s, const char *const *w)
{
	s->model->region_idle = atoi(w[0]);
	return 0;
}

static int cmd_policy(struct script *s, const char *const *w)
{
	s->model->config.auto_online = policy_of(w[0]);
	return 0;
}

static int cmd_set(struct script *s, const char *const *w)
{
	return dax_block_set(s->model, number(w[0]), policy_of(w[1]));
}

static int cmd_mom(struct script *s, const char *const *w)
{
	return dax_dev_set_memmap_on_memory(dev_of(s, w[0]), atoi(w[1]));
}

static enum dax_fault_point fault_of(const char *name)
{
	return strcmp(name, "online") ? DAX_FAULT_OFFLINE : DAX_FAULT_ONLINE;
}

static int cmd_fault(struct script *s, const char *const *w)
{
	struct dax_fault fault = { .point = fault_of(w[0]),
				   .error = -atoi(w[1]),
				   .count = number(w[2]),
				   .every = !*w[3] };

	fault.key = fault.every ? 0 : number(w[3]);
	return dax_fault_set(s->model, &fault);
}

static int cmd_no_fault(struct script *s, const char *const *w)
{
	dax_fault_clear(s->model, fault_of(w[0]), !*w[1], *w[1] ? number(w[1]) : 0);
	return 0;
}

static int cmd_open(struct script *s, const char *const *w)
{
	return dax_dev_open(dev_of(s, w[0]));
}

/* Opens another file of the device that has the minor, deleted or not. */
static int cmd_reopen(struct script *s, const char *const *w)
{
	struct dax_dev *dev = dax_dev_by_minor(s->model, (unsigned)atoi(w[0]));

	return dev ? dax_dev_open(dev) : -ENXIO;
}

static int cmd_release(struct script *s, const char *const *w)
{
	struct dax_dev *dev = dax_dev_by_minor(s->model, (unsigned)atoi(w[0]));

	dax_dev_release(dev);
	dax_dev_put(dev);
	return 0;
}

static int cmd_fail_up(struct script *s, const char *const *w)
{
	s->fail_up = -atoi(w[0]);
	return 0;
}

static int cmd_fail_region(struct script *s, const char *const *w)
{
	s->fail_region = -atoi(w[0]);
	return 0;
}

static int cmd_bad(struct script *s, const char *const *w)
{
	return dax_region_add_bad(dax_region_find(s->model, atoi(w[0])),
				  (struct dax_range){ number(w[1]), number(w[2]) });
}

static int cmd_clear(struct script *s, const char *const *w)
{
	return dax_region_clear_bad(dax_region_find(s->model, atoi(w[0])),
				    (struct dax_range){ hex(w[1]), number(w[2]) });
}

static int cmd_fail_zero(struct script *s, const char *const *w)
{
	s->fail_zero = -atoi(w[0]);
	return 0;
}

static const struct command {
	const char *name;
	int (*run)(struct script *s, const char *const *words);
} commands[] = {
	{ "region", cmd_region },
	{ "size", cmd_size },
	{ "align", cmd_align },
	{ "map", cmd_map },
	{ "create", cmd_create },
	{ "delete", cmd_delete },
	{ "disable", cmd_disable },
	{ "enable", cmd_enable },
	{ "detach", cmd_detach },
	{ "attach", cmd_attach },
	{ "bind", cmd_bind },
	{ "unbind", cmd_unbind },
	{ "new_id", cmd_new_id },
	{ "remove_id", cmd_remove_id },
	{ "probe", cmd_probe },
	{ "load", cmd_load },
	{ "unload", cmd_unload },
	{ "idle", cmd_idle },
	{ "policy", cmd_policy },
	{ "autoprobe", cmd_autoprobe },
	{ "set", cmd_set },
	{ "mom", cmd_mom },
	{ "fault", cmd_fault },
	{ "no_fault", cmd_no_fault },
	{ "open", cmd_open },
	{ "reopen", cmd_reopen },
	{ "release", cmd_release },
	{ "fail_up", cmd_fail_up },
	{ "fail_region", cmd_fail_region },
	{ "bad", cmd_bad },
	{ "clear", cmd_clear },
	{ "fail_zero", cmd_fail_zero },
};

static void split(struct words *words, const char *command, size_t len)
{
	char *save = NULL, *word;

	assert_true(len < sizeof(words->text));
	memcpy(words->text, command, len);
	words->text[len] = '\0';
	word = strtok_r(words->text, " ", &save);
	for (size_t i = 0; i < MAX_WORDS; i++) {
		words->at[i] = word ? word : "";
		word = word ? strtok_r(NULL, " ", &save) : NULL;
	}
}

static int run_one(struct script *s, const char *text, size_t len)
{
	struct words words;

	split(&words, text, len);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(words.at[0], commands[i].name))
			return commands[i].run(s, words.at + 1);
	fail_msg("no such command: %s", text);
	return 0;
}

int script_run(struct script *script, const char *text)
{
	int r = 0;

	while (*text) {
		size_t len = strcspn(text, ";");

		assert_int_equal(r, 0);
		r = run_one(script, text, len);
		text += len + strspn(text + len, "; ");
	}
	return r;
}

/* --- what the model tells */

static void note(char *log, size_t size, const char *text)
{
	size_t len = strlen(log);

	assert_true(len + strlen(text) + 3 < size);
	snprintf(log + len, size - len, "%s%s", len ? ", " : "", text);
}

static void on_event(void *user, const struct dax_event *event)
{
	struct script *s = user;
	char text[64];

	text_event(event, text, sizeof(text));
	note(s->events, sizeof(s->events), text);
}

static void on_changed(void *user, const struct dax_dev *dev)
{
	char text[64];

	(void)user;
	/* A watcher may look at everything. */
	snprintf(text, sizeof(text), "%" PRIu64, dax_dev_size(dev));
}

static void note_dev(struct script *s, const char *what, const struct dax_dev *dev)
{
	char text[64];

	snprintf(text, sizeof(text), "%s dax%d.%d claims %zu", what, dev->id.region, dev->id.dev,
		 s->model->nr_claims);
	note(s->ops, sizeof(s->ops), text);
}

static int on_up(void *user, struct dax_dev *dev)
{
	struct script *s = user;

	note_dev(s, "up", dev);
	return s->fail_up;
}

static void on_down(void *user, struct dax_dev *dev)
{
	note_dev(user, "down", dev);
}

static void on_free(void *user, struct dax_dev *dev)
{
	note_dev(user, "free", dev);
}

static int on_region(void *user, struct dax_region *region)
{
	struct script *s = user;
	char text[64];

	snprintf(text, sizeof(text), "region%d added", region->config.id);
	note(s->ops, sizeof(s->ops), text);
	return s->fail_region;
}

static void on_region_gone(void *user, struct dax_region *region)
{
	struct script *s = user;
	char text[64];

	snprintf(text, sizeof(text), "region%d gone", region->config.id);
	note(s->ops, sizeof(s->ops), text);
}

/* Still bad while that is done. */
static int on_zero(void *user, struct dax_region *region, struct dax_range phys)
{
	struct script *s = user;
	struct dax_range bad;
	char text[64];

	snprintf(text, sizeof(text), "region%d zero %" PRIx64 "+%" PRIu64, region->config.id,
		 phys.start, phys.len);
	note(s->ops, sizeof(s->ops), text);
	assert_true(dax_bad_next(&region->bad, phys.start - region->config.span.start, &bad));
	bad.start += region->config.span.start;
	assert_true(dax_range_contains(bad, phys));
	return s->fail_zero;
}

static const struct dax_ops ops = { .region_added = on_region,
				    .region_gone = on_region_gone,
				    .dev_up = on_up,
				    .dev_down = on_down,
				    .zero = on_zero,
				    .dev_free = on_free };

/* --- rows as tests */

void script_begin(struct script *script, const struct sequence *sequence)
{
	struct dax_model_config config = {
		.profile = dax_profile_find(sequence->abi ? sequence->abi : "6.12"),
		.memblock_size = 128 * MIB,
		.memmap_on_memory = sequence->memmap_on_memory,
		.online_nodes = 1,
		.ops = &ops,
		.user = script,
	};

	*script = (struct script){ .watcher = { .event = on_event, .dev_changed = on_changed } };
	script->watcher.user = script;
	assert_non_null(config.profile);
	assert_int_equal(dax_model_new(&script->model, &config), 0);
	dax_model_watch(script->model, &script->watcher);
	assert_int_equal(script_run(script, sequence->setup ? sequence->setup : SETUP), 0);
}

void script_end(struct script *script)
{
	dax_model_free(script->model);
	script->model = NULL;
}

struct test {
	const struct sequence *sequence;
	const struct row *row;
	char name[128];
};

static void check_answer(const struct script *s, const struct row *row)
{
	char text[8192];

	if (!row->question)
		return;
	text_ask(s, row->question, text, sizeof(text));
	assert_string_equal(text, row->answer);
}

/* The command and its answer. What fails must not have changed anything, nor said so. */
static void check_command(struct script *s, const struct row *row)
{
	_cleanup_free_ char *before = malloc(DUMP_SIZE);
	_cleanup_free_ char *after = malloc(DUMP_SIZE);
	int r;

	assert_true(before && after);
	text_dump(s->model, before, DUMP_SIZE);
	r = script_run(s, row->command);
	if (row->result == ANY)
		return;
	assert_int_equal(r, row->result);
	if (r == 0 || strchr(row->command, ';'))
		return;
	text_dump(s->model, after, DUMP_SIZE);
	assert_string_equal(after, before);
	assert_string_equal(s->events, "");
}

static void test_row(void **state)
{
	const struct test *test = *state;
	struct script s;

	script_begin(&s, test->sequence);
	for (const struct row *row = test->sequence->rows; row < test->row; row++)
		script_run(&s, row->command);
	s.events[0] = '\0';
	s.ops[0] = '\0';
	check_command(&s, test->row);
	check_answer(&s, test->row);
	script_end(&s);
}

int script_main(const char *group, const struct sequence *sequences)
{
	static struct test tests[MAX_ROWS];
	static struct CMUnitTest units[MAX_ROWS];
	size_t n = 0;

	for (const struct sequence *q = sequences; q->name; q++)
		for (const struct row *row = q->rows; row->name; row++, n++) {
			if (n == MAX_ROWS)
				abort();
			tests[n] = (struct test){ .sequence = q, .row = row };
			snprintf(tests[n].name, sizeof(tests[n].name), "%s: %s", q->name,
				 row->name);
			units[n] = (struct CMUnitTest){ .name = tests[n].name,
							.test_func = test_row,
							.initial_state = &tests[n] };
		}
	return _cmocka_run_group_tests(group, units, n, NULL, NULL);
}
