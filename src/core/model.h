/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The model: all regions, devices, drivers and memory blocks of one instance.
 *
 * Numbers in, 0 or -errno out. No locks: every front-end takes the one model lock (a
 * read-write lock owned by the daemon) before it enters; functions that take a const model or
 * object need its read side, all others its write side. Fields are for everyone to read and for
 * src/core alone to write.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bad.h"
#include "base/util.h"
#include "core/profile.h"
#include "core/range.h"

struct dax_model;
struct dax_region;
struct dax_dev;

/* X.Y of daxX.Y. Both may be negative in driver id lists, never in a device. */
struct dax_id {
	int region;
	int dev;
};

/* Pages in page offsets, of every profile. */
#define DAX_PAGE_SIZE UINT64_C(4096)
/* A device's size moves in these steps at least. Source: memremap_compat_align(), x86-64. */
#define DAX_SUBSECTION_SIZE (UINT64_C(2) << 20)

/* Numbers given out, lowest free first. Private to src/core. */
struct dax_slots {
	struct dax_dev **at; /* NULL where free */
	size_t nr;
	size_t first_free; /* none below is free */
};

/* --- regions ------------------------------------------------------------------------------ */

enum dax_region_kind {
	DAX_REGION_HMEM, /* dynamic: soft-reserved RAM */
	DAX_REGION_PMEM, /* static: one device, boundaries fixed at creation */
};

/* Static regions: what an NVDIMM says of flushing the platform's own buffers. */
enum dax_deep_flush {
	DAX_FLUSH_ABSENT,    /* nothing, as the kernel's e820 ranges */
	DAX_FLUSH_NEEDLESS,  /* reads 0, read-only */
	DAX_FLUSH_WORKS,     /* reads 1 */
	DAX_FLUSH_READ_ONLY, /* reads 1, read-only */
	DAX_FLUSH_FAILS,     /* reads 1, writing is -EIO */
};

/* Static regions: what the platform flushes by itself when the power fails. */
enum dax_persistence {
	DAX_PERSIST_ABSENT, /* nothing said, as the kernel's e820 ranges */
	DAX_PERSIST_CPU_CACHE,
	DAX_PERSIST_MEMORY_CONTROLLER,
};

struct dax_region_config {
	int id; /* X of daxX.Y, >= 0, unique in the model */
	enum dax_region_kind kind;
	struct dax_range span; /* emulated physical memory, start and len multiples of 2M */
	uint64_t align;	       /* bytes: 4K, 2M or 1G */
	int numa_node;	       /* nearest node with a CPU */
	int target_node;       /* node once onlined, -1 for none */
	bool idle;	       /* dax_hmem.region_idle: first device empty, region device-type */
	enum dax_deep_flush deep_flush;
	enum dax_persistence persistence;
};

struct dax_region {
	struct dax_model *model;
	struct dax_region_config config;
	uint64_t serial; /* unique in the model, never reused, new at each enable */
	bool enabled;	 /* bound to its own driver (hmem, dax_pmem); else it has no devices */
	bool detached;	 /* static: nobody holds the namespace, there is nothing to enable */
	struct dax_dev **devs; /* by age, oldest first */
	size_t nr_devs;
	struct dax_dev *seed;	  /* NULL for the empty line */
	struct dax_dev *youngest; /* what `create` reads, NULL for the empty line */
	uint64_t used;		  /* bytes, sum of all devices' ranges */
	struct dax_bad bad;	  /* of a static region, by offset from its start */
	bool had_bad;		  /* some block has been bad, perhaps is no more */
	void *user;		  /* the backing's, see struct dax_ops */
	/* private */
	struct dax_alloc *allocs; /* by address */
	size_t nr_allocs;
	struct dax_slots ids; /* Y of daxX.Y */
};

/* dax_region_add(): who gets the first device, when it is no enum dax_driver_id. */
#define DAX_DRIVER_DEFAULT (-1) /* whom the profile's rules name */
#define DAX_DRIVER_NONE	   (-2) /* nobody */

