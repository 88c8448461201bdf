/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What follows `daxemu inject`: POINT=VALUE[,KEY=VALUE...]. VALUE says how the point fails, or
 * `none`: no longer. Of the keys one, named by the point, says where (default: everywhere), and
 * count how often (default: until it is taken back). badblock is no point that fails when something
 * is tried: its VALUE says which blocks of a region are bad from now on.
 */
#pragma once

#include <stdbool.h>

#include "base/strbuf.h"
#include "core/model.h"
#include "daemon/refuse.h"

struct inject_point;

struct inject {
	const struct inject_point *point;
	bool none; /* take back */
	struct dax_fault fault;
	struct dax_range run; /* of badblock: bytes from the start of the region fault.key */
};

/* Return: 0, -EINVAL with @refusal set. */
int inject_parse(struct inject *out, const char *spec, struct refusal *refusal);

/* What inject_parse() would take for the same fault; count is how often it still happens. Return:
 * 0, -ENOMEM. */
int inject_print(const struct dax_fault *fault, struct strbuf *out);

/* Needs the write side of the model lock. Return: 0, -EINVAL (there is no such object) or -ENOMEM
 * with @refusal set. */
int inject_apply(struct dax_model *model, const struct inject *inject, struct refusal *refusal);
