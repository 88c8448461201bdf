/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The NVDIMM namespace around a static region. A region's span is what its device has; ndctl makes
 * the device of a namespace that is larger, and keeps a label and the page structs at its start.
 */
#include "base/util.h"
#include "core/model.h"

/* For a namespace of @size bytes. Source: Linux drivers/nvdimm/pfn_devs.c, nd_pfn_init(). */
static uint64_t metadata_of_size(uint64_t size, uint64_t align)
{
	return align_up(8 * KIB + 64 * ((size - 8 * KIB) / DAX_PAGE_SIZE), align);
}

/* Two sizes may leave the same to the device: the larger one, as recorded. */
static uint64_t metadata_of_device(uint64_t len, uint64_t align)
{
	uint64_t step = max_u64(align, DAX_SUBSECTION_SIZE), meta = 0, next = step;

	while (next > meta) {
		meta = next;
		next = metadata_of_size(len + meta, step);
	}
	if (metadata_of_size(len + meta + step, step) == meta + step)
		meta += step;
	return meta;
}

/* Not over the machine's devices below 4 GiB. */
static bool is_room(struct dax_range span, uint64_t len)
{
	return len <= span.start && (span.start < 4 * GIB || span.start - len >= 4 * GIB);
}

struct dax_range dax_namespace_of(struct dax_range span, uint64_t align)
{
	uint64_t meta = metadata_of_device(span.len, align);

	if (!is_room(span, meta))
		return span;
	return (struct dax_range){ .start = span.start - meta, .len = meta + span.len };
}

static bool is_free(const struct dax_model *model, struct dax_range range)
{
	for (size_t i = 0; i < model->nr_regions; i++) {
		if (dax_range_overlaps(model->regions[i]->config.span, range))
			return false;
	}
	return true;
}

struct dax_region *dax_namespace_find(const struct dax_model *model, struct dax_range phys)
{
	for (size_t i = 0; i < model->nr_regions; i++) {
		struct dax_region *region = model->regions[i];

		if (region->config.kind == DAX_REGION_PMEM &&
		    dax_range_contains(dax_region_namespace(region), phys))
			return region;
	}
	return NULL;
}

struct dax_range dax_region_namespace(const struct dax_region *region)
{
	struct dax_range span = region->config.span, whole, meta;

	if (region->config.kind != DAX_REGION_PMEM)
		return span;
	whole = dax_namespace_of(span, region->config.align);
	meta = (struct dax_range){ .start = whole.start, .len = whole.len - span.len };
	return is_free(region->model, meta) ? whole : span;
}