/**
 * dax_region_add() - add a region with its first device, and probe as the kernel would
 * @driver: bind the first device to this one instead: its id is listed first, as `new_id` would
 *          do; or DAX_DRIVER_DEFAULT, DAX_DRIVER_NONE
 *
 * The span starts and ends on multiples of its alignment and of 2M, below 2^52.
 *
 * Return: 0, -EINVAL, -ENODEV (no such driver here), -EEXIST (id taken), -EBUSY (span overlaps
 * another region), -ENOMEM, what dax_ops.region_added or the probe of @driver says. On an error
 * nothing is added; if the probe failed, watchers saw the device come and go.
 */
int dax_region_add(struct dax_model *model, const struct dax_region_config *config, int driver,
		   struct dax_region **out);

/* Region of that id, enabled or not; NULL. */
struct dax_region *dax_region_find(const struct dax_model *model, int id);

/**
 * dax_namespace_of() - the NVDIMM namespace that ndctl would make such a device of
 * @span:  of the device
 * @align: of the device, bytes
 *
 * It begins earlier, by what is kept in front of the data; or with it, where the machine's devices
 * below 4 GiB leave no room.
 */
struct dax_range dax_namespace_of(struct dax_range span, uint64_t align);

/**
 * dax_region_namespace() - the namespace that a static region is made of
 *
 * As dax_namespace_of(); but it begins with the span also where another region leaves no room. So
 * no two of them overlap. Other regions: their span.
 */
struct dax_range dax_region_namespace(const struct dax_region *region);

/* The static region whose namespace has all of the physical addresses @phys; NULL. */
struct dax_region *dax_namespace_find(const struct dax_model *model, struct dax_range phys);

/* Bytes no device owns. */
uint64_t dax_region_available(const struct dax_region *region);

/**
 * dax_region_create_dev() - add an empty device, with the lowest free id of the region
 * @value: what was written to `create`
 *
 * Return: 0, -EINVAL (not 1, static), -ENXIO (disabled), -ENOSPC (nothing available), -ENOMEM.
 * Source: Linux drivers/dax/bus.c, create_store().
 */
int dax_region_create_dev(struct dax_region *region, int value);

/**
 * dax_region_delete_dev() - remove an empty, unbound device other than Y=0
 *
 * Return: 0, -ENXIO (no such), -EBUSY (bound, sized or Y=0), -EINVAL (static).
 * Source: Linux drivers/dax/bus.c, delete_store().
 */
int dax_region_delete_dev(struct dax_region *region, struct dax_id id);

/**
 * dax_region_add_bad() - blocks of a static region fail
 * @range: multiples of DAX_BAD_BLOCK, bytes from the region's start
 *
 * Mappings made from now on are told (dax_dev_next_bad()).
 *
 * Return: 0, -EINVAL (dynamic, odd, empty, outside), -ENOSPC, -ENOMEM.
 */
int dax_region_add_bad(struct dax_region *region, struct dax_range range);

/**
 * dax_region_clear_bad() - blocks of a static region hold data again: zeros
 * @phys: physical addresses; what is not of its span has no bad blocks, what is good keeps its data
 *
 * Return: 0; -ENOSPC, -ENOMEM, see dax_bad_clear(); what dax_ops.zero says. On an error they stay
 * bad, whatever they hold.
 * Source: Linux drivers/nvdimm/bus.c, nvdimm_clear_badblocks_region(); the zeros are those that
 * pmem2_badblock_clear(3) promises, to firmware they are left open.
 */
int dax_region_clear_bad(struct dax_region *region, struct dax_range phys);

/* Whether some static region has ever had a bad block: then its bus has commands for them. */
bool dax_model_had_bad(const struct dax_model *model);

/* Searches all regions for bad blocks, which finds those that are known, and counts it. */
void dax_model_scrub(struct dax_model *model);

/**
 * dax_region_deep_flush() - true was written to `deep_flush`
 *
 * Return: 0, -EIO, what dax_fault_set() asked for.
 * Source: Linux drivers/nvdimm/region_devs.c, deep_flush_store().
 */
int dax_region_deep_flush(struct dax_region *region);

/**
 * dax_region_disable() - unbind the region's own driver: every device is unbound and removed,
 * youngest first
 *
 * Return: 0, -ENODEV (already).
 */
int dax_region_disable(struct dax_region *region);

/**
 * dax_region_enable() - bind the region's own driver: a fresh region with one device Y=0
 *
 * Return: 0, -EBUSY (already), -ENODEV (detached), -ENOMEM.
 */
