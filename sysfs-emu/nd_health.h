/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What regionM says of its memory: its bad blocks, how to flush what is on the way to it, and what
 * survives when the power fails. Rows of the table in nd_attrs.c.
 */
#pragma once

#include "sysfs-emu/attr.h"

int nd_badblocks_show(const struct sysfs_obj *obj, struct strbuf *out);

mode_t nd_deep_flush_visible(const struct sysfs_obj *obj, mode_t mode);
int nd_deep_flush_show(const struct sysfs_obj *obj, struct strbuf *out);
int nd_deep_flush_store(const struct sysfs_obj *obj, const char *text);

mode_t nd_persistence_visible(const struct sysfs_obj *obj, mode_t mode);
int nd_persistence_show(const struct sysfs_obj *obj, struct strbuf *out);
