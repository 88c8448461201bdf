/* SPDX-License-Identifier: BSD-3-Clause */
/* Access to mapped device memory, and to what is not there. */
#include "chardev.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report.h"
#include "touch.h"

static void inside(int fd)
{
	size_t A = target.align;
	/* With nothing behind it. */
	char *p = mmap(free_area(4 * A), 2 * A, RW, MAP_SHARED | MAP_FIXED, fd, 0);

	report("fault.read0", "%s", touch(p, READ_BYTE, p));
	report("fault.write0", "%s", touch(p, WRITE_BYTE, p));
	report("fault.write.last", "%s", touch(p + 2 * A - 1, WRITE_BYTE, p));
	report("fault.past.vma", "%s", touch(p + 2 * A, READ_BYTE, p));
	munmap(p, 2 * A);
}

static void through_two_mappings(int fd)
{
	size_t A = target.align, off = target.size >= 2 * A ? A : 0;
	int ro = target_open(O_RDONLY);
	char *p = target_map(fd, 2 * A, 0, 0);
	char *q = mmap(NULL, A, PROT_READ, MAP_SHARED, ro, (off_t)off);

	p[off] = 'b';
	report("fault.coherent", "%s", q[0] == 'b' ? "yes" : "no");
	report("fault.ro.write", "%s", touch(q, WRITE_BYTE, q));
	munmap(q, A);
	munmap(p, 2 * A);
	close(ro);
}

static void against_protection(int fd)
{
	size_t A = target.align;
	char *p = mmap(NULL, A, PROT_WRITE, MAP_SHARED, fd, 0);

	report("fault.wronly.read", "%s", touch(p, READ_BYTE, p));
	munmap(p, A);
	p = mmap(NULL, A, PROT_NONE, MAP_SHARED, fd, 0);
	report("fault.none.read", "%s", touch(p, READ_BYTE, p));
	munmap(p, A);
}

/* Half of the mapping lies beyond the device. */
static void across_the_end(int fd)
{
	size_t A = target.align;
	char *p = target_map(fd, 2 * A, (off_t)(target.size - A), 0);

	if (p == MAP_FAILED)
		return;
	report("fault.tail.in", "%s", touch(p, WRITE_BYTE, p));
	report("fault.tail.in.last", "%s", touch(p + A - 1, WRITE_BYTE, p));
	report("fault.tail.out", "%s", touch(p + A, READ_BYTE, p));
	report("fault.tail.out+123", "%s", touch(p + A + 123, WRITE_BYTE, p));
	report("fault.tail.out.last", "%s", touch(p + 2 * A - 1, READ_BYTE, p));
	munmap(p, 2 * A);
}

static void touch_at(const char *id, int fd, off_t off, size_t from_start)
{
	char *p = target_map(fd, target.align, off, 0);

	if (p == MAP_FAILED)
		return;
	report(id, "%s", touch(p + from_start, READ_BYTE, p));
	munmap(p, target.align);
}

static void unaligned_offset(int fd)
{
	char *p;

	if (target.align == PAGE)
		return;
	p = mmap(free_area(2 * target.align), target.align, RW, MAP_SHARED | MAP_FIXED, fd, PAGE);
	if (p == MAP_FAILED)
		return;
	report("fault.off4096.fixed", "%s", touch(p, READ_BYTE, p));
	munmap(p, target.align);
}

static void populate_beyond(const char *id, int fd, int flag)
{
	char *p = target_map(fd, target.align, (off_t)target.size, flag);

	report_map(id, p);
	if (p != MAP_FAILED)
		munmap(p, target.align);
}

/* System calls that are given memory beyond the device. */
static void by_the_kernel(int fd)
{
	char *p = target_map(fd, target.align, (off_t)target.size, 0);
	int pipes[2];

	if (p == MAP_FAILED)
		return;
	if (pipe(pipes))
		report_broken("pipe");
	report_result("fault.write.efault", write(pipes[1], p, 16));
	if (write(pipes[1], "abc", 3) != 3)
		report_broken("write");
	report_result("fault.read.efault", read(pipes[0], p, 3));
	report_result("fault.mlock", mlock(p, target.align));
	report_result("fault.populate_read", madvise(p, target.align, MADV_POPULATE_READ));
	report_result("fault.populate_write", madvise(p, target.align, MADV_POPULATE_WRITE));
	munmap(p, target.align);
}

void chardev_fault(void)
{
	int fd = target_open(O_RDWR);

	inside(fd);
	through_two_mappings(fd);
	against_protection(fd);
	across_the_end(fd);
	touch_at("fault.offS", fd, (off_t)target.size, 8);
	touch_at("fault.off1T", fd, 1l << 40, 0);
	unaligned_offset(fd);
	populate_beyond("fault.populate.offS", fd, MAP_POPULATE);
	populate_beyond("fault.locked.offS", fd, MAP_LOCKED);
	by_the_kernel(fd);
	close(fd);
}