int dax_region_enable(struct dax_region *region);

/**
 * dax_region_detach() - take the namespace from the nd dax device that holds it, which goes
 *
 * Return: 0, -EINVAL (dynamic), -EBUSY (enabled), -ENODEV (already).
 * Source: Linux drivers/nvdimm/claim.c, nd_detach_and_reset().
 */
int dax_region_detach(struct dax_region *region);

/**
 * dax_region_attach() - find the namespace made for device-dax: a new nd dax device, enabled
 *
 * Return: 0, -EBUSY (not detached), -ENOMEM (attached, but not enabled).
 * Source: Linux drivers/nvdimm/dax_devs.c, nd_dax_probe().
 */
int dax_region_attach(struct dax_region *region);

/* --- devices ------------------------------------------------------------------------------ */

/* mappingN of a device. */
struct dax_mapping {
	struct dax_range range;
	uint64_t pgoff; /* first page of the device that lies here */
};

/* The whole pages behind it: drivers go by page numbers, wherever in its page a range starts. */
static inline struct dax_range dax_mapping_pages(const struct dax_mapping *map)
{
	return (struct dax_range){ align_down(map->range.start, DAX_PAGE_SIZE), map->range.len };
}

struct dax_dev {
	struct dax_region *region;
	struct dax_id id;
	unsigned minor;
	uint64_t serial;	  /* unique in the model, never reused */
	uint64_t align;		  /* bytes */
	struct dax_mapping *maps; /* in page offset order; index is N of mappingN */
	size_t nr_maps;
	const struct dax_driver *driver; /* NULL while unbound */
	enum dax_driver_id opener; /* who serves its open files, or did until it was unbound */
	bool memmap_on_memory;
	bool deleted; /* no longer in the model; lives until the last reference */
	void *user;   /* the backing's, see struct dax_ops */
	/* private; atomic because opens take only the read side */
	atomic_uint refs;    /* the model's own, and dax_dev_get() */
	atomic_uint holders; /* open files, dax_dev_open() */
};

/* Device of that id, minor or serial; NULL. O(log n) or better. By minor and serial a deleted
 * device is found too, as long as anybody holds it. */
struct dax_dev *dax_dev_find(const struct dax_model *model, struct dax_id id);
struct dax_dev *dax_dev_by_minor(const struct dax_model *model, unsigned minor);
struct dax_dev *dax_dev_by_serial(const struct dax_model *model, uint64_t serial);

/* Keep a device across its deletion. Getting needs only the read side; putting needs the write
 * side, for the last one frees it. */
struct dax_dev *dax_dev_get(struct dax_dev *dev);
void dax_dev_put(struct dax_dev *dev);

/* Bytes: the sum of its ranges. */
uint64_t dax_dev_size(const struct dax_dev *dev);

/* Bound to device_dax: may be mapped. */
bool dax_dev_alive(const struct dax_dev *dev);

/**
 * dax_dev_resize() - set the size
 * @size: bytes, a multiple of max(align, DAX_SUBSECTION_SIZE)
 *
 * Return: 0, -EINVAL, -ENXIO (region disabled), -EBUSY (bound), -ENOSPC, -ENOMEM.
 * Source: Linux drivers/dax/bus.c, size_store(), dev_dax_resize().
 */
int dax_dev_resize(struct dax_dev *dev, uint64_t size);

/**
 * dax_dev_set_align() - set the alignment
 *
 * Return: 0, -EINVAL (no alignment of x86-64, or a range's length does not fit), -ENXIO, -EBUSY.
 * Source: Linux drivers/dax/bus.c, align_store().
 */
int dax_dev_set_align(struct dax_dev *dev, uint64_t align);

/**
 * dax_dev_add_mapping() - append a range of the caller's choice; the device may be bound
 *
 * Return: 0, -EINVAL (static), -ENXIO or 0 without effect (misaligned length, by profile), -EBUSY
 * (empty range, device has some), -ENOMEM (outside the region, or taken).
 * Source: Linux drivers/dax/bus.c, mapping_store().
 */
int dax_dev_add_mapping(struct dax_dev *dev, struct dax_range range);

