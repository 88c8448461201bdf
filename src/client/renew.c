/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mappings whose bad blocks were cleared by their own program: it may use them again, as on
 * hardware. They are made anew in place, without the pages that are still bad. See map.h.
 */
#include "client/map.h"

#include <stdbool.h>
#include <linux/ndctl.h>
#include <sys/ioctl.h>

#include "client/anchor.h"
#include "client/maps.h"
#include "client/sys.h"
#include "client/vma.h"

static int open_twin(struct route_dev dev)
{
	char path[ROUTE_PATH_MAX];
	int fd;

	route_twin_path(dev, path);
	fd = sys_openat(AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
	return fd >= 0 ? fd : sys_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
}

/* The part of @vma from @at on that has one protection: bad pages do not end it. */
static bool same_prot(const struct vma *vma, uint64_t at, struct map_want *out)
{
	struct maps_line line;
	uint64_t end = at;

	*out = (struct map_want){ .addr = at,
				  .off = vma->off + (at - vma->start),
				  .flags = MAP_SHARED | MAP_FIXED };
	while (end < vma->end && maps_find(end, &line) == MAPS_YES &&
	       (end == at || line.prot == out->prot)) {
		out->prot = line.prot;
		end = line.end < vma->end ? line.end : vma->end;
	}
	out->len = end - at;
	return end > at;
}

/* What was mapped anew goes on to keep open the file that it kept before. */
static void keep_file(const struct map_want *want, uint8_t anchor)
{
	struct vma vma;

	if (!anchor || !vma_next(want->addr, want->addr + want->len, &vma))
		return;
	vma.anchor = anchor;
	vma_add(&vma);
}

/* What cannot be made anew stays as it is. */
static void renew(const struct vma *vma)
{
	uint8_t anchor = anchor_get(vma->anchor);
	int fd = open_twin(vma->dev);
	struct map_want want;

	for (uint64_t at = vma->start; fd >= 0 && same_prot(vma, at, &want); at += want.len)
		if (!sys_error(map_device(&want, fd, vma->dev)))
			keep_file(&want, anchor);
	anchor_put(anchor);
	if (fd >= 0)
		sys_close(fd);
}

void map_ioctl(unsigned long request)
{
	struct vma vma;

	/* As the kernel does: callers keep it in an int, too. */
	if ((uint32_t)request != ND_IOCTL_CLEAR_ERROR)
		return;
	for (uint64_t at = 0; vma_next(at, UINT64_MAX, &vma); at = vma.end)
		if (vma.advice & VMA_BAD)
			renew(&vma);
}
