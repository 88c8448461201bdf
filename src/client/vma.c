/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The process's own dax mappings. See vma.h.
 *
 * Slots live in hash buckets. An entry's bucket comes from its start, counted in units of the
 * smallest size class not below its length, so it reaches at most into the next unit; a lookup
 * visits, for each class in use, the units it touches and the one before. A slot is guarded by a
 * sequence number: odd while one writer changes it; nobody ever waits, an odd slot is absent.
 */
#include "client/vma.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "client/anchor.h"
#include "client/sys.h"

enum {
	NR_CLASSES = 5,
	NR_BUCKETS = 1024, /* a power of two */
	INLINE_SLOTS = 4,
	PAGE = 4096,
};

/* log2 of the size classes. */
static const uint8_t class_shift[NR_CLASSES] = { 21, 27, 33, 40, 63 };

struct slot {
	_Atomic uint32_t seq;
	_Atomic uint64_t info;	/* align, profile, advice, device number, anchor */
	_Atomic uint64_t start; /* 0 while free */
	_Atomic uint64_t end;
	_Atomic uint64_t off;
};

/* Slots side by side; @used is never too low, and 0 lets a search pass by. */
struct group {
	struct block *_Atomic next;
	_Atomic uint32_t used;
};

/* More slots of a bucket, one page; never given back. */
struct block {
	struct group group;
	struct slot slots[(PAGE - sizeof(struct group)) / sizeof(struct slot)];
};

struct bucket {
	struct group group;
	struct slot slots[INLINE_SLOTS];
};

static struct bucket buckets[NR_BUCKETS];
static _Atomic uint32_t count;
static _Atomic uint32_t class_count[NR_CLASSES];

/* Walks the groups of one bucket. */
struct walk {
	struct group *group;
	struct slot *slots;
	size_t count;
};

static struct walk walk_start(struct bucket *bucket)
{
	return (struct walk){ &bucket->group, bucket->slots, INLINE_SLOTS };
}

/* Return: whether there is another group. */
static bool walk_next(struct walk *walk)
{
	struct block *block = atomic_load_explicit(&walk->group->next, memory_order_acquire);

	if (!block)
		return false;
	*walk = (struct walk){ &block->group, block->slots,
			       sizeof(block->slots) / sizeof(block->slots[0]) };
	return true;
}

static uint64_t info_pack(const struct vma *vma)
{
	return vma->align | (uint64_t)vma->profile << 8 | (uint64_t)vma->advice << 16 |
	       (uint64_t)vma->dev.major << 24 | (uint64_t)vma->dev.minor << 36 |
	       (uint64_t)vma->anchor << 56;
}

static void info_unpack(struct vma *vma, uint64_t info)
{
	vma->align = (uint8_t)info;
	vma->profile = (uint8_t)(info >> 8);
	vma->advice = (uint8_t)(info >> 16);
	vma->dev.major = (unsigned)(info >> 24) & 0xfff;
	vma->dev.minor = (unsigned)(info >> 36) & 0xfffff;
	vma->anchor = (uint8_t)(info >> 56);
}

/*
 * A word is stored after the odd sequence number (release) and loaded before the number is looked
 * at again (acquire): who sees a new word also sees that the number has moved on.
 */
#define LOAD(word)	   atomic_load_explicit(&(word), memory_order_acquire)
#define STORE(word, value) atomic_store_explicit(&(word), (value), memory_order_release)

/* A consistent copy of a slot. Return: false if it is free or being written. */
static bool slot_read(struct slot *slot, struct vma *out, uint32_t *seq)
{
	*seq = LOAD(slot->seq);
	out->start = LOAD(slot->start);
	if (*seq & 1 || !out->start)
		return false;
	out->end = LOAD(slot->end);
	out->off = LOAD(slot->off);
	info_unpack(out, LOAD(slot->info));
	return LOAD(slot->seq) == *seq;
}

/* Replaces what the slot held at @seq; @vma->start is 0 to free it. Return: whether it still did.
 */
static bool slot_write(struct slot *slot, uint32_t seq, const struct vma *vma)
{
	if (!atomic_compare_exchange_strong_explicit(&slot->seq, &seq, seq + 1,
						     memory_order_acq_rel, memory_order_relaxed))
		return false;
	STORE(slot->start, vma->start);
	STORE(slot->end, vma->end);
	STORE(slot->off, vma->off);
	STORE(slot->info, info_pack(vma));
	STORE(slot->seq, seq + 2);
	return true;
}

static unsigned class_of(uint64_t len)
{
	unsigned class = 0;

	while (len > UINT64_C(1) << class_shift[class])
		class ++;
	return class;
}

static struct bucket *bucket_of(unsigned class, uint64_t unit)
{
	uint64_t hash = (unit * NR_CLASSES + class) * UINT64_C(0x9e3779b97f4a7c15);

	return &buckets[hash >> 54 & (NR_BUCKETS - 1)];
}

static void counted(unsigned class, int by)
{
	atomic_fetch_add_explicit(&count, (uint32_t)by, memory_order_relaxed);
	atomic_fetch_add_explicit(&class_count[class], (uint32_t)by, memory_order_relaxed);
}

unsigned vma_count(void)
{
	return atomic_load_explicit(&count, memory_order_relaxed);
}

