/* SPDX-License-Identifier: BSD-3-Clause */
/* Planned mappings made, by system calls alone. */
#pragma once

#include "client/map_plan.h"

/* Carries out a plan with the memory file. Return: the address, or -errno and nothing is left. */
long place_plan(const struct map_plan *plan, int mem);

/* Reserves @len bytes at a multiple of @align. Return: the address, -ENOMEM. */
long place_reserve(uint64_t len, uint64_t align);

/*
 * A mapping at a place that its alignment forbids faults at every access: the device has no page
 * that fits. So does an empty file, which replaces it.
 */
void place_dead(uint64_t addr, uint64_t len);
