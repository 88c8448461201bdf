/* SPDX-License-Identifier: BSD-3-Clause */
/* What the user asked for, but regions: defaults, refusals, and the configuration file. */
#include <string.h>

#include "base/util.h"
#include "config_dir.h"
#include "daemon/config.h"
#include "daemon/options.h"
#include "rows.h"

static void test_defaults(void **state)
{
	struct refusal refusal;
	struct config config;

	(void)state;
	assert_int_equal(config_load(&config, NULL, 0, &refusal), 0);
	assert_string_equal(config.instance, "default");
	assert_string_equal(config.profile->name, "6.12");
	assert_int_equal(config.node, CONFIG_NODE_AUTO);
	assert_int_equal(config.uevents, CONFIG_UEVENTS_AUTO);
	assert_int_equal(config.memblock_size, 128 * MIB);
	assert_int_equal(config.auto_online, DAX_OFFLINE);
	assert_false(config.memmap_on_memory);
	assert_int_equal(config.regions[0].kind, DAX_REGION_HMEM);
	assert_int_equal(config.regions[0].align, 2 * MIB);
	assert_int_equal(config.regions[0].backing, BACKING_MEMFD);
	assert_int_equal(config.regions[0].numa_node, 0);
	assert_int_equal(config.regions[0].driver, CONFIG_DEVICE_DAX);
	assert_int_equal(config.regions[0].deep_flush, DAX_FLUSH_ABSENT);
	assert_int_equal(config.regions[0].persistence, DAX_PERSIST_ABSENT);
	assert_int_equal(config.regions[0].bad.nr, 0);
	config_free(&config);
}

/* --- other options -------------------------------------------------------------------------- */

static const struct option_case {
	const char *name, *option, *value;
	const char *refusal; /* NULL: accepted */
} option_cases[] = {
	{ "abi 6.1", "abi", "6.1", NULL },
	{ "abi 7.2", "abi", "7.2", NULL },
	{ "abi unknown", "abi", "5.10", "--abi=5.10: must be 6.1, 6.12 or 7.2" },
	{ "node fuse", "node", "fuse", NULL },
	{ "uevents private", "uevents", "private", NULL },
	{ "uevents off", "uevents", "off", NULL },
	{ "uevents unknown", "uevents", "loud", "--uevents=loud: must be auto, private or off" },
	{ "node unknown", "node", "mknod", "--node=mknod: must be auto, cuse or fuse" },
	{ "node empty", "node", "", "--node=: must be auto, cuse or fuse" },
	{ "memblock 2G", "memblock-size", "2G", NULL },
	{ "memblock no power", "memblock-size", "3M",
	  "--memblock-size=3M: must be a power of two" },
	{ "memblock too small", "memblock-size", "1M", "--memblock-size=1M: must be" },
	{ "memblock zero", "memblock-size", "0", "--memblock-size=0: must be" },
	{ "policy", "auto-online", "online_movable", NULL },
	{ "policy unknown", "auto-online", "movable", "--auto-online=movable: must be offline" },
	{ "flag", "memmap-on-memory", NULL, NULL },
	{ "instance", "instance", "a.b-c_1", NULL },
	{ "instance with a slash", "instance", "a/b", "--instance=a/b: must be 1 to 63" },
	{ "instance hidden", "instance", "..", "--instance=..: must be 1 to 63" },
	{ "instance empty", "instance", "", "--instance=: must be 1 to 63" },
	{ "state", "state", "/var/lib", "--state=/var/lib: keeping layout" },
	{ "unknown", "colour", "red", "--colour: there is no such option" },
	{ "config missing", "config", "missing", "--config=missing: there is no such file" },
	{ "config a directory", "config", "dir", "--config=dir: must be a regular file" },
};

static void test_option(void **state)
{
	const struct option_case *c = *state;
	const struct config_value value = { c->option, c->value };
	struct refusal refusal = { "" };
	struct config config;
	int r = config_load(&config, &value, 1, &refusal);

	assert_int_equal(r, c->refusal ? -EINVAL : 0);
	if (c->refusal && strncmp(refusal.text, c->refusal, strlen(c->refusal)))
		fail_msg("said '%s'", refusal.text);
	if (!r)
		config_free(&config);
}

/* --- the configuration file ----------------------------------------------------------------- */

