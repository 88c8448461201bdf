/* SPDX-License-Identifier: BSD-3-Clause */
/* What keeps a device file open as long as it is mapped. See anchor.h. */
#include "client/anchor.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "client/sys.h"

enum { PAGE = 4096 };

/* How @uses counts: who holds a slot BUSY fills or empties it; what is above are references. */
enum { FREE, BUSY, ONE_REFERENCE };

static struct {
	_Atomic uint32_t uses;
	uint64_t page; /* address */
} slots[ANCHOR_MAX + 1];

/* Return: a slot that is now BUSY, or ANCHOR_NONE. */
static uint8_t take_slot(void)
{
	for (unsigned i = 1; i <= ANCHOR_MAX; i++) {
		uint32_t uses = FREE;

		if (atomic_compare_exchange_strong(&slots[i].uses, &uses, BUSY))
			return (uint8_t)i;
	}
	return ANCHOR_NONE;
}

uint8_t anchor_new(int fd)
{
	uint8_t anchor = take_slot();
	long page;

	if (!anchor)
		return ANCHOR_NONE;
	page = sys_mmap(0, PAGE, PROT_NONE, MAP_PRIVATE, fd, 0);
	if (sys_error(page)) {
		atomic_store(&slots[anchor].uses, FREE);
		return ANCHOR_NONE;
	}
	slots[anchor].page = (uintptr_t)page;
	atomic_store(&slots[anchor].uses, ONE_REFERENCE);
	return anchor;
}

/* Adds @by to the references of a slot that has some. Return: whether it had. */
static bool count(uint8_t anchor, int by, uint32_t *uses)
{
	*uses = atomic_load(&slots[anchor].uses);
	while (*uses >= ONE_REFERENCE)
		if (atomic_compare_exchange_weak(&slots[anchor].uses, uses, *uses + (uint32_t)by))
			return true;
	return false;
}

uint8_t anchor_get(uint8_t anchor)
{
	uint32_t uses;

	return anchor && count(anchor, 1, &uses) ? anchor : ANCHOR_NONE;
}

void anchor_put(uint8_t anchor)
{
	uint32_t uses;

	if (!anchor || !count(anchor, -1, &uses) || uses != ONE_REFERENCE)
		return;
	sys_munmap(slots[anchor].page, PAGE);
	atomic_store(&slots[anchor].uses, FREE);
}
