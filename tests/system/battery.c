// SPDX-License-Identifier: BSD-3-Clause
/*
 * What mmap(2) and its family answer on a device-dax file of 2 MiB alignment: about sixty calls,
 * one line each, in the words of the recording made on Linux 6.12 (expected/05-mmap-battery.txt).
 * Usage: battery DEVICE SIZE. Knows nothing of daxemu; runs unchanged on a real device.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KIB 1024L
#define MIB (1024 * KIB)
#define RW  (PROT_READ | PROT_WRITE)

static const char *device;
static long size; /* of the device, bytes */
static int fd;

static void say(const char *name, bool ok, bool shows_rc)
{
	const char *error = strerror(errno);

	printf("%-44s -> %s%s\n", name, !ok && shows_rc ? "-1 " : "", ok ? "ok" : error);
}

/* 0 and above is success. */
static void say_rc(const char *name, long rc)
{
	say(name, rc >= 0, true);
}

static char *map_at(void *addr, long len, int prot, int flags, off_t off)
{
	return mmap(addr, (size_t)len, prot, flags, fd, off);
}

/* Two align units; every section below starts with one of its own. */
static char *map_4m(void)
{
	char *p = map_at(NULL, 4 * MIB, RW, MAP_SHARED, 0);

	if (p == MAP_FAILED) {
		perror("battery: mmap");
		exit(1);
	}
	return p;
}

static void maps(void)
{
	const int validate = MAP_SHARED_VALIDATE;
	const struct {
		const char *name;
		long len;
		int prot, flags;
		off_t off;
	} rows[] = {
		{ "mmap 2M SHARED", 2 * MIB, RW, MAP_SHARED, 0 },
		{ "mmap64 via mmap 4K len", 4 * KIB, RW, MAP_SHARED, 0 },
		{ "2M+4K len", 2 * MIB + 4 * KIB, RW, MAP_SHARED, 0 },
		{ "PRIVATE", 2 * MIB, RW, MAP_PRIVATE, 0 },
		{ "SHARED_VALIDATE", 2 * MIB, RW, validate, 0 },
		{ "SHARED_VALIDATE|SYNC", 2 * MIB, RW, validate | MAP_SYNC, 0 },
		{ "SHARED|SYNC", 2 * MIB, RW, MAP_SHARED | MAP_SYNC, 0 },
		{ "SHARED_VALIDATE|bogus(1<<27)", 2 * MIB, RW, validate | 1 << 27, 0 },
		{ "PROT_NONE", 2 * MIB, PROT_NONE, MAP_SHARED, 0 },
		{ "PROT_EXEC", 2 * MIB, PROT_READ | PROT_EXEC, MAP_SHARED, 0 },
		{ "POPULATE", 2 * MIB, RW, MAP_SHARED | MAP_POPULATE, 0 },
		{ "LOCKED", 2 * MIB, RW, MAP_SHARED | MAP_LOCKED, 0 },
		{ "HUGETLB", 2 * MIB, RW, MAP_SHARED | MAP_HUGETLB, 0 },
		{ "NORESERVE", 2 * MIB, RW, MAP_SHARED | MAP_NORESERVE, 0 },
		{ "off 4K", 2 * MIB, RW, MAP_SHARED, 4 * KIB },
		{ "off 2M", 2 * MIB, RW, MAP_SHARED, 2 * MIB },
		{ "len=size", size, RW, MAP_SHARED, 0 },
		{ "len=size+2M", size + 2 * MIB, RW, MAP_SHARED, 0 },
		{ "off=size", 2 * MIB, RW, MAP_SHARED, size },
		{ "off 1T", 2 * MIB, RW, MAP_SHARED, (off_t)1024 * 1024 * MIB },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *p = map_at(NULL, rows[i].len, rows[i].prot, rows[i].flags, rows[i].off);

		say(rows[i].name, p != MAP_FAILED, false);
		if (p != MAP_FAILED)
			munmap(p, (size_t)rows[i].len);
	}
}

static void say_addr(const char *name, const char *p)
{
	printf("%s -> %s\n", name, p == MAP_FAILED ? strerror(errno) : "ok");
}

