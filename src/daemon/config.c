/* SPDX-License-Identifier: BSD-3-Clause */
/* What the user asked for: the options of an instance as a whole. */
#include "daemon/config.h"

#include <ctype.h>
#include <string.h>

#include "base/parse.h"
#include "base/util.h"
#include "daemon/options.h"

static bool instance_name_ok(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= sizeof(((struct config *)0)->instance) || *name == '.')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("._-", name[i]))
			return false;
	return true;
}

int config_check_instance(const char *option, const char *name, struct refusal *refusal)
{
	if (instance_name_ok(name))
		return 0;
	return refuse(refusal,
		      "%s=%s: must be 1 to 63 letters, digits, '.', '_' or '-', and not "
		      "start with '.'",
		      option, name);
}

/* Index of @value among the blank-separated @words; -1. */
static int word_index(const char *words, const char *value)
{
	size_t len = strlen(value);

	for (int i = 0; *words; i++) {
		size_t n = strcspn(words, " ");

		if (n == len && !memcmp(words, value, n))
			return i;
		words += n;
		words += strspn(words, " ");
	}
	return -1;
}

static int set_instance(struct config *config, const char *value)
{
	if (!instance_name_ok(value))
		return -EINVAL;
	strcpy(config->instance, value);
	return 0;
}

static int set_abi(struct config *config, const char *value)
{
	const struct dax_profile *profile = dax_profile_find(value);

	if (!profile)
		return -EINVAL;
	config->profile = profile;
	return 0;
}

static int set_node(struct config *config, const char *value)
{
	int i = word_index("auto cuse fuse", value);

	if (i < 0)
		return -EINVAL;
	config->node = (enum config_node)i;
	return 0;
}

static int set_uevents(struct config *config, const char *value)
{
	int i = word_index("auto private off", value);

	if (i < 0)
		return -EINVAL;
	config->uevents = (enum config_uevents)i;
	return 0;
}

static int set_memblock_size(struct config *config, const char *value)
{
	uint64_t size;

	if (parse_size(value, &size) < 0 || !is_power_of_two(size) || size < 2 * MIB ||
	    size > 1024 * GIB)
		return -EINVAL;
	config->memblock_size = size;
	return 0;
}

static int set_auto_online(struct config *config, const char *value)
{
	int i = word_index("offline online online_kernel online_movable", value);

	if (i < 0)
		return -EINVAL;
	config->auto_online = (enum dax_online_policy)i;
	return 0;
}

static int set_memmap_on_memory(struct config *config, const char *value)
{
	static const char words[] = "no yes off on false true 0 1";
	int i = value ? word_index(words, value) : 1;

	if (i < 0)
		return -EINVAL;
	config->memmap_on_memory = i % 2;
	return 0;
}

/* A refusal that no value can avoid. */
static int set_nothing(struct config *config, const char *value)
{
	(void)config;
	(void)value;
	return -ENOTSUP;
}

static const struct setter {
	const char *name;
	int (*set)(struct config *config, const char *value);
	const char *rule;
} setters[] = {
	{ "instance", set_instance,
	  "must be 1 to 63 letters, digits, '.', '_' or '-', and not start with '.'" },
	{ "abi", set_abi, "must be 6.1, 6.12 or 7.2" },
	{ "node", set_node, "must be auto, cuse or fuse" },
	{ "uevents", set_uevents, "must be auto, private or off" },
	{ "memblock-size", set_memblock_size, "must be a power of two from 2M to 1T" },
	{ "auto-online", set_auto_online,
	  "must be offline, online, online_kernel or online_movable" },
	{ "memmap-on-memory", set_memmap_on_memory, "must be yes or no" },
	{ "state", set_nothing,
	  "keeping layout and contents across restarts is not available yet, leave it out" },
};

int config_set(struct config *config, const char *where, const char *name, const char *value,
	       struct refusal *refusal)
{
	for (size_t i = 0; i < ARRAY_SIZE(setters); i++) {
		if (strcmp(setters[i].name, name))
			continue;
		if (!setters[i].set(config, value))
			return 0;
		return refuse(refusal, "%s%s=%s: %s", where, name, value ? value : "",
			      setters[i].rule);
	}
	return refuse(refusal, "%s%s: there is no such option", where, name);
}

static const char *last_value(const struct config_value *values, size_t count, const char *name)
{
	while (count--)
		if (!strcmp(values[count].name, name))
			return values[count].value;
	return NULL;
}

static int set_region(struct config *config, const char *spec, struct refusal *refusal)
{
	struct config_region *region = config_add_region(config, "--region");

	if (!region)
		return refuse(refusal, "--region=%s: out of memory", spec);
	return config_region_parse(region, spec, refusal);
}

static int set_from_command_line(struct config *config, const struct config_value *values,
				 size_t count, struct refusal *refusal)
{
	int r = 0;

	if (last_value(values, count, "region"))
		config_drop_regions(config);
	for (size_t i = 0; i < count && !r; i++) {
		if (!strcmp(values[i].name, "config"))
			continue;
		if (!strcmp(values[i].name, "region"))
			r = set_region(config, values[i].value, refusal);
		else
			r = config_set(config, "--", values[i].name, values[i].value, refusal);
	}
	return r;
}

static int default_region(struct config *config, struct refusal *refusal)
{
	return config->nr_regions ? 0 : set_region(config, "size=1G", refusal);
}

int config_load(struct config *out, const struct config_value *values, size_t count,
		struct refusal *refusal)
{
	const char *file = last_value(values, count, "config");
	struct config config = {
		.instance = "default",
		.profile = dax_profile_default(),
		.memblock_size = 128 * MIB,
		.auto_online = DAX_OFFLINE,
	};
	int r = 0;

	if (file)
		r = config_read_file(&config, file, refusal);
	if (!r)
		r = set_from_command_line(&config, values, count, refusal);
	if (!r)
		r = default_region(&config, refusal);
	if (!r)
		r = config_regions_resolve(&config, refusal);
	if (r < 0) {
		config_free(&config);
		return r;
	}
	*out = config;
	return 0;
}

void config_drop_regions(struct config *config)
{
	for (size_t i = 0; i < config->nr_regions; i++) {
		free(config->regions[i].path);
		dax_bad_free(&config->regions[i].bad);
	}
	free(config->regions);
	config->regions = NULL;
	config->nr_regions = 0;
}

void config_free(struct config *config)
{
	config_drop_regions(config);
}
