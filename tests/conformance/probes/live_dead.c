/* SPDX-License-Identifier: BSD-3-Clause */
/* An open and mapped device is unbound: every call on what is left, and its return. */
#include "live.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "report.h"
#include "touch.h"

#define PAGE ((size_t)4096)

/* A path for a device node of our own, which the caller unlinks. */
static const char *scratch(const char *name)
{
	static char path[256];
	const char *dir = getenv("TMPDIR");

	snprintf(path, sizeof(path), "%s/%s", dir ? dir : "/dev/shm", name);
	return path;
}

static void set_up(void)
{
	int fd;

	live.fd = open(live.path, O_RDWR);
	live.map = live_map(live.fd, 4 * live.align);
	if (live.map == MAP_FAILED)
		report_broken(live.path);
	live.map[0] = 76;
	live.map[live.align] = 77;
	live.map[9] = 1;
	fd = open(live.path, O_RDWR);
	live.map2 = live_map(fd, live.align);
	close(fd);
	live.map2[1] = 1;
}

static void opens(dev_t number)
{
	const char *other = scratch("other");
	char proc[64];
	int fd;

	live_try_open("dead.open", live.path, O_RDWR);
	live_try_open("dead.open.ro", live.path, O_RDONLY);
	mknod(other, S_IFCHR | 0600, number);
	live_try_open("dead.open.othernode", other, O_RDWR);
	unlink(other);
	live_try_open("dead.open.path", live.path, O_PATH);
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", live.fd);
	live_try_open("dead.procfd.reopen", proc, O_RDWR);
	fd = dup(live.fd);
	report_result("dead.dup", fd < 0 ? -1 : 0);
	close(fd);
}

static void try_map(const char *id, size_t len, int flags)
{
	report_map(id, mmap(NULL, len, RW, flags, live.fd, 0));
}

static void maps(void)
{
	try_map("dead.mmap", live.align, MAP_SHARED);
	try_map("dead.mmap.private", live.align, MAP_PRIVATE);
	try_map("dead.mmap.unal", PAGE, MAP_SHARED);
	try_map("dead.mmap.len0", 0, MAP_SHARED);
	try_map("dead.mmap.sync", live.align, MAP_SHARED_VALIDATE | MAP_SYNC);
}

static void file_calls(void)
{
	struct pollfd poll_fd = { .fd = live.fd, .events = POLLIN | POLLOUT };
	struct termios termios;
	struct stat st;
	char byte;
	int n;

	report_result("dead.fstat", fstat(live.fd, &st));
	report_result("dead.stat", stat(live.path, &st));
	report_result("dead.read.fd", read(live.fd, &byte, 1));
	report_result("dead.lseek", lseek(live.fd, 9, SEEK_SET));
	report_result("dead.ioctl", ioctl(live.fd, TCGETS, &termios));
	report_result("dead.fsync", fsync(live.fd));
	n = poll(&poll_fd, 1, 0);
	report("dead.poll", "n=%d revents=%#x", n, (unsigned)poll_fd.revents);
}

static void mapping_calls(void)
{
	size_t A = live.align;
	unsigned char vec;
	int pipes[2];
	char *p = live.map;

	if (pipe(pipes))
		report_broken("pipe");
	report_result("dead.mprotect", mprotect(p, A, PROT_READ));
	mprotect(p, 4 * A, RW);
	report_result("dead.mprotect.unal", mprotect(p + PAGE, PAGE, PROT_READ));
	report_result("dead.madvise", madvise(p, 4 * A, MADV_DONTNEED));
	report_result("dead.msync", msync(p, 4 * A, MS_ASYNC));
	report_result("dead.msync.sync", msync(p, 4 * A, MS_SYNC));
	report_result("dead.mincore", mincore(p, PAGE, &vec));
	report("dead.mincore.v", "%d", vec & 1);
	report_result("dead.mlock", mlock(p, A));
	report_result("dead.populate", madvise(p, A, MADV_POPULATE_READ));
	report_result("dead.munmap.unal", munmap(p + PAGE, PAGE));
	report_result("dead.munmap.al", munmap(p + 3 * A, A));
	report_result("dead.write.pipe", write(pipes[1], p, 16));
	close(pipes[0]);
	close(pipes[1]);
}

static void child(void)
{
	siginfo_t info;
	pid_t pid = fork();
	int status;
	char value;

	if (!pid) {
		int dead =
			!touch_try(live.map, READ_BYTE, &info, &value) && info.si_signo == SIGBUS;

		_exit(dead ? 3 : 4);
	}
	waitpid(pid, &status, 0);
	report("dead.fork.child", "%s", WEXITSTATUS(status) == 3 ? "SIGBUS" : "?");
}

void live_dead(void)
{
	struct stat st;

	set_up();
	fstat(live.fd, &st);
	report_result("unbind", live_unbind());
	report("unbind.driver", "%s", live_driver());
	live_try_read("dead.read", live.map, live.map);
	live_try_read("dead.read.second", live.map + live.align + 5, live.map);
	live_try_read("dead.closedfd.read", live.map2, live.map2);
	opens(st.st_rdev);
	maps();
	file_calls();
	mapping_calls();
	live_report_vma("dead.smaps", live.map);
	child();
}

/* Drops everything and opens it again, with both mappings of the one file. */
static void map_again(void)
{
	live.map = live_map(live.fd, 4 * live.align);
	live.map2 = live_map(live.fd, live.align);
}

static void unmap_all(void)
{
	munmap(live.map, 4 * live.align);
	munmap(live.map2, live.align);
}

void live_rebind(void)
{
	report_result("rebind", live_bind());
	report("rebind.driver", "%s", live_driver());
	live_try_read("rebind.read", live.map, live.map);
	live_try_read("rebind.read.A", live.map + live.align, live.map);
	live_try_read("rebind.closedfd.read", live.map2 + 1, live.map2);
	live_try_map("rebind.oldfd.mmap", live.fd, 0);

	close(live.fd);
	unmap_all();
	live_unbind();
	live_try_open("dead2.open.nofd", live.path, O_RDWR);
	live_bind();
	live.fd = open(live.path, O_RDWR);
	map_again();
	close(live.fd);
	live_unbind();
	live_try_open("dead2.open.maponly", live.path, O_RDWR);
	unmap_all();
	live_try_open("dead2.open.none", live.path, O_RDWR);
	live_bind();
	live.fd = open(live.path, O_RDWR);
	map_again();
}

/* Another node for the same number is the same device. */
void live_other_node(void)
{
	const char *node = scratch("node");
	struct stat st;
	char *p;
	int fd;

	stat(live.path, &st);
	report_result("mknod", mknod(node, S_IFCHR | 0600, st.st_rdev));
	fd = open(node, O_RDWR);
	report_result("mknod.open", fd < 0 ? -1 : 0);
	unlink(node);
	if (fd < 0)
		return;
	p = live_map(fd, live.align);
	report_map("mknod.mmap", p);
	if (p != MAP_FAILED) {
		live.map[9] = 33;
		report("mknod.coherent", "%d", p[9]);
		munmap(p, live.align);
	}
	close(fd);
}
