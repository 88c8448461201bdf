// SPDX-License-Identifier: BSD-3-Clause
/*
 * An ordinary program that uses a device-dax file: opens it, asks what it is, maps it, stores,
 * forks, execs, duplicates. It knows nothing of daxemu and runs unchanged on a real device.
 *
 *   mapper DEVICE                 every check below, one line each; exit 1 if one fails
 *   mapper --store DEVICE OFF TEXT    store a string through a mapping
 *   mapper --load DEVICE OFF          print the string stored there
 *   mapper --load-fd FD OFF           the same through a file already open
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define RW (PROT_READ | PROT_WRITE)

/* What the checks work on. */
static struct {
	char path[PATH_MAX];
	char sysfs[PATH_MAX]; /* /sys/bus/dax/devices/daxX.Y */
	size_t align;	      /* bytes */
	size_t size;	      /* bytes */
	int fd;		      /* open read-write */
	char *map;	      /* one align unit at offset 0, MAP_SHARED */
} dev;

static bool fail(const char *what)
{
	printf("      %s: %s\n", what, strerror(errno));
	return false;
}

static bool expect_errno(const char *what, bool failed, int want)
{
	if (failed && errno == want)
		return true;
	printf("      %s: %s, expected %s\n", what, failed ? strerror(errno) : "ok",
	       strerror(want));
	return false;
}

static char *map(int fd, size_t len, int prot, int flags, size_t off)
{
	return mmap(NULL, len, prot, flags, fd, (off_t)off);
}

static bool refused(int fd, size_t len, int prot, int flags, size_t off, int want)
{
	char *p = map(fd, len, prot, flags, off);

	if (p == MAP_FAILED)
		return expect_errno("mmap", true, want);
	munmap(p, len);
	return expect_errno("mmap", false, want);
}

/* Number in the attribute file @name of the device; SIZE_MAX when it cannot be read. */
static size_t attribute(const char *name)
{
	char path[PATH_MAX + 16];
	unsigned long value;
	FILE *file;
	int n;

	snprintf(path, sizeof(path), "%s/%s", dev.sysfs, name);
	file = fopen(path, "re");
	if (!file)
		return SIZE_MAX;
	n = fscanf(file, "%lu", &value);
	fclose(file);
	return n == 1 ? value : SIZE_MAX;
}

static bool is_device(const struct stat *st, const char *what)
{
	char text[64], path[PATH_MAX + 16];
	unsigned major_nr, minor_nr;
	FILE *file;
	int n;

	snprintf(path, sizeof(path), "%s/dev", dev.sysfs);
	file = fopen(path, "re");
	if (!file)
		return fail(path);
	n = fscanf(file, "%u:%u", &major_nr, &minor_nr);
	fclose(file);
	snprintf(text, sizeof(text), "%u:%u", major(st->st_rdev), minor(st->st_rdev));
	if (n == 2 && S_ISCHR(st->st_mode) && st->st_size == 0 &&
	    st->st_rdev == makedev(major_nr, minor_nr))
		return true;
	printf("      %s: mode %o, number %s, size %jd\n", what, st->st_mode, text,
	       (intmax_t)st->st_size);
	return false;
}

static bool check_identity(void)
{
	struct stat st;

	if (fstat(dev.fd, &st) < 0)
		return fail("fstat");
	if (!is_device(&st, "fstat"))
		return false;
	if (stat(dev.path, &st) < 0)
		return fail("stat");
	if (!is_device(&st, "stat"))
		return false;
	if (lstat(dev.path, &st) < 0)
		return fail("lstat");
	return is_device(&st, "lstat");
}

static bool check_statx(void)
{
	struct statx stx;
	struct stat st;

	if (fstat(dev.fd, &st) < 0 || statx(dev.fd, "", AT_EMPTY_PATH, STATX_ALL, &stx) < 0)
		return fail("statx");
	return S_ISCHR(stx.stx_mode) && stx.stx_size == 0 &&
	       makedev(stx.stx_rdev_major, stx.stx_rdev_minor) == st.st_rdev;
}

/* What PMDK, daxctl and fio do to learn that a file is device-dax. */
static bool check_sysfs_link(void)
{
	char path[PATH_MAX], by_number[PATH_MAX], by_name[PATH_MAX], bus[PATH_MAX];
	struct stat st;

	if (fstat(dev.fd, &st) < 0)
		return fail("fstat");
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u", major(st.st_rdev), minor(st.st_rdev));
	if (!realpath(path, by_number) || !realpath(dev.sysfs, by_name))
		return fail(path);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/subsystem", major(st.st_rdev),
		 minor(st.st_rdev));
	if (!realpath(path, bus))
		return fail(path);
	return strcmp(by_number, by_name) == 0 && strcmp(bus, "/sys/bus/dax") == 0;
}

