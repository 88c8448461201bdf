/* SPDX-License-Identifier: BSD-3-Clause */
/* Who has which physical addresses in use: bound drivers, and kmem memory that could not go. */
#include <errno.h>

#include "core/array.h"
#include "core/internal.h"

/* Index of the first claim that starts at or after @addr. */
static size_t claim_position(const struct dax_model *model, uint64_t addr)
{
	return ARRAY_POSITION(model->claims, model->nr_claims, range.start, addr);
}

static bool claim_fits(const struct dax_model *model, struct dax_range range, size_t pos)
{
	if (pos > 0 && dax_range_overlaps(model->claims[pos - 1].range, range))
		return false;
	return pos == model->nr_claims || !dax_range_overlaps(model->claims[pos].range, range);
}

int dax_claim_add(struct dax_dev *dev, struct dax_range range, bool kmem)
{
	struct dax_model *model = dev->region->model;
	size_t pos = claim_position(model, range.start);
	struct dax_claim *claims;

	if (!claim_fits(model, range, pos))
		return -EBUSY;
	claims = array_open(model->claims, model->nr_claims, sizeof(*claims), pos, 1);
	if (!claims)
		return -ENOMEM;
	claims[pos] = (struct dax_claim){
		.range = range, .dev = dev->id, .dev_serial = dev->serial, .kmem = kmem
	};
	model->claims = claims;
	model->nr_claims++;
	return 0;
}

struct dax_claim *dax_claim_find(const struct dax_dev *dev, struct dax_range range)
{
	const struct dax_model *model = dev->region->model;
	size_t pos = claim_position(model, range.start);
	struct dax_claim *claim;

	if (pos == model->nr_claims)
		return NULL;
	claim = &model->claims[pos];
	if (claim->range.start != range.start || claim->range.len != range.len)
		return NULL;
	return claim->dev_serial == dev->serial && !claim->stuck ? claim : NULL;
}

void dax_claim_drop(struct dax_model *model, struct dax_claim *claim)
{
	size_t pos = (size_t)(claim - model->claims);

	array_close(model->claims, model->nr_claims, sizeof(*claim), pos, 1);
	model->nr_claims--;
}
