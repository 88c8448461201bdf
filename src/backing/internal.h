/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of this directory share: regions, devices and the three kinds of memory. */
#pragma once

#include <stdatomic.h>
#include <sys/queue.h>

#include "backing/backing.h"
#include "backing/extent.h"
#include "backing/memfile.h"
#include "backing/pins.h"
#include "base/util.h"

/* As many pages as the pipes hold. */
#define CHUNK_BYTES   (16 * MIB)
#define MAX_EXTENTS   (CHUNK_BYTES / 4096)
#define SCRATCH_BYTES (2 * MIB)
/* Of the scratch memory, what the processor's cache holds beside other things. */
#define CACHE_BYTES (128 * KIB)

/*
 * A kind of memory. Offsets are bytes into the device's file and into the store, whose index is
 * address - span.start. Functions return 0 or -errno unless they say otherwise.
 */
struct huge;
struct userfile;

struct medium {
	uint64_t page_size;
	uint64_t chunk; /* bytes that move at a time */
	/* Sets the sentence on failure. */
	int (*region_open)(struct backing_region *region,
			   const struct backing_region_config *config, struct backing_error *error);
	void (*region_close)(struct backing_region *region);
	int (*dev_open)(struct backing_dev *dev, const char *name);
	void (*dev_close)(struct backing_dev *dev);

	/* The first data of the store at or after @from. */
	bool (*next)(const struct backing_region *region, uint64_t from, uint64_t end,
		     struct extent *out);
	/* The first data of a device's file at or after @from, which is at @store_off. NULL: the
	 * file itself knows. */
	bool (*dev_next)(const struct backing_dev *dev, uint64_t store_off, uint64_t from,
			 uint64_t end, struct extent *out);

	/* Before bytes go into the file. 1: they are all there, leave it alone. May be NULL. */
	int (*up_begin)(struct backing_dev *dev, uint64_t size);
	/* Appends bytes of the store to the device's file and frees them there. */
	int (*fill)(struct backing_dev *dev, uint64_t store_off, uint64_t len);
	/* Appends a hole to the device's file. */
	int (*extend)(struct backing_dev *dev, uint64_t len);
	/* All bytes are in the file. May be NULL. */
	int (*up_end)(struct backing_dev *dev);

	/* Before the file is cut. Not 0: leave it alone. May be NULL. */
	int (*down_begin)(struct backing_dev *dev);
	/* From now on no page is added to the device's file. @start: bytes; dev_next() tells what
	 * is data from there on. NULL, or -errno: that cannot be had, or not now. */
	int (*freeze)(struct backing_dev *dev, uint64_t start);
	/* Pages may be added again. */
	void (*thaw)(struct backing_dev *dev);
	/* A freeze takes so long that few holes are rather pinned. */
	bool slow_freeze;
	/* Takes this many pinned bytes into the store. */
	int (*save)(struct backing_dev *dev, uint64_t store_off, uint64_t len);
	/* Takes these bytes into the store; what they replace is a hole. */
	int (*save_bytes)(struct backing_dev *dev, uint64_t store_off, const void *bytes,
			  uint64_t len);
	/* The same without pins, when nobody can write. */
	int (*copy)(struct backing_dev *dev, uint64_t off, uint64_t store_off, uint64_t len);
	/* The file is this much shorter, and its bytes are saved. May be NULL. */
	void (*after_cut)(struct backing_dev *dev, uint64_t len);
	/* May be NULL. */
	void (*down_end)(struct backing_dev *dev);

	/* Bytes of the store, or of a device's file that is up, become zero. */
	int (*zero)(struct backing_region *region, int fd, uint64_t off, uint64_t len);
};

extern const struct medium medium_mem;
extern const struct medium medium_huge;
extern const struct medium medium_user;

struct backing_region {
	const struct medium *medium;
	struct dax_range span;
	int numa_node;
	int memfs_fd; /* lent */
	struct pins *pins;
	struct extent *extents; /* MAX_EXTENTS, for the revoke */
	void *scratch;		/* SCRATCH_BYTES */
	struct memfile store;
	struct huge *huge;     /* medium_huge only */
	struct userfile *user; /* medium_user only */
	LIST_HEAD(, backing_dev) devs;
	struct backing_dev *user_dev; /* the one that has the file */
	bool unsynced;		      /* medium_user only: the store is not on the disk */
};

struct backing_dev {
	LIST_ENTRY(backing_dev) list; /* of the region's devices */
	struct backing_region *region;
	struct memfile file;
	int grant_rw; /* what clients get */
	int grant_ro;
	struct dax_range *ranges;
	size_t nr_ranges;
	bool splice_data;  /* splice(2) holds pages of its file that are there, not copies */
	bool splice_holes; /* and makes those that are not */
	bool up;
	bool unfreezable;    /* until it is up again */
	uint64_t len;	     /* bytes of the file that are in use, also while it grows or shrinks */
	atomic_bool granted; /* somebody may have it mapped */
	atomic_bool writable; /* and may write */
};

/* Moves the device's bytes to the store and cuts its file to nothing, from the end. */
void dev_revoke(struct backing_dev *dev);

/* struct medium's next() for files that know their holes. */
bool medium_next(const struct backing_region *region, uint64_t from, uint64_t end,
		 struct extent *out);

/* struct medium's extend() for files that ftruncate(2) can grow. */
int medium_extend(struct backing_dev *dev, uint64_t len);

/* struct medium's zero() for files that know their holes, which stay. */
int medium_zero(struct backing_region *region, int fd, uint64_t off, uint64_t len);

/* Fills error->text; returns -@err. */
int backing_refuse(struct backing_error *error, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
