/* SPDX-License-Identifier: BSD-3-Clause */
/* An open and mapped device gets another alignment or size, is deleted, or loses its region. */
#include "live.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "report.h"

#define PAGE	    4096
#define DEVICE_SIZE "67108864"
#define HMEM	    "/sys/bus/platform/drivers/hmem"

/* What @attr says is set while unbound; then bound again. */
static void change(const char *id, const char *attr, const char *value)
{
	live_unbind();
	report_result(id, live_set(attr, value));
	live_bind();
}

static void realign(void)
{
	char *p = live.map;

	change("align4k", "align", "4096");
	live_try_read("align4k.read", p, p);
	live_report_vma("align4k.smaps", p);
	report_result("align4k.mprotect.unal", mprotect(p + PAGE, PAGE, PROT_READ));
	mprotect(p, 3 * live.align, RW);
	live_try_read("align4k.read4096", p + PAGE, p);
	change("align2m", "align", "2097152");
	live_try_read("align2m.read", p, p);
	munmap(p, 4 * live.align);
	live.map = live_map(live.fd, 4 * live.align);
}

void live_resize(void)
{
	size_t A = live.align;

	realign();
	change("shrink", "size", "2097152");
	live_try_read("shrink.read0", live.map, live.map);
	live_try_read("shrink.readA", live.map + A, live.map);
	live_try_map("shrink.mmap", live.fd, (off_t)A);
	change("grow", "size", DEVICE_SIZE);
	live_try_read("grow.read0", live.map, live.map);
	live_try_read("grow.readA", live.map + A, live.map);
	change("size0", "size", "0");
	report("size0.driver", "%s", live_driver());
	live_try_read("size0.read", live.map, live.map);
	report_result("regrow", live_set("size", DEVICE_SIZE));
	live_bind();
	report("regrow.driver", "%s", live_driver());
	live_try_read("regrow.read0", live.map, live.map);
}

/* Writes the region's `create` or `delete`. */
static int put_region(const char *dir, const char *attr, const char *text)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/dax_region/%s", dir, attr);
	return live_put(path, text);
}

/* The directory of the device's region. */
static void region_dir(char *dir)
{
	char link[128];

	snprintf(link, sizeof(link), "/sys/bus/dax/devices/%s", live.name);
	if (!realpath(link, dir))
		report_broken(link);
	*strrchr(dir, '/') = '\0';
}

/* What is left of the deleted device: a file and a mapping. */
static void deleted(const struct stat *was)
{
	char path[64], link[128] = "";
	struct stat st;

	report_result("delete.stat", stat(live.path, &st));
	live_try_read("delete.read", live.map, live.map);
	live_try_map("delete.mmap", live.fd, 0);
	report_result("delete.fstat", fstat(live.fd, &st));
	live_report_vma("delete.smaps", live.map);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", live.fd);
	if (readlink(path, link, sizeof(link) - 1) < 0)
		link[0] = '\0';
	report("delete.procfd", "%s", link);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u", major(was->st_rdev),
		 minor(was->st_rdev));
	report_result("delete.sysdevchar", access(path, F_OK));
}

/* A new device of the same name does not bring the old one back. */
static void recreated(const char *dir, const struct stat *was)
{
	struct stat st;
	int fd;

	report_result("recreate", put_region(dir, "create", "1"));
	report_result("recreate.stat", stat(live.path, &st));
	report("recreate.minor", "%s",
	       minor(st.st_rdev) == minor(was->st_rdev) ? "same" : "different");
	live_set("size", DEVICE_SIZE);
	live_bind();
	report("recreate.driver", "%s", live_driver());
	live_try_read("recreate.oldmap.read", live.map, live.map);
	live_try_map("recreate.oldfd.mmap", live.fd, 0);
	fd = open(live.path, O_RDWR);
	report_result("recreate.open", fd < 0 ? -1 : 0);
	close(fd);
	report_result("recreate.close", close(live.fd));
	report_result("recreate.munmap", munmap(live.map, 4 * live.align));
	live_try_open("recreate.open.after", live.path, O_RDWR);
}

/*
 * A device that was never bound again while open: after that, deleting it corrupts a list in the
 * kernel.
 */
void live_delete(const char *name)
{
	char dir[PATH_MAX];
	struct stat was, st;

	close(live.fd);
	munmap(live.map, 4 * live.align);
	munmap(live.map2, live.align);
	live_unbind();

	live_select(name);
	live_set("size", DEVICE_SIZE);
	live_bind();
	live.fd = open(live.path, O_RDWR);
	live.map = live_map(live.fd, 4 * live.align);
	if (live.map == MAP_FAILED || fstat(live.fd, &was))
		report_broken(live.path);
	live.map[0] = 1;
	live_unbind();
	live_set("size", "0");
	region_dir(dir);
	report_result("delete", put_region(dir, "delete", live.name));
	deleted(&was);
	recreated(dir, &was);

	live_unbind();
	live_set("size", "0");
	report_result("end.delete", put_region(dir, "delete", live.name));
	report_result("end.create", put_region(dir, "create", "1"));
	report_result("end.stat", stat(live.path, &st));
	report("end.minor", "%s",
	       minor(st.st_rdev) == minor(was.st_rdev) ? "same as first" : "different");
}

void live_region(void)
{
	struct stat st;
	char *p;

	live.fd = open(live.path, O_RDWR);
	p = live_map(live.fd, live.align);
	if (p == MAP_FAILED)
		report_broken(live.path);
	p[0] = 5;
	report_result("rgn.unbind", live_put(HMEM "/unbind", "hmem.0"));
	live_try_read("rgn.read", p, p);
	live_try_map("rgn.mmap", live.fd, 0);
	report_result("rgn.stat", stat(live.path, &st));
	report_result("rgn.fstat", fstat(live.fd, &st));
	report_result("rgn.bind", live_put(HMEM "/bind", "hmem.0"));
	report_result("rgn.rebind.stat", stat(live.path, &st));
	report("rgn.rebind.driver", "%s", live_driver());
	live_try_read("rgn.rebind.read", p, p);
	live_try_map("rgn.rebind.oldfd.mmap", live.fd, 0);
	report_result("rgn.munmap", munmap(p, live.align));
	report_result("rgn.close", close(live.fd));
}
