/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Puts a page into a file of huge pages together with its bytes, by userfaultfd(2), and without it
 * as well as it goes. See huge.h.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "backing/huge.h"
#include "base/log.h"

/* Of putting a page in before a client who hammers it is given zeros. */
#define MAX_TRIES 200

int huge_uffd(void)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_MISSING_HUGETLBFS };
	_cleanup_fd_ int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) < 0) {
		log_debug("backing", "no userfaultfd: %s", strerror(errno));
		return -1;
	}
	return steal_fd(&fd);
}

/* Mapped for writing, a file grows to the end of the mapping, hence PROT_READ first. */
void *huge_map_page(int fd, uint64_t off, int prot)
{
	void *map = mmap(NULL, HUGE, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, (off_t)off);

	if (map != MAP_FAILED && prot != PROT_READ && mprotect(map, HUGE, prot) < 0) {
		munmap(map, HUGE);
		return MAP_FAILED;
	}
	return map;
}

static int watch_page(int uffd, const void *map)
{
	struct uffdio_register area = {
		.range = { (uintptr_t)map, HUGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	return ioctl(uffd, UFFDIO_REGISTER, &area) < 0 ? -errno : 0;
}

/* A page of the file, complete before anybody sees it. -EEXIST: somebody was faster. */
static int insert_page(int uffd, const void *bytes, const void *map)
{
	struct uffdio_copy copy = {
		.dst = (uintptr_t)map,
		.src = (uintptr_t)bytes,
		.len = HUGE,
	};

	while (ioctl(uffd, UFFDIO_COPY, &copy) < 0)
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
	return 0;
}

/*
 * A client touched the page between the growth of the file and its insertion, and was given zeros.
 * Take the page away again; what is not zero in it he stored.
 */
static int take_back(struct backing_dev *dev, const void *map, uint64_t *bytes)
{
	uint64_t *got = dev->region->scratch;
	int r = pins_take(dev->region->pins, map, HUGE) < HUGE ? -EFAULT : 0;

	if (ftruncate(dev->file.fd, (off_t)dev->len) < 0)
		r = -errno;
	if (r < 0) {
		pins_drop(dev->region->pins);
		return r;
	}
	r = pins_to_memory(dev->region->pins, got, HUGE);
	for (size_t i = 0; !r && i < HUGE / sizeof(*got); i++)
		if (got[i])
			bytes[i] = got[i];
	return r;
}

static int try_append(struct backing_dev *dev, uint64_t *bytes)
{
	void *map;
	int r = huge_reserve_in(&dev->region->huge->reserve, dev->file.fd, dev->len, 1);

	if (r < 0)
		return r;
	map = huge_map_page(dev->file.fd, dev->len, PROT_READ);
	if (map == MAP_FAILED)
		return -errno;
	/* A source that is not mapped would cost a second copy. */
	(void)*(volatile uint64_t *)bytes;
	r = watch_page(dev->region->huge->uffd, map);
	if (!r && ftruncate(dev->file.fd, (off_t)(dev->len + HUGE)) < 0)
		r = -errno;
	if (!r)
		r = insert_page(dev->region->huge->uffd, bytes, map);
	if (r == -EEXIST && !take_back(dev, map, bytes))
		r = -EAGAIN;
	munmap(map, HUGE);
	return r;
}

/* Without userfaultfd: old mappings may see zeros for some 100 us. */
static int append_plainly(struct backing_dev *dev, uint64_t store_off)
{
	ssize_t n;
	void *map;
	int r = huge_reserve_in(&dev->region->huge->reserve, dev->file.fd, dev->len, 1);

	if (r < 0)
		return r;
	if (ftruncate(dev->file.fd, (off_t)(dev->len + HUGE)) < 0)
		return -errno;
	map = huge_map_page(dev->file.fd, dev->len, PROT_READ | PROT_WRITE);
	if (map == MAP_FAILED)
		return -errno;
	n = pread(dev->region->store.fd, map, HUGE, (off_t)store_off);
	r = n == (ssize_t)HUGE ? 0 : n < 0 ? -errno : -EIO;
	munmap(map, HUGE);
	return r;
}

int huge_append(struct backing_dev *dev, uint64_t store_off)
{
	uint64_t *bytes;
	int r = -EAGAIN;

	if (dev->region->huge->uffd < 0)
		return append_plainly(dev, store_off);
	bytes = huge_map_page(dev->region->store.fd, store_off, PROT_READ | PROT_WRITE);
	if (bytes == MAP_FAILED)
		return -errno;
	for (int i = 0; r == -EAGAIN && i < MAX_TRIES; i++)
		r = try_append(dev, bytes);
	munmap(bytes, HUGE);
	return r == -EAGAIN ? append_plainly(dev, store_off) : r;
}
