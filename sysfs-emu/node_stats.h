/* SPDX-License-Identifier: BSD-3-Clause */
/* The counters of a node: its meminfo, vmstat and numastat. */
#pragma once

#include "sysfs-emu/attr.h"

/*
 * Of a node that is ours: all of its online memory, nothing used, since programs cannot allocate
 * there. Of a real node: the host's figures, with ours added. Return: 0, -ENOMEM.
 * Source: Linux drivers/base/node.c, node_read_meminfo(), node_read_vmstat(), node_read_numastat().
 */
int node_meminfo_show(const struct sysfs_obj *obj, struct strbuf *out);
int node_vmstat_show(const struct sysfs_obj *obj, struct strbuf *out);
int node_numastat_show(const struct sysfs_obj *obj, struct strbuf *out);