/**
 * dax_dev_set_memmap_on_memory() - decide where kmem keeps its struct pages
 *
 * Return: 0, -EOPNOTSUPP (true without the model's memmap_on_memory), -EBUSY (kmem, would change).
 * Source: Linux drivers/dax/bus.c, memmap_on_memory_store().
 */
int dax_dev_set_memmap_on_memory(struct dax_dev *dev, bool on);

/**
 * dax_dev_open() - open(2) of the device file
 *
 * Succeeds while alive or bound to fsdev_dax; also while dead if somebody still holds it open, as
 * the kernel's cached character device does. Takes a reference, which dax_dev_put() gives back
 * after dax_dev_release(). Opening needs the read side, releasing no lock: from then on it is not
 * open.
 *
 * Return: 0, -ENXIO.
 * Source: Linux drivers/dax/super.c and device.c, dax_open(); tests/conformance, 35-live.
 */
int dax_dev_open(struct dax_dev *dev);
void dax_dev_release(struct dax_dev *dev);

/* What mmap(2) was asked for, on one open file. */
struct dax_map_request {
	uint64_t addr;	/* the address, when MAP_FIXED; checked against the alignment */
	uint64_t len;	/* bytes */
	uint64_t off;	/* bytes into the device */
	int prot;	/* PROT_* */
	int flags;	/* MAP_* */
	int open_flags; /* O_* of the open file, as F_GETFL gives them */
};

/**
 * dax_dev_check_map() - may this mapping be made?
 *
 * The whole policy of mmap(2), in the kernel's order of checks. The device's size is not looked
 * at: what lies beyond it faults.
 *
 * Return: 0, -EBADF (O_PATH), -EINVAL, -EOVERFLOW, -ENOMEM, -EACCES, -EOPNOTSUPP, -ENXIO (dead),
 * -ENODEV (fsdev_dax).
 * Source: Linux mm/mmap.c, do_mmap(), drivers/dax/device.c, check_vma(); tests/conformance,
 * 30-chardev.
 */
int dax_dev_check_map(const struct dax_dev *dev, const struct dax_map_request *request);

/**
 * dax_dev_next_bad() - what of a device an access should not touch
 * @off:  bytes into the device
 * @unit: of a page there, bytes, a power of two
 *
 * The lowest span of whole pages with a bad block in each that ends after @off; only static regions
 * have bad blocks, and their device is all of the region. Return: whether there is one.
 */
bool dax_dev_next_bad(const struct dax_dev *dev, uint64_t off, uint64_t unit,
		      struct dax_range *out);

/* --- drivers ------------------------------------------------------------------------------ */

struct dax_driver {
	enum dax_driver_id id;
	const char *name; /* device_dax, kmem, fsdev_dax */
	/* private */
	int (*probe)(struct dax_dev *dev);
	void (*remove)(struct dax_dev *dev);
};

/* The driver of that id, present or not. */
const struct dax_driver *dax_driver(enum dax_driver_id id);

/* Whether its module is loaded in @model (all of the profile's are, at first). */
bool dax_driver_loaded(const struct dax_model *model, enum dax_driver_id id);

/* Load (probes all unbound devices if autoprobe) or unload (unbinds its devices, forgets its ids)
 * the module. Return: 0 (also if so already), -ENODEV (profile lacks it), -EBUSY (unload with an
 * open device file). */
int dax_driver_load(struct dax_model *model, enum dax_driver_id id);
int dax_driver_unload(struct dax_model *model, enum dax_driver_id id);

/* Open device files, of dead devices too, that keep the driver's module loaded. */
unsigned dax_driver_opens(const struct dax_model *model, enum dax_driver_id id);

/**
 * dax_driver_bind() - the driver's `bind` file
 *
 * Return: 0, -ENODEV (does not match), -EBUSY (bound already), what probe says: -ENXIO (size 0),
 * -EBUSY (range in use), -EINVAL, -ENOMEM.
 * Source: Linux drivers/base/bus.c, bind_store(); drivers/dax/bus.c, dax_bus_probe().
 */
int dax_driver_bind(struct dax_dev *dev, enum dax_driver_id id);

/* The driver's `unbind` file. Return: 0, -ENODEV (not bound to this one). */
int dax_driver_unbind(struct dax_dev *dev, enum dax_driver_id id);

