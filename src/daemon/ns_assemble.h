/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Puts an instance in place: its mount over /sys and /dev, and two files over those of /proc. Only
 * in a mount namespace of our own.
 */
#pragma once

#include "daemon/refuse.h"

/* Where a private instance is put together, hidden below its own /sys. */
#define NS_SCRATCH     "/sys"
#define NS_SCRATCH_MNT NS_SCRATCH "/mnt"

/* Covers /sys with an empty tmpfs that has mount points to work with. Return: 0 or -EINVAL with
 * @refusal set; so the next. */
int ns_scratch(struct refusal *refusal);

/**
 * ns_assemble() - put an instance that is served over /dev and /sys
 * @runtime: directory with mnt/, its mount, and its sockets sock and ctl
 *
 * The entries of the real /dev are mounted over their placeholders one by one. Needs ns_scratch().
 */
int ns_assemble(const char *runtime, struct refusal *refusal);