static void addresses(void)
{
	char *p = map_4m();

	say_addr("MAP_FIXED addr+4K", map_at(p + 4 * KIB, 2 * MIB, RW, MAP_SHARED | MAP_FIXED, 0));
	say_addr("MAP_FIXED aligned", map_at(p, 2 * MIB, RW, MAP_SHARED | MAP_FIXED, 0));
	say_addr("FIXED_NOREPLACE occupied",
		 map_at(p, 2 * MIB, RW, MAP_SHARED | MAP_FIXED_NOREPLACE, 0));
	printf("addr %%2M=%ld\n", (long)((uintptr_t)p % (2 * MIB)));
	munmap(p, 4 * MIB);
}

static void parts(void)
{
	char *p = map_4m();

	say_rc("munmap 4K piece", munmap(p, 4 * KIB));
	say_rc("munmap second 2M", munmap(p + 2 * MIB, 2 * MIB));
	say_rc("munmap first 2M", munmap(p, 2 * MIB));
	p = map_4m();
	say_rc("mprotect 4K", mprotect(p, 4 * KIB, PROT_READ));
	say_rc("mprotect 2M RO", mprotect(p, 2 * MIB, PROT_READ));
	say_rc("mprotect 2M RW", mprotect(p, 2 * MIB, RW));
	say_rc("msync MS_SYNC", msync(p, 2 * MIB, MS_SYNC));
	say_rc("msync MS_ASYNC", msync(p, 2 * MIB, MS_ASYNC));
	say_rc("msync MS_INVALIDATE", msync(p, 2 * MIB, MS_INVALIDATE));
	munmap(p, 4 * MIB);
}

static void advice(void)
{
	static const struct {
		const char *name;
		long len;
		int advice;
	} rows[] = {
		{ "madvise DONTNEED 4K", 4 * KIB, MADV_DONTNEED },
		{ "madvise DONTNEED 2M", 2 * MIB, MADV_DONTNEED },
		{ "madvise REMOVE", 2 * MIB, MADV_REMOVE },
		{ "madvise FREE", 2 * MIB, MADV_FREE },
		{ "madvise HUGEPAGE", 2 * MIB, MADV_HUGEPAGE },
		{ "madvise DONTFORK", 2 * MIB, MADV_DONTFORK },
		{ "madvise DOFORK", 2 * MIB, MADV_DOFORK },
		{ "madvise DONTDUMP", 2 * MIB, MADV_DONTDUMP },
		{ "madvise DODUMP", 2 * MIB, MADV_DODUMP },
		{ "madvise WILLNEED", 2 * MIB, MADV_WILLNEED },
		{ "madvise POPULATE_WRITE", 2 * MIB, MADV_POPULATE_WRITE },
		{ "madvise MERGEABLE", 2 * MIB, MADV_MERGEABLE },
	};
	char *p = map_4m();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		say_rc(rows[i].name, madvise(p, (size_t)rows[i].len, rows[i].advice));
	munmap(p, 4 * MIB);
}

static void locks_and_moves(void)
{
	unsigned char seen[2 * MIB / (4 * KIB)];
	char *p = map_4m(), *blocker, *q;

	say_rc("mlock", mlock(p, 2 * MIB));
	say_rc("munlock", munlock(p, 2 * MIB));
	say_rc("mincore", mincore(p, 2 * MIB, seen));

	/* Something else right behind the first unit, so that it cannot grow where it is. */
	blocker = mmap(p + 2 * MIB, 2 * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		       0);
	q = mremap(p, 2 * MIB, 4 * MIB, 0);
	say_rc("mremap grow", q == MAP_FAILED ? -1 : 0);
	q = mremap(p, 2 * MIB, 4 * MIB, MREMAP_MAYMOVE);
	say_rc("mremap MAYMOVE grow", q == MAP_FAILED ? -1 : 0);
	p = q == MAP_FAILED ? p : q;
	q = mremap(p, 4 * MIB, 2 * MIB, 0);
	say_rc("mremap shrink 2M", q == MAP_FAILED ? -1 : 0);
	q = mremap(p, 0, 2 * MIB, MREMAP_MAYMOVE);
	say_rc("mremap move dup(old=0)", q == MAP_FAILED ? -1 : 0);
	if (q != MAP_FAILED)
		munmap(q, 2 * MIB);
	say_rc("remap_file_pages", syscall(SYS_remap_file_pages, p, 2 * MIB, 0, 0, 0));
	munmap(blocker, 2 * MIB);
	munmap(p, 2 * MIB);
}

