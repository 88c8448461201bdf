/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of the core share and nobody else sees. */
#pragma once

#include "core/model.h"

/* One allocation of a region; each is exactly one range of its device. */
struct dax_alloc {
	struct dax_range range;
	struct dax_dev *dev;
};

/* A driver's new_id list, sorted. */
struct dax_id_list {
	struct dax_id *ids;
	size_t nr;
};

struct dax_model_priv {
	uint64_t last_serial;
	struct dax_dev **devs; /* by serial, hence by age; deleted ones too while referenced */
	size_t nr_devs;
	struct dax_slots minors; /* deleted devices keep theirs while referenced */
	struct dax_id_list ids[DAX_NR_DRIVERS];
	enum dax_driver_id loaded[DAX_NR_DRIVERS]; /* in load order */
	size_t nr_loaded;
};

/* Minors have 20 bits. */
enum { DAX_MAX_SLOTS = 1 << 20 };

/* Physical addresses of x86-64 have at most 52 bits. */
#define DAX_PHYS_END (UINT64_C(1) << 52)

/* --- slots.c */

/* Return: the number, -ENOSPC, -ENOMEM. */
int dax_slots_take(struct dax_slots *slots, struct dax_dev *dev);
void dax_slots_give(struct dax_slots *slots, size_t i);
struct dax_dev *dax_slots_get(const struct dax_slots *slots, size_t i);

/* --- model.c */

uint64_t dax_model_serial(struct dax_model *model);
void dax_emit(struct dax_model *model, const struct dax_event *event);
void dax_emit_dev(const struct dax_dev *dev, enum dax_action action);
void dax_dev_changed(const struct dax_dev *dev);
void dax_bad_changed(const struct dax_region *region);

/* --- alloc.c: ranges of a region and of its devices */

/* Appends @range to @dev. Return: 0, -ENOMEM (no memory; outside the region; taken). */
int dax_alloc_add(struct dax_dev *dev, struct dax_range range);

/* First fit. @bytes are available. Return: 0, -ENOMEM (nothing changed). */
int dax_alloc_grow(struct dax_dev *dev, uint64_t bytes);

/* Gives back @bytes, at most the device's size, from its last range backwards. */
void dax_alloc_shrink(struct dax_dev *dev, uint64_t bytes);

/* --- dev.c */

/* Whether x86-64 with huge pages can map in units of @align. */
bool dax_align_valid(uint64_t align);

/* The step of a device's size: the larger of its alignment and a sub-section. */
uint64_t dax_dev_step(const struct dax_dev *dev);

/* A device over @range (which may be empty), announced but not probed.
 * Return: 0, -ENOMEM, -ENOSPC (no minor). */
int dax_dev_new(struct dax_region *region, struct dax_range range, struct dax_dev **out);

/* Unbinds, removes and announces it; drops the model's reference. */
void dax_dev_remove(struct dax_dev *dev);

/* Frees it whatever its references. */
void dax_dev_destroy(struct dax_dev *dev);

/* --- region.c */

/* Frees a region without devices. */
void dax_region_free(struct dax_region *region);

/* --- driver.c */

/* The common part of every probe, then the driver's. Return: 0, -ENXIO, what probe says. */
int dax_dev_attach(struct dax_dev *dev, const struct dax_driver *driver);
void dax_dev_detach(struct dax_dev *dev);

/* Return: 0 (listed already too), -ENOMEM. */
int dax_driver_list_id(struct dax_model *model, enum dax_driver_id id, struct dax_id dev);

/* What follows the arrival of a device, unless drivers_autoprobe is off. */
void dax_bus_autoprobe(struct dax_dev *dev);

/* --- device_dax.c, kmem.c: the drivers */

int dax_device_dax_probe(struct dax_dev *dev);
void dax_device_dax_remove(struct dax_dev *dev);
int dax_fsdev_probe(struct dax_dev *dev);
void dax_fsdev_remove(struct dax_dev *dev);
int dax_kmem_probe(struct dax_dev *dev);
void dax_kmem_remove(struct dax_dev *dev);

/* --- iomem.c */

/* Return: 0, -EBUSY (taken), -ENOMEM. */
int dax_claim_add(struct dax_dev *dev, struct dax_range range, bool kmem);

/* The claim of exactly @range by @dev that is not stuck, NULL. */
struct dax_claim *dax_claim_find(const struct dax_dev *dev, struct dax_range range);

void dax_claim_drop(struct dax_model *model, struct dax_claim *claim);

/* --- fault.c */

/* What lies in wait at this point for this key: counts. Return: 0 (nothing), -errno. */
int dax_fault_hit(struct dax_model *model, enum dax_fault_point point, uint64_t key);

/* --- block.c */

/**
 * dax_blocks_add() - hot-plug whole blocks, and online them if the policy says so
 *
 * Return: 0, -ENOMEM.
 */
int dax_blocks_add(struct dax_dev *dev, struct dax_range range);

/* Removes the blocks of @range. Return: 0, -EBUSY (one is online; nothing changed). */
int dax_blocks_remove(struct dax_model *model, struct dax_range range);
