/* SPDX-License-Identifier: BSD-3-Clause */
/* What an NVDIMM is like: flushing, persistence, bad blocks. See config_nvdimm.h. */
#include "daemon/config_nvdimm.h"

#include <string.h>

#include "base/parse.h"
#include "base/util.h"

static const char *const deep_flush_names[] = {
	[DAX_FLUSH_ABSENT] = "absent",	     [DAX_FLUSH_NEEDLESS] = "0",    [DAX_FLUSH_WORKS] = "1",
	[DAX_FLUSH_READ_ONLY] = "read-only", [DAX_FLUSH_FAILS] = "failing",
};

static const char *const persistence_names[] = {
	[DAX_PERSIST_ABSENT] = "absent",
	[DAX_PERSIST_CPU_CACHE] = "cpu_cache",
	[DAX_PERSIST_MEMORY_CONTROLLER] = "memory_controller",
};

/* Index of @value, or -EINVAL. */
static int index_of(const char *const *names, size_t count, const char *value)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], value))
			return (int)i;
	return -EINVAL;
}

int config_set_deep_flush(struct config_region *region, const char *value)
{
	int i = index_of(deep_flush_names, ARRAY_SIZE(deep_flush_names), value);

	if (i < 0)
		return i;
	region->deep_flush = (enum dax_deep_flush)i;
	return 0;
}

int config_set_persistence(struct config_region *region, const char *value)
{
	int i = index_of(persistence_names, ARRAY_SIZE(persistence_names), value);

	if (i < 0)
		return i;
	region->persistence = (enum dax_persistence)i;
	return 0;
}

int config_parse_run(const char *text, struct dax_range *out)
{
	_cleanup_free_ char *copy = strdup(text);
	char *len = copy;
	int r;

	if (!copy)
		return -ENOMEM;
	r = parse_size(strsep(&len, "+"), &out->start);
	out->len = DAX_BAD_BLOCK;
	return r < 0 || !len ? r : parse_size(len, &out->len);
}

int config_set_badblocks(struct config_region *region, const char *value)
{
	_cleanup_free_ char *copy = strdup(value);
	char *rest = copy;
	int r = copy ? 0 : -ENOMEM;

	while (rest && !r) {
		struct dax_range run;

		r = config_parse_run(strsep(&rest, ":"), &run);
		if (!r)
			r = dax_bad_add(&region->bad, run);
	}
	return r;
}

const char *config_deep_flush_name(enum dax_deep_flush deep_flush)
{
	return deep_flush_names[deep_flush];
}

const char *config_persistence_name(enum dax_persistence persistence)
{
	return persistence_names[persistence];
}

void config_show_nvdimm(const struct config_region *region, enum config_region_key key, char *out,
			size_t len)
{
	const struct dax_bad *bad = &region->bad;
	struct dax_range last = bad->nr ? bad->runs[bad->nr - 1] : (struct dax_range){ 0 };

	if (key == REGION_DEEP_FLUSH)
		snprintf(out, len, "%s", config_deep_flush_name(region->deep_flush));
	else if (key == REGION_PERSISTENCE)
		snprintf(out, len, "%s", config_persistence_name(region->persistence));
	else
		snprintf(out, len, "0x%llx+0x%llx", (unsigned long long)last.start,
			 (unsigned long long)last.len);
}