/**
 * dax_driver_new_id() - add to the driver's list, then bind every unbound device it matches
 *
 * Return: 0 (probe failures are ignored), -ENODEV (not loaded), -ENOMEM.
 * Source: Linux drivers/dax/bus.c, do_id_store().
 */
int dax_driver_new_id(struct dax_model *model, enum dax_driver_id id, struct dax_id dev);

/* Drop from the list; never unbinds. Fine if it was not in there. */
void dax_driver_remove_id(struct dax_model *model, enum dax_driver_id id, struct dax_id dev);

/* The bus's `drivers_probe`: try every matching driver on an unbound device. */
void dax_bus_probe(struct dax_dev *dev);

/* --- kmem: memory blocks ------------------------------------------------------------------ */

/* /sys/devices/system/memory/memoryN of hot-plugged device memory. */
struct dax_block {
	uint64_t index;	 /* physical address / block size */
	uint64_t serial; /* unique in the model, never reused, new whenever it is hot-plugged */
	int node;	 /* target node */
	bool online;
	enum dax_online_policy kind; /* ONLINE_KERNEL: zone Normal, ONLINE_MOVABLE: zone Movable,
				      * OFFLINE */
	bool memmap_on_memory;	     /* carries its own struct pages */
};

/* Block of that index, NULL. */
const struct dax_block *dax_block_find(const struct dax_model *model, uint64_t index);

/**
 * dax_block_default_kind() - the zone DAX_ONLINE would choose for an offline block
 *
 * Return: DAX_ONLINE_KERNEL or DAX_ONLINE_MOVABLE.
 * Source: Linux mm/memory_hotplug.c, default_zone_for_pfn().
 */
enum dax_online_policy dax_block_default_kind(const struct dax_model *model,
					      const struct dax_block *block);

/* Whether the node has a block of ours, or exists without us. */
bool dax_node_exists(const struct dax_model *model, int node);

/* Whether the node exists without us: the memory it has then decides its tier. */
bool dax_node_is_real(const struct dax_model *model, int node);

/**
 * dax_tier_has() - whether the node is in the memory tier of slow memory
 *
 * That is where the kernel puts nodes which get their first memory from kmem. The tier exists while
 * it has a node; dax_tier_exists().
 * Source: Linux mm/memory-tiers.c, set_node_memory_tier().
 */
bool dax_tier_has(const struct dax_model *model, int node);
bool dax_tier_exists(const struct dax_model *model);

/**
 * dax_block_set() - online a block (DAX_ONLINE lets the kernel choose the zone) or offline it
 *
 * Return: 0, -ENODEV (no such block), -EINVAL (already so), what dax_fault_set() asked for.
 * Source: Linux drivers/base/memory.c, state_store(); the `online` file turns -EINVAL into 0.
 */
int dax_block_set(struct dax_model *model, uint64_t index, enum dax_online_policy policy);

/* --- faults on request -------------------------------------------------------------------- */

/* Where the model fails when it is told to. */
enum dax_fault_point {
	DAX_FAULT_OFFLINE,    /* key: index of a block that is to go offline */
	DAX_FAULT_ONLINE,     /* key: index of a block that is to go online, also by the policy */
	DAX_FAULT_DEEP_FLUSH, /* key: id of a static region whose deep_flush is written */
};

struct dax_fault {
	enum dax_fault_point point;
	bool every;	/* whatever the key; one for the very key comes first */
	uint64_t key;	/* meaningless with @every */
	uint64_t count; /* how often it still happens; 0: until it is taken back */
	int error;	/* -errno */
};

/* Asks for a fault, in place of one at the same point for the same key. Return: 0, -ENOMEM. */
int dax_fault_set(struct dax_model *model, const struct dax_fault *fault);

/* Takes back that of @key, or with @every all of the point. Fine if there are none. */
void dax_fault_clear(struct dax_model *model, enum dax_fault_point point, bool every, uint64_t key);

/* --- iomem -------------------------------------------------------------------------------- */

/* A range reserved under a device's name: bound, or stuck after kmem. */
struct dax_claim {
	struct dax_range range; /* kmem: rounded to whole blocks */
	struct dax_id dev;
	uint64_t dev_serial;
	bool kmem;  /* has a child "System RAM (kmem)" */
	bool stuck; /* unbound with a block online: claimed for ever */
};

/* --- the model ---------------------------------------------------------------------------- */

