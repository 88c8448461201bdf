/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of /proc/iomem. */
#include "sysfs-emu/iomem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "sysfs-emu/names.h"

/* One line. The name is in somebody else's text. */
struct entry {
	unsigned depth;
	uint64_t start, last; /* inclusive */
	const char *name;
	int name_len;
};

static int print_entry(const struct entry *e, struct strbuf *out)
{
	return strbuf_printf(out, "%*s%08llx-%08llx : %.*s\n", (int)e->depth * 2, "",
			     (unsigned long long)e->start, (unsigned long long)e->last, e->name_len,
			     e->name);
}

static int print_range(unsigned depth, struct dax_range range, const char *name, struct strbuf *out)
{
	struct entry e = { .depth = depth,
			   .start = range.start,
			   .last = dax_range_last(range),
			   .name = name,
			   .name_len = (int)strlen(name) };

	return print_entry(&e, out);
}

/* --- the machine's own -------------------------------------------------------------------- */

/* Return: false when @line is not one of iomem. */
static bool parse_line(const char *line, struct entry *out)
{
	const char *p = line + strspn(line, " ");
	char *end;

	out->depth = (unsigned)(p - line) / 2;
	out->start = strtoull(p, &end, 16);
	if (end == p || *end != '-')
		return false;
	p = end + 1;
	out->last = strtoull(p, &end, 16);
	if (end == p || strncmp(end, " : ", 3) != 0)
		return false;
	out->name = end + 3;
	out->name_len = (int)strcspn(out->name, "\n");
	return true;
}

/* Not in the emulated machine. */
static bool is_real_dax(const struct entry *e)
{
	char name[SYSFS_NAME_MAX];
	struct dax_id id;

	snprintf(name, sizeof(name), "%.*s", e->name_len, e->name);
	return names_parse_dev(name, &id) == 0;
}

static size_t count_lines(const char *text)
{
	size_t n = 1;

	for (; (text = strchr(text, '\n')) != NULL; text++)
		n++;
	return n;
}

/* What is below a device that is left out moves up. */
static size_t parse(const char *text, struct entry *entries)
{
	unsigned dax_depth = ~0u;
	size_t nr = 0;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		struct entry *e = &entries[nr];

		if (!parse_line(text, e))
			continue;
		if (e->depth <= dax_depth)
			dax_depth = is_real_dax(e) ? e->depth : ~0u;
		if (e->depth == dax_depth)
			continue;
		if (e->depth > dax_depth)
			e->depth--;
		nr++;
	}
	return nr;
}

struct host {
	struct entry *entries; /* as printed: by address, each before what is in it */
	size_t nr;
};

/* The machine's own from @start to @last, cut off there. */
static int print_window(const struct host *host, uint64_t start, uint64_t last, struct strbuf *out)
{
	int r = 0;

	for (size_t i = 0; i < host->nr && r == 0; i++) {
		struct entry e = host->entries[i];

		e.start = max_u64(e.start, start);
		e.last = min_u64(e.last, last);
		if (e.start <= e.last)
			r = print_entry(&e, out);
	}
	return r;
}

/* --- regions ------------------------------------------------------------------------------ */

static int print_pmem(const struct dax_region *region, unsigned *depth, struct strbuf *out)
{
	struct dax_range whole = dax_region_namespace(region), meta = whole;
	char name[SYSFS_NAME_MAX];
	int r = print_range((*depth)++, whole, "Persistent Memory (legacy)", out);

	meta.len -= region->config.span.len;
	/* Its driver has claimed it. */
	if (r < 0 || !meta.len || !region->enabled)
		return r;
	snprintf(name, sizeof(name), "namespace%d.0", region->config.id);
	return print_range(*depth, meta, name, out);
}

static int print_hmem(const struct dax_region *region, unsigned *depth, struct strbuf *out)
{
	const struct dax_profile *profile = region->model->config.profile;
	struct dax_range span = region->config.span;
	char name[SYSFS_NAME_MAX];
	int r = 0;

	snprintf(name, sizeof(name), "hmem.%d", region->config.id);
	if (profile->iomem_hmem)
		r = print_range((*depth)++, span, name, out);
	if (r == 0 && profile->iomem_soft_reserved)
		r = print_range((*depth)++, span, "Soft Reserved", out);
	return r;
}

static int print_claim(const struct dax_claim *claim, unsigned depth, struct strbuf *out)
{
	char name[SYSFS_NAME_MAX];
	int r;

	snprintf(name, sizeof(name), "dax%d.%d", claim->dev.region, claim->dev.dev);
	r = print_range(depth, claim->range, name, out);
	if (r == 0 && claim->kmem)
		r = print_range(depth + 1, claim->range, "System RAM (kmem)", out);
	return r;
}

static int print_region(const struct dax_region *region, struct strbuf *out)
{
	const struct dax_model *model = region->model;
	unsigned depth = 0;
	int r = region->config.kind == DAX_REGION_PMEM ? print_pmem(region, &depth, out)
						       : print_hmem(region, &depth, out);

	for (size_t i = 0; i < model->nr_claims && r == 0; i++) {
		if (dax_range_contains(region->config.span, model->claims[i].range))
			r = print_claim(&model->claims[i], depth, out);
	}
	return r;
}

/* The first region at or after @addr, NULL. */
static const struct dax_region *next_region(const struct dax_model *model, uint64_t addr)
{
	const struct dax_region *next = NULL;

	for (size_t i = 0; i < model->nr_regions; i++) {
		const struct dax_region *region = model->regions[i];
		uint64_t start = region->config.span.start;

		if (start >= addr && (!next || start < next->config.span.start))
			next = region;
	}
	return next;
}

/* --- the whole ---------------------------------------------------------------------------- */

static int print_all(const struct dax_model *model, const struct host *host, struct strbuf *out)
{
	const struct dax_region *region;
	uint64_t from = 0; /* all below is printed */
	int r = 0;

	while (r == 0 && (region = next_region(model, from)) != NULL) {
		struct dax_range mine = dax_region_namespace(region);

		if (mine.start > from)
			r = print_window(host, from, mine.start - 1, out);
		if (r == 0)
			r = print_region(region, out);
		from = dax_range_end(mine);
	}
	return r < 0 ? r : print_window(host, from, UINT64_MAX, out);
}

int iomem_render(const struct dax_model *model, const char *text, struct strbuf *out)
{
	struct host host = { .entries = calloc(count_lines(text), sizeof(*host.entries)) };
	int r;

	if (!host.entries)
		return -ENOMEM;
	host.nr = parse(text, host.entries);
	r = print_all(model, &host, out);
	free(host.entries);
	return r;
}

void iomem_hide(struct strbuf *text)
{
	static const char zeros[] = "00000000-00000000";
	char *to = text->text;
	struct entry e;

	/* A line never grows: its addresses have 8 digits or more. */
	for (char *line = to; line && *line;) {
		char *end = line + strcspn(line, "\n") + (strchr(line, '\n') != NULL);
		char *rest = line;

		if (parse_line(line, &e)) {
			memset(to, ' ', (size_t)e.depth * 2);
			memcpy(to + (size_t)e.depth * 2, zeros, sizeof(zeros) - 1);
			to += (size_t)e.depth * 2 + sizeof(zeros) - 1;
			rest = (char *)e.name - 3;
		}
		memmove(to, rest, (size_t)(end - rest));
		to += end - rest;
		line = end;
	}
	if (!to)
		return;
	*to = '\0';
	text->len = (size_t)(to - text->text);
}
