/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The text of /proc/iomem: what the machine says of itself, but for the addresses where the
 * emulated machine has a region, and what a kernel would say of those. Text in, text out: opens
 * nothing.
 */
#pragma once

#include "base/strbuf.h"
#include "core/model.h"

/**
 * iomem_render() - the emulated machine's /proc/iomem
 * @real: text of the machine's own; "" when it may not be read
 *
 * Entries that reach into a region are cut off at its boundaries. Dax devices of the machine itself
 * are left out.
 *
 * Return: 0 or -ENOMEM.
 * Source: Linux kernel/resource.c, r_show(); tests/unit/sysfs/test_iomem.c has the recordings.
 */
int iomem_render(const struct dax_model *model, const char *real, struct strbuf *out);

/* Makes every address of a rendered text 0, as r_show() does for a reader without CAP_SYS_ADMIN. */
void iomem_hide(struct strbuf *text);
