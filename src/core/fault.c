/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Faults on request. Where the kernel may fail for a reason the model has none of (a page that
 * cannot be moved), the model asks here first; who wants it to fail says so beforehand.
 */
#include <errno.h>

#include "base/util.h"
#include "core/array.h"
#include "core/internal.h"

static struct dax_fault *fault_find(const struct dax_model *model, enum dax_fault_point point,
				    bool every, uint64_t key)
{
	for (size_t i = 0; i < model->nr_faults; i++) {
		struct dax_fault *f = &model->faults[i];

		if (f->point == point && f->every == every && (every || f->key == key))
			return f;
	}
	return NULL;
}

static void fault_drop(struct dax_model *model, const struct dax_fault *fault)
{
	size_t i = (size_t)(fault - model->faults);

	array_close(model->faults, model->nr_faults, sizeof(*model->faults), i, 1);
	model->nr_faults--;
}

int dax_fault_set(struct dax_model *model, const struct dax_fault *fault)
{
	struct dax_fault *old = fault_find(model, fault->point, fault->every, fault->key);
	struct dax_fault *faults;

	if (old) {
		*old = *fault;
		return 0;
	}
	faults = array_open(model->faults, model->nr_faults, sizeof(*faults), model->nr_faults, 1);
	if (!faults)
		return -ENOMEM;
	model->faults = faults;
	faults[model->nr_faults++] = *fault;
	return 0;
}

void dax_fault_clear(struct dax_model *model, enum dax_fault_point point, bool every, uint64_t key)
{
	for (size_t i = model->nr_faults; i > 0; i--) {
		const struct dax_fault *f = &model->faults[i - 1];

		if (f->point == point && (every || (!f->every && f->key == key)))
			fault_drop(model, f);
	}
}

int dax_fault_hit(struct dax_model *model, enum dax_fault_point point, uint64_t key)
{
	struct dax_fault *fault = fault_find(model, point, false, key);
	int error;

	if (!fault)
		fault = fault_find(model, point, true, 0);
	if (!fault)
		return 0;
	error = fault->error;
	if (fault->count && !--fault->count)
		fault_drop(model, fault);
	return error;
}