/* Appends a block to the last group, which @walk has reached. Return: 0, -ENOMEM. */
static int walk_extend(struct walk *walk)
{
	struct block *none = NULL;
	long page = sys_mmap(0, sizeof(struct block), PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (sys_error(page))
		return -ENOMEM;
	if (!atomic_compare_exchange_strong(&walk->group->next, &none, (struct block *)page))
		sys_munmap((uintptr_t)page, sizeof(struct block));
	return 0;
}

static bool slot_take(struct slot *slot, const struct vma *vma)
{
	uint32_t seq = LOAD(slot->seq);

	if (seq & 1 || LOAD(slot->start))
		return false;
	return slot_write(slot, seq, vma);
}

/* Return: whether the group had a free slot. */
static bool group_take(struct walk *walk, const struct vma *vma)
{
	atomic_fetch_add_explicit(&walk->group->used, 1, memory_order_relaxed);
	for (size_t i = 0; i < walk->count; i++)
		if (slot_take(&walk->slots[i], vma))
			return true;
	atomic_fetch_sub_explicit(&walk->group->used, 1, memory_order_relaxed);
	return false;
}

/* Gives the table the reference to @vma->anchor. */
static int insert(const struct vma *vma)
{
	unsigned class = class_of(vma->end - vma->start);
	struct walk walk = walk_start(bucket_of(class, vma->start >> class_shift[class]));

	counted(class, 1);
	while (!group_take(&walk, vma)) {
		if (walk_next(&walk))
			continue;
		if (walk_extend(&walk) < 0) {
			counted(class, -1);
			anchor_put(vma->anchor);
			return -ENOMEM;
		}
		walk_next(&walk);
	}
	return 0;
}

/* An entry and where it was found. */
struct found {
	struct vma vma;
	struct group *group;
	struct slot *slot;
	uint32_t seq;
};

static void search_group(struct walk *walk, uint64_t from, uint64_t to, struct found *best)
{
	struct found at = { .group = walk->group };

	for (size_t i = 0; i < walk->count; i++) {
		at.slot = &walk->slots[i];
		if (slot_read(at.slot, &at.vma, &at.seq) && at.vma.start < to &&
		    at.vma.end > from && (!best->slot || at.vma.start < best->vma.start))
			*best = at;
	}
}

/* Keeps in @best the lowest entry of the bucket that overlaps [from, to). */
static void search_bucket(struct bucket *bucket, uint64_t from, uint64_t to, struct found *best)
{
	struct walk walk = walk_start(bucket);

	do {
		if (atomic_load_explicit(&walk.group->used, memory_order_relaxed))
			search_group(&walk, from, to, best);
	} while (walk_next(&walk));
}

static void search_class(unsigned class, uint64_t from, uint64_t to, struct found *best)
{
	uint64_t first = from >> class_shift[class];
	uint64_t last = (to - 1) >> class_shift[class];

	first -= first > 0;
	for (uint64_t unit = first; unit <= last; unit++)
		search_bucket(bucket_of(class, unit), from, to, best);
}

static void search_all(uint64_t from, uint64_t to, struct found *best)
{
	for (struct bucket *bucket = buckets; bucket < buckets + NR_BUCKETS; bucket++)
		search_bucket(bucket, from, to, best);
}

static bool search(uint64_t from, uint64_t to, struct found *best)
{
	best->slot = NULL;
	if (!vma_count() || from >= to)
		return false;
	if ((to - from) >> class_shift[0] > NR_BUCKETS / 4) {
		search_all(from, to, best);
		return best->slot;
	}
	for (unsigned class = 0; class < NR_CLASSES; class ++)
		if (atomic_load_explicit(&class_count[class], memory_order_relaxed))
			search_class(class, from, to, best);
	return best->slot;
}

bool vma_next(uint64_t from, uint64_t to, struct vma *out)
{
	struct found found;

	if (!search(from, to, &found))
		return false;
	*out = found.vma;
	return true;
}

struct vma vma_clip(struct vma vma, uint64_t from, uint64_t to)
{
	if (from > vma.start) {
		vma.off += from - vma.start;
		vma.start = from;
	}
	if (to < vma.end)
		vma.end = to;
	return vma;
}

static int insert_part(const struct vma *vma, uint64_t from, uint64_t to)
{
	struct vma part = vma_clip(*vma, from, to);

	part.anchor = anchor_get(vma->anchor);
	return insert(&part);
}

/* Puts back what reaches beyond [from, to). Its loss for want of memory loses a hint. */
static void insert_rest(const struct vma *vma, uint64_t from, uint64_t to)
{
	if (vma->start < from)
		insert_part(vma, vma->start, from);
	if (vma->end > to)
		insert_part(vma, to, vma->end);
}

void vma_erase(uint64_t from, uint64_t to)
{
	static const struct vma none;
	struct found found;

	while (search(from, to, &found)) {
		if (!slot_write(found.slot, found.seq, &none))
			continue; /* another thread was at it, which is progress */
		atomic_fetch_sub_explicit(&found.group->used, 1, memory_order_relaxed);
		insert_rest(&found.vma, from, to);
		anchor_put(found.vma.anchor);
		counted(class_of(found.vma.end - found.vma.start), -1);
	}
}

int vma_add(const struct vma *vma)
{
	uint8_t anchor;
	int r;

	if (!vma->start)
		return 0;		  /* a free slot's mark: the mapping at 0 goes without */
	anchor = anchor_get(vma->anchor); /* before the last entry that has it goes */
	vma_erase(vma->start, vma->end);
	r = insert_part(vma, vma->start, vma->end);
	anchor_put(anchor);
	return r;
}