static const struct file_case {
	const char *name, *text;
	const char *option, *value; /* also on the command line, NULL: none */
	const char *refusal;	    /* NULL: accepted */
	const char *abi;	    /* when accepted */
	size_t regions;
	int first_id;
	uint64_t first_size;
} file_cases[] = {
	{ "empty", "", NULL, NULL, NULL, "6.12", 1, 0, GIB },
	{ "all words",
	  "[daxemu]\nabi=6.1\nnode=fuse\nuevents=off\nmemblock-size=256M\nauto-online=online\n"
	  "memmap-on-memory=yes\ninstance=lab\n[region 2]\nsize=4M\n[region big]\nsize = 2G ; "
	  "more\n",
	  NULL, NULL, NULL, "6.1", 2, 2, 4 * MIB },
	{ "the command line wins", "[daxemu]\nabi=6.1\n", "abi", "7.2", NULL, "7.2", 1, 0, GIB },
	{ "regions of the command line replace", "[region 5]\nsize=4M\n[region 6]\nsize=4M\n",
	  "region", "size=8M", NULL, "6.12", 1, 0, 8 * MIB },
	{ "a path keeps its case and comma", "[region a]\nbacking=file:./good\n", NULL, NULL, NULL,
	  "6.12", 1, 0, 4 * MIB },
	{ "unknown key", "[daxemu]\ncolour=red\n", NULL, NULL,
	  "file.ini: [daxemu] colour=red: there is no such key" },
	{ "no option of the file", "[daxemu]\nconfig=x\n", NULL, NULL,
	  "file.ini: [daxemu] config=x: there is no such key" },
	{ "unknown section", "[numa]\nnodes=2\n", NULL, NULL,
	  "file.ini: [numa]: there is no such section" },
	{ "region without a name", "[region]\nsize=1G\n", NULL, NULL,
	  "file.ini: [region]: there is no such section" },
	{ "unknown region key", "[region 0]\ncolour=red\n", NULL, NULL,
	  "file.ini: [region 0]: colour=red: there is no such key" },
	{ "bad value", "[daxemu]\nabi=5\n", NULL, NULL,
	  "file.ini: [daxemu] abi=5: must be 6.1, 6.12 or 7.2" },
	{ "bad region value", "[region x]\nsize=3M\n", NULL, NULL,
	  "file.ini: [region x]: size=3M: must be a multiple of 2M" },
	{ "region without size", "[region x]\nalign=2M\n", NULL, NULL,
	  "file.ini: [region x]: size is missing" },
	{ "id twice", "[region 1]\nsize=2M\nid=2\n", NULL, NULL,
	  "file.ini: [region 1]: id=2: was given already" },
	{ "not INI", "size 1G here\n", NULL, NULL, "--config=file.ini: must be an INI file" },
};

static void test_file(void **state)
{
	const struct file_case *c = *state;
	const struct config_value values[] = { { "config", "file.ini" }, { c->option, c->value } };
	struct refusal refusal = { "" };
	struct config config;
	int r;

	config_dir_write(c->text);
	r = config_load(&config, values, c->option ? 2 : 1, &refusal);
	if (c->refusal) {
		assert_int_equal(r, -EINVAL);
		if (strncmp(refusal.text, c->refusal, strlen(c->refusal)))
			fail_msg("said '%s'", refusal.text);
		return;
	}
	if (r < 0)
		fail_msg("refused: %s", refusal.text);
	assert_string_equal(config.profile->name, c->abi);
	assert_int_equal(config.nr_regions, c->regions);
	assert_int_equal(config.regions[0].id, c->first_id);
	assert_int_equal(config.regions[0].span.len, c->first_size);
	config_free(&config);
}

/* --- the table ------------------------------------------------------------------------------ */

/* What the table offers for completion must be accepted. */
static void test_words_are_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < nr_option_defs; i++) {
		const struct option_def *def = &option_defs[i];
		_cleanup_free_ char *words = def->words ? strdup(def->words) : NULL;

		if (!words || *words == '@' || !def->arg)
			continue;
		for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
			const struct config_value value = { def->name, word };
			struct refusal refusal;
			struct config config;

			if (config_load(&config, &value, 1, &refusal) < 0)
				fail_msg("%s", refusal.text);
			config_free(&config);
		}
	}
}

static void test_every_profile_has_its_word(void **state)
{
	const struct option_def *def = option_find("abi", 3);
	const struct dax_profile *profile;

	(void)state;
	for (size_t i = 0; (profile = dax_profile_at(i)) != NULL; i++)
		assert_non_null(strstr(def->words, profile->name));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(option_cases) + ARRAY_SIZE(file_cases) + 3] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_words_are_accepted),
		cmocka_unit_test(test_every_profile_has_its_word),
	};
	size_t n = 3;

	n += row_tests(&tests[n], ROWS(option_cases, name), test_option);
	row_tests(&tests[n], ROWS(file_cases, name), test_file);
	return cmocka_run_group_tests(tests, config_dir_make, config_dir_remove);
}