/*
 * What the core needs from its surroundings. Every function may be NULL. Called with the write
 * side held. They must not call back into the model.
 */
struct dax_ops {
	/* Reserve memory for a region. 0 or -errno. */
	int (*region_added)(void *user, struct dax_region *region);
	/* Last use of @region; its devices are gone. */
	void (*region_gone)(void *user, struct dax_region *region);
	/* The device is about to become alive with its present ranges: make its memory ready. 0 or
	 * -errno, which probe returns. */
	int (*dev_up)(void *user, struct dax_dev *dev);
	/* The device died: when this returns, every old mapping faults and the bytes are safe. */
	void (*dev_down)(void *user, struct dax_dev *dev);
	/* Bytes of the region, physical, that were lost: they are zero from now on, whether its
	 * device is up or not. 0 or -errno. */
	int (*zero)(void *user, struct dax_region *region, struct dax_range phys);
	/* The device is deleted, though somebody may still hold it. */
	void (*dev_deleted)(void *user, struct dax_dev *dev);
	/* Last use of @dev: the last reference is gone. */
	void (*dev_free)(void *user, struct dax_dev *dev);
};

enum dax_action {
	DAX_ADD,
	DAX_REMOVE,
	DAX_BIND,
	DAX_UNBIND,
	DAX_ONLINE_EVENT,
	DAX_OFFLINE_EVENT,
};

enum dax_object {
	DAX_OBJ_DEV,
	DAX_OBJ_REGION,
	DAX_OBJ_BLOCK,
	DAX_OBJ_NODE,
	DAX_OBJ_TIER, /* the one of slow memory */
	DAX_OBJ_DRIVER,
};

/* One uevent, in the kernel's order. Which of the pointers is valid follows from @object. */
struct dax_event {
	enum dax_action action;
	enum dax_object object;
	const struct dax_dev *dev;
	const struct dax_region *region;
	uint64_t block; /* index */
	int node;	/* the node, or the block's */
	enum dax_driver_id driver;
};

/*
 * A front-end that follows the model. Called with the write side held, after the change; must not
 * call back into the model, and must not wait for anything.
 */
struct dax_watcher {
	/* What the kernel would send to udev. */
	void (*event)(void *user, const struct dax_event *event);
	/* Attributes, mappings or the driver link of a device changed. */
	void (*dev_changed)(void *user, const struct dax_dev *dev);
	/* Blocks of a static region failed, or were cleared, even if there were none. */
	void (*bad_changed)(void *user, const struct dax_region *region);
	/* A search for bad blocks is over. */
	void (*scrubbed)(void *user);
	void *user;
	struct dax_watcher *next; /* private */
};

struct dax_model_config {
	const struct dax_profile *profile;
	uint64_t memblock_size;		    /* bytes, a power of two >= 2M */
	enum dax_online_policy auto_online; /* what happens to new blocks */
	bool memmap_on_memory;		    /* the memory_hotplug module parameter */
	uint64_t online_nodes;		    /* bit N: node N exists without us */
	const struct dax_ops *ops;	    /* kept; may be NULL */
	void *user;			    /* first argument of @ops */
};

struct dax_model {
	struct dax_model_config config; /* auto_online is written by the auto_online_blocks file */
	bool autoprobe;			/* drivers_autoprobe */
	bool region_idle;		/* dax_hmem's parameter, used by the next enable */
	unsigned scrubs;		/* searches for bad blocks, see dax_model_scrub() */
	struct dax_region **regions;	/* by age */
	size_t nr_regions;
	struct dax_block *blocks; /* by index */
	size_t nr_blocks;
	struct dax_claim *claims; /* by address */
	size_t nr_claims;
	struct dax_fault *faults; /* asked for, not yet used up; by age */
	size_t nr_faults;
	struct dax_watcher *watchers;
	struct dax_model_priv *priv;
};

/* Return: 0, -EINVAL (block size), -ENOMEM. @config is copied. */
int dax_model_new(struct dax_model **out, const struct dax_model_config *config);

/* Removes everything, without events, whoever holds a device; dev_down, dev_free and region_gone
 * are called. */
void dax_model_free(struct dax_model *model);

/* @watcher is the caller's and must outlive the model. */
void dax_model_watch(struct dax_model *model, struct dax_watcher *watcher);
