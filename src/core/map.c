/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who may map what: mmap(2) on a device file, in the kernel's order of checks. Source: Linux
 * mm/mmap.c, do_mmap(); drivers/dax/device.c, check_vma().
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "base/util.h"
#include "core/internal.h"

/* Absent from some libcs' headers. Values of the kernel's x86-64 ABI. */
enum {
	KERNEL_MAP_TYPE = 0x0f,
	KERNEL_MAP_ABOVE4G = 0x80,
	KERNEL_MAP_SYNC = 0x080000,
	KERNEL_MAP_FIXED_NOREPLACE = 0x100000,
	KERNEL_MAP_SHARED_VALIDATE = 0x03,
};

/* Source: Linux include/linux/mman.h, LEGACY_MAP_MASK. */
static const unsigned legacy_flags = MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS |
				     MAP_DENYWRITE | MAP_EXECUTABLE | MAP_GROWSDOWN | MAP_LOCKED |
				     MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK |
				     MAP_HUGETLB | MAP_32BIT | KERNEL_MAP_ABOVE4G |
				     21u << 26 /* MAP_HUGE_2MB */ | 30u << 26 /* MAP_HUGE_1GB */;

/* User addresses with four-level page tables. Source: Linux TASK_SIZE. */
#define TASK_END ((UINT64_C(1) << 47) - DAX_PAGE_SIZE)

static bool is_fixed(const struct dax_map_request *request)
{
	return request->flags & (MAP_FIXED | KERNEL_MAP_FIXED_NOREPLACE);
}

/* Bytes rounded up to pages; 0 when that does not fit. */
static uint64_t page_len(const struct dax_map_request *request)
{
	return align_up(request->len, DAX_PAGE_SIZE);
}

/* What every file answers, before the type of mapping matters. */
static int check_place(const struct dax_map_request *request)
{
	uint64_t len = page_len(request);

	if (!is_aligned(request->off, DAX_PAGE_SIZE))
		return -EINVAL;
	if (request->open_flags & O_PATH)
		return -EBADF;
	if ((request->flags & MAP_HUGETLB) || !request->len)
		return -EINVAL;
	if (!len || len > TASK_END)
		return -ENOMEM;
	if (is_fixed(request) && request->addr > TASK_END - len)
		return -ENOMEM;
	if (is_fixed(request) && !is_aligned(request->addr, DAX_PAGE_SIZE))
		return -EINVAL;
	return request->off > UINT64_MAX - len ? -EOVERFLOW : 0;
}

static bool file_readable(const struct dax_map_request *request)
{
	int mode = request->open_flags & O_ACCMODE;

	return mode == O_RDONLY || mode == O_RDWR;
}

static bool file_writable(const struct dax_map_request *request)
{
	int mode = request->open_flags & O_ACCMODE;

	return mode == O_WRONLY || mode == O_RDWR;
}

/* Shared mappings: flags the file does not know, and the right to write. */
static int check_shared(const struct dax_map_request *request, unsigned known_flags)
{
	bool validate = (request->flags & KERNEL_MAP_TYPE) == KERNEL_MAP_SHARED_VALIDATE;

	if (validate && ((unsigned)request->flags & ~known_flags))
		return -EOPNOTSUPP;
	return (request->prot & PROT_WRITE) && !file_writable(request) ? -EACCES : 0;
}

static int check_type(const struct dax_map_request *request, unsigned known_flags)
{
	int r = 0;

	switch (request->flags & KERNEL_MAP_TYPE) {
	case MAP_SHARED:
	case KERNEL_MAP_SHARED_VALIDATE:
		r = check_shared(request, known_flags);
		break;
	case MAP_PRIVATE:
		break;
	default:
		return -EINVAL;
	}
	if (r == 0 && !file_readable(request))
		r = -EACCES;
	return r;
}

/* Source: Linux drivers/dax/device.c, check_vma(). */
static int check_device(const struct dax_dev *dev, const struct dax_map_request *request)
{
	uint64_t start = is_fixed(request) ? request->addr : request->off;

	if (!dax_dev_alive(dev))
		return -ENXIO;
	if ((request->flags & KERNEL_MAP_TYPE) == MAP_PRIVATE)
		return -EINVAL;
	/* An address the kernel chooses is congruent to the offset. */
	return is_aligned(start | page_len(request), dev->align) ? 0 : -EINVAL;
}

int dax_dev_check_map(const struct dax_dev *dev, const struct dax_map_request *request)
{
	bool fsdev = dev->driver && dev->driver->id == DAX_FSDEV_DAX;
	int r = check_place(request);

	if (r == 0)
		r = check_type(request, fsdev ? legacy_flags : legacy_flags | KERNEL_MAP_SYNC);
	if (r < 0)
		return r;
	if (fsdev)
		return -ENODEV;
	if (request->flags & MAP_GROWSDOWN)
		return -EINVAL;
	return check_device(dev, request);
}