static void policy(void)
{
	unsigned long mask = 1;
	int node = -1;
	char *p = map_4m();
	long rc;

	say_rc("mbind node0",
	       syscall(SYS_mbind, p, 2 * MIB, MPOL_BIND, &mask, 8 * sizeof(mask), 0));
	p[0] = 1;
	rc = syscall(SYS_get_mempolicy, &node, NULL, 0, p, MPOL_F_NODE | MPOL_F_ADDR);
	printf("get_mempolicy NODE|ADDR rc=%ld node=%d\n", rc, node);
	munmap(p, 4 * MIB);
}

static void sharing(void)
{
	volatile char *p = map_4m(), *q;
	int other;

	if (fork() == 0) {
		p[100] = 9;
		_exit(0);
	}
	wait(NULL);
	printf("fork shared: %d\n", p[100]);
	other = open(device, O_RDWR);
	q = mmap(NULL, 2 * MIB, RW, MAP_SHARED, other, 0);
	printf("second open sees: %d\n", q == MAP_FAILED ? -1 : q[100]);
	close(other);
	q[101] = 11;
	printf("after close(fd) still mapped: %d\n", p[101]);
	munmap((void *)(uintptr_t)q, 2 * MIB);
	munmap((void *)(uintptr_t)p, 4 * MIB);
}

static sigjmp_buf back;
static siginfo_t caught;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	caught = *info;
	siglongjmp(back, 1);
}

/* Touch a byte that no device memory backs: @at bytes into a mapping at @off. */
static void touch(const char *name, long len, long off, long at)
{
	volatile char *p = map_at(NULL, len, RW, MAP_SHARED, off);

	if (sigsetjmp(back, 1) == 0) {
		p[at] = 1;
		printf("[no signal] %s\n", name);
	} else {
		printf("[sig %d code %d addr %s] %s\n", caught.si_signo, caught.si_code,
		       caught.si_addr == (void *)(uintptr_t)(p + at) ? "exact" : "wrong", name);
	}
	munmap((void *)(uintptr_t)p, (size_t)len);
}

static void faults(void)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	touch("oob touch", 2 * MIB, size, 123);
	touch("tail touch", 4 * MIB, size - 2 * MIB, 2 * MIB + 4097);
}

static void syscalls_on_memory(void)
{
	char *p = map_4m();
	int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);

	say_rc("read(/dev/zero)->dax mapping", read(zero, p, 4 * KIB));
	say_rc("write file from dax mapping", write(null, p, 4 * KIB));
	close(zero);
	close(null);
	munmap(p, 4 * MIB);
}

static void opens(void)
{
	static const struct {
		const char *name;
		int flags;
	} rows[] = {
		{ "open O_DIRECT", O_RDWR | O_DIRECT },
		{ "open O_APPEND", O_RDWR | O_APPEND },
		{ "open O_TRUNC|O_CREAT", O_RDWR | O_TRUNC | O_CREAT },
		{ "open O_EXCL|O_CREAT", O_RDWR | O_EXCL | O_CREAT },
		{ "open O_PATH", O_PATH },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int other = open(device, rows[i].flags, 0600);

		say_rc(rows[i].name, other);
		if (other >= 0)
			close(other);
	}
	say_rc("memfd/dup3", dup3(fd, fd + 10, O_CLOEXEC));
}

int main(int argc, char **argv)
{
	static void (*const sections[])(void) = { maps,	   addresses,	    parts,
						  advice,  locks_and_moves, policy,
						  sharing, faults,	    syscalls_on_memory,
						  opens };

	if (argc != 3) {
		fprintf(stderr, "usage: battery DEVICE SIZE\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	device = argv[1];
	size = strtol(argv[2], NULL, 0);
	fd = open(device, O_RDWR);
	if (fd < 0) {
		fprintf(stderr, "battery: %s: %s\n", device, strerror(errno));
		return 1;
	}
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		sections[i]();
	return 0;
}
