/* SPDX-License-Identifier: BSD-3-Clause */
/* What regionM says of its memory. See nd_health.h. */
#include "sysfs-emu/nd_health.h"

#include <errno.h>
#include <inttypes.h>

#include "base/parse.h"
#include "base/util.h"
#include "sysfs-emu/tree.h"

/*
 * Sectors, from the start of the namespace; a run is cut as the kernel's entries are. Ends with the
 * last line that fits a page, where the kernel ends within one.
 */
int nd_badblocks_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	enum { LINE_MAX_LEN = 24 };
	uint64_t before = obj->region->config.span.start - dax_region_namespace(obj->region).start;
	struct dax_range run;
	uint64_t at = 0;
	int r = 0;

	while (r == 0 && out->len + LINE_MAX_LEN < SYSFS_PAGE &&
	       dax_bad_next(&obj->region->bad, at, &run)) {
		uint64_t start = max_u64(at, run.start);

		at = min_u64(dax_range_end(run), start + DAX_BAD_ENTRY);
		r = strbuf_printf(out, "%" PRIu64 " %" PRIu64 "\n",
				  (before + start) / DAX_BAD_BLOCK, (at - start) / DAX_BAD_BLOCK);
	}
	return r;
}

/* What there is to flush, and how. Source: Linux drivers/nvdimm/region_devs.c, region_visible(). */
static const struct {
	mode_t mode; /* 0: there is no file */
	const char *text;
} deep_flushes[] = {
	[DAX_FLUSH_ABSENT] = { 0, "" },	     [DAX_FLUSH_NEEDLESS] = { 0444, "0\n" },
	[DAX_FLUSH_WORKS] = { 0644, "1\n" }, [DAX_FLUSH_READ_ONLY] = { 0444, "1\n" },
	[DAX_FLUSH_FAILS] = { 0644, "1\n" },
};

mode_t nd_deep_flush_visible(const struct sysfs_obj *obj, mode_t mode)
{
	return mode & deep_flushes[obj->region->config.deep_flush].mode;
}

int nd_deep_flush_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%s", deep_flushes[obj->region->config.deep_flush].text);
}

/* Source: Linux drivers/nvdimm/region_devs.c, deep_flush_store(). */
int nd_deep_flush_store(const struct sysfs_obj *obj, const char *text)
{
	bool enable_disable = obj->model->config.profile->bool_enable_disable, flush;
	int r = parse_bool(text, enable_disable, &flush);

	if (r == 0 && !flush)
		r = -EINVAL;
	return r < 0 ? r : dax_region_deep_flush(obj->region);
}

static const char *const persistences[] = {
	[DAX_PERSIST_ABSENT] = NULL,
	[DAX_PERSIST_CPU_CACHE] = "cpu_cache\n",
	[DAX_PERSIST_MEMORY_CONTROLLER] = "memory_controller\n",
};

mode_t nd_persistence_visible(const struct sysfs_obj *obj, mode_t mode)
{
	return persistences[obj->region->config.persistence] ? mode : 0;
}

int nd_persistence_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%s", persistences[obj->region->config.persistence]);
}