static bool check_store(void)
{
	volatile char *p = dev.map;

	p[0] = 'd';
	p[dev.align - 1] = 'x';
	return p[0] == 'd' && p[dev.align - 1] == 'x';
}

static bool check_address(void)
{
	return (uintptr_t)dev.map % dev.align == 0;
}

static bool check_alias(void)
{
	char *p = map(dev.fd, dev.align, RW, MAP_SHARED, 0);
	bool same;

	if (p == MAP_FAILED)
		return fail("mmap");
	p[64] = 42;
	same = ((volatile char *)dev.map)[64] == 42;
	munmap(p, dev.align);
	return same;
}

static bool exited_0(pid_t child)
{
	int status;

	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool check_fork(void)
{
	volatile char *p = dev.map;
	pid_t child;

	p[128] = 0;
	child = fork();
	if (child == 0) {
		char *q = map(dev.fd, dev.align, RW, MAP_SHARED, 0);

		p[128] = 77;
		_exit(q == MAP_FAILED || q[128] != 77);
	}
	return exited_0(child) && p[128] == 77;
}

/* What this program prints when started as `mapper @option @operand @off` must be @want. */
static bool child_prints(const char *option, const char *operand, const char *off, const char *want)
{
	char got[64] = "";
	ssize_t n;
	pid_t child;
	int out[2];

	if (pipe2(out, O_CLOEXEC) < 0)
		return fail("pipe");
	fflush(stdout);
	child = fork();
	if (child == 0) {
		dup2(out[1], STDOUT_FILENO);
		execl("/proc/self/exe", "mapper", option, operand, off, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	n = read(out[0], got, sizeof(got) - 1);
	close(out[0]);
	if (exited_0(child) && n > 0 && strcmp(got, want) == 0)
		return true;
	printf("      printed \"%s\", expected \"%s\"\n", got, want);
	return false;
}

static bool check_exec(void)
{
	char number[16];
	int fd = dup(dev.fd); /* survives exec */
	bool ok;

	snprintf(number, sizeof(number), "%d", fd);
	strcpy(dev.map + 256, "across exec");
	ok = child_prints("--load-fd", number, "256", "across exec\n");
	close(fd);
	return ok;
}

static bool check_other_process(void)
{
	strcpy(dev.map + 512, "same bytes");
	return child_prints("--load", dev.path, "512", "same bytes\n");
}

static bool check_dup(void)
{
	const int fds[] = { dup(dev.fd), fcntl(dev.fd, F_DUPFD, 100),
			    fcntl(dev.fd, F_DUPFD_CLOEXEC, 200), dup2(dev.fd, 300) };
	bool ok = true;

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		struct stat st;
		char *p = map(fds[i], dev.align, RW, MAP_SHARED, 0);

		ok = ok && p != MAP_FAILED && p[0] == dev.map[0] && fstat(fds[i], &st) == 0 &&
		     is_device(&st, "fstat of a dup");
		if (p != MAP_FAILED)
			munmap(p, dev.align);
		close(fds[i]);
	}
	return ok;
}

static bool check_closed(void)
{
	int fd = open(dev.path, O_RDWR | O_CLOEXEC);
	volatile char *p;
	bool same;

	if (fd < 0)
		return fail("open");
	p = map(fd, dev.align, RW, MAP_SHARED, 0);
	close(fd);
	if (p == MAP_FAILED)
		return fail("mmap");
	p[640] = 5;
	same = dev.map[640] == 5;
	munmap((void *)(uintptr_t)p, dev.align);
	return same;
}

static bool check_private(void)
{
	return refused(dev.fd, dev.align, RW, MAP_PRIVATE, 0, EINVAL) &&
	       refused(dev.fd, dev.align, PROT_READ, MAP_PRIVATE, 0, EINVAL);
}

static bool check_misaligned(void)
{
	if (dev.align == 4096)
		return true;
	return refused(dev.fd, 4096, RW, MAP_SHARED, 0, EINVAL) &&
	       refused(dev.fd, dev.align + 4096, RW, MAP_SHARED, 0, EINVAL) &&
	       refused(dev.fd, dev.align, RW, MAP_SHARED, 4096, EINVAL) &&
	       refused(dev.fd, 0, RW, MAP_SHARED, 0, EINVAL);
}

static sigjmp_buf back;
static siginfo_t caught;

static void on_bus(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	caught = *info;
	siglongjmp(back, 1);
}

/* True if a store at @p is SIGBUS, BUS_ADRERR, with that very address. */
static bool faults(volatile char *p)
{
	struct sigaction action = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO }, old;
	bool faulted = true;

	sigaction(SIGBUS, &action, &old);
	if (sigsetjmp(back, 1) == 0) {
		*p = 1;
		faulted = false;
	}
	sigaction(SIGBUS, &old, NULL);
	return faulted && caught.si_code == BUS_ADRERR && caught.si_addr == (void *)(uintptr_t)p;
}

static bool check_beyond(void)
{
	char *p = map(dev.fd, 2 * dev.align, RW, MAP_SHARED, dev.size - dev.align);
	bool ok;

	if (p == MAP_FAILED)
		return fail("mmap over the end");
	p[dev.align - 1] = 1; /* the last byte there is */
	ok = faults(p + dev.align) && faults(p + dev.align + 123) && faults(p + 2 * dev.align - 1);
	munmap(p, 2 * dev.align);
	return ok;
}

static bool check_sync(void)
{
	char *p = map(dev.fd, dev.align, RW, MAP_SHARED_VALIDATE | MAP_SYNC, 0);

	if (p == MAP_FAILED)
		return fail("mmap");
	munmap(p, dev.align);
	return true;
}

/* As libpmem2 does: reserve an address range, then map over it. */
static bool check_fixed(void)
{
	char *space = mmap(NULL, 3 * dev.align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *at = (char *)(((uintptr_t)space + dev.align - 1) / dev.align * dev.align);
	char *p = mmap(at, dev.align, RW, MAP_FIXED | MAP_SHARED_VALIDATE | MAP_SYNC, dev.fd, 0);
	bool ok = p == at && p[0] == dev.map[0];

	munmap(space, 3 * dev.align);
	return ok;
}

static bool check_read_only(void)
{
	int fd = open(dev.path, O_RDONLY | O_CLOEXEC);
	char *p;
	bool ok;

	if (fd < 0)
		return fail("open");
	p = map(fd, dev.align, PROT_READ, MAP_SHARED, 0);
	ok = p != MAP_FAILED && p[0] == dev.map[0] &&
	     refused(fd, dev.align, RW, MAP_SHARED, 0, EACCES) &&
	     expect_errno("mprotect", mprotect(p, dev.align, RW) < 0, EACCES);
	if (p != MAP_FAILED)
		munmap(p, dev.align);
	close(fd);
	return ok;
}

static bool check_write_only(void)
{
	int fd = open(dev.path, O_WRONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return fail("open");
	ok = refused(fd, dev.align, PROT_WRITE, MAP_SHARED, 0, EACCES);
	close(fd);
	return ok;
}

static bool check_msync(void)
{
	return expect_errno("msync", msync(dev.map, dev.align, MS_SYNC) < 0, EINVAL) &&
	       msync(dev.map, dev.align, MS_ASYNC) == 0;
}

static bool check_parts(void)
{
	if (dev.align == 4096)
		return true;
	return expect_errno("munmap", munmap(dev.map, 4096) < 0, EINVAL) &&
	       expect_errno("mprotect", mprotect(dev.map + 4096, 4096, PROT_READ) < 0, EINVAL) &&
	       dev.map[0] == 'd';
}

static bool check_file_calls(void)
{
	char byte = 0;
	long long bytes;

	return expect_errno("read", read(dev.fd, &byte, 1) < 0, EINVAL) &&
	       expect_errno("write", write(dev.fd, &byte, 1) < 0, EINVAL) &&
	       expect_errno("pread", pread(dev.fd, &byte, 1, 0) < 0, EINVAL) &&
	       expect_errno("fsync", fsync(dev.fd) < 0, EINVAL) &&
	       expect_errno("ftruncate", ftruncate(dev.fd, 4096) < 0, EINVAL) &&
	       expect_errno("fallocate", fallocate(dev.fd, 0, 0, 4096) < 0, ENODEV) &&
	       expect_errno("ioctl", ioctl(dev.fd, 0x80081272, &bytes) < 0, ENOTTY) &&
	       lseek(dev.fd, 0, SEEK_END) == 0;
}

static bool check_flock(void)
{
	int other = open(dev.path, O_RDWR | O_CLOEXEC);
	bool ok = flock(dev.fd, LOCK_EX | LOCK_NB) == 0 &&
		  expect_errno("flock", flock(other, LOCK_EX | LOCK_NB) < 0, EWOULDBLOCK);

	flock(dev.fd, LOCK_UN);
	close(other);
	return ok;
}

static const struct {
	const char *name;
	bool (*run)(void);
} checks[] = {
	{ "fstat, stat and lstat: a character device, its number as in sysfs", check_identity },
	{ "statx agrees", check_statx },
	{ "/sys/dev/char leads to the device, its subsystem to the dax bus", check_sysfs_link },
	{ "mmap MAP_SHARED and store", check_store },
	{ "addresses are multiples of the alignment", check_address },
	{ "two mappings of one range are the same bytes", check_alias },
	{ "fork shares, the child maps too", check_fork },
	{ "exec with the file open, then mmap", check_exec },
	{ "another process maps the same bytes", check_other_process },
	{ "dup, dup2, F_DUPFD, F_DUPFD_CLOEXEC", check_dup },
	{ "a mapping outlives its file", check_closed },
	{ "MAP_PRIVATE is EINVAL", check_private },
	{ "misaligned length or offset is EINVAL", check_misaligned },
	{ "beyond the device is SIGBUS at the exact address", check_beyond },
	{ "MAP_SHARED_VALIDATE|MAP_SYNC", check_sync },
	{ "MAP_FIXED over a reservation", check_fixed },
	{ "a read-only file cannot be mapped or made writable: EACCES", check_read_only },
	{ "a write-only file cannot be mapped: EACCES", check_write_only },
	{ "msync MS_SYNC is EINVAL", check_msync },
	{ "munmap and mprotect of part of a unit are EINVAL", check_parts },
	{ "read, write, fsync, ftruncate EINVAL; fallocate ENODEV; ioctl ENOTTY",
	  check_file_calls },
	{ "flock", check_flock },
};

static int run_checks(void)
{
	const size_t count = sizeof(checks) / sizeof(checks[0]);
	size_t failed = 0;

	for (size_t i = 0; i < count; i++) {
		bool ok = checks[i].run();

		printf("%s  %s\n", ok ? "ok  " : "FAIL", checks[i].name);
		failed += !ok;
	}
	printf("mapper: %s: %zu of %zu checks passed\n", dev.path, count - failed, count);
	return failed ? 1 : 0;
}

static int die(const char *what)
{
	fprintf(stderr, "mapper: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Fill in @dev for the device file @path, mapped once. */
static bool set_up(const char *path, int flags)
{
	char copy[PATH_MAX];

	snprintf(dev.path, sizeof(dev.path), "%s", path);
	snprintf(copy, sizeof(copy), "%s", path);
	snprintf(dev.sysfs, sizeof(dev.sysfs), "/sys/bus/dax/devices/%.255s", basename(copy));
	dev.align = attribute("align");
	dev.size = attribute("size");
	dev.fd = open(path, flags | O_CLOEXEC);
	return dev.fd >= 0;
}

static int load(int fd, const char *off)
{
	unsigned long at = strtoul(off, NULL, 0);
	size_t unit = 2UL << 20;
	char *p = map(fd, unit, PROT_READ, MAP_SHARED, at / unit * unit);

	if (p == MAP_FAILED)
		return die("mmap");
	printf("%s\n", p + at % unit);
	return 0;
}

static int store(const char *off, const char *text)
{
	unsigned long at = strtoul(off, NULL, 0);
	size_t unit = 2UL << 20;
	char *p = map(dev.fd, unit, RW, MAP_SHARED, at / unit * unit);

	if (p == MAP_FAILED)
		return die("mmap");
	strcpy(p + at % unit, text);
	return 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 4 && strcmp(argv[1], "--load-fd") == 0)
		return load(atoi(argv[2]), argv[3]);
	if (argc == 4 && strcmp(argv[1], "--load") == 0)
		return set_up(argv[2], O_RDONLY) ? load(dev.fd, argv[3]) : die(argv[2]);
	if (argc == 5 && strcmp(argv[1], "--store") == 0)
		return set_up(argv[2], O_RDWR) ? store(argv[3], argv[4]) : die(argv[2]);
	if (argc != 2) {
		fprintf(stderr,
			"usage: mapper DEVICE | --store DEVICE OFF TEXT | --load DEVICE OFF\n");
		return 2;
	}

	if (!set_up(argv[1], O_RDWR))
		return die(argv[1]);
	dev.map = map(dev.fd, dev.align, RW, MAP_SHARED, 0);
	if (dev.map == MAP_FAILED)
		return die("mmap");
	return run_checks();
}
