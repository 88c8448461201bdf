// SPDX-License-Identifier: BSD-3-Clause
/*
 * What only a program with a long of 32 bits meets on a device-dax file of 2 MiB alignment and more
 * than 5 GiB: offsets that do not fit one register, libc's kinds of struct stat, calls by number.
 * One line for each check; exit 1 if one fails. Usage: narrow DEVICE SIZE
 */
#undef _FILE_OFFSET_BITS
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MIB (1024 * 1024)
#define GIB (1024LL * MIB)
#define RW  (PROT_READ | PROT_WRITE)

static int fd;
static int failed;

static void check(const char *what, bool ok)
{
	printf("%s  %s\n", ok ? "ok  " : "FAIL", what);
	failed += !ok;
}

static char *map(long long off)
{
	return mmap64(NULL, 2 * MIB, RW, MAP_SHARED, fd, off);
}

static bool refused(const void *p, int want)
{
	return p == MAP_FAILED && errno == want;
}

static void offsets(void)
{
	char *far = map(5 * GIB), *near = map(1 * GIB), *middle, *same;

	check("mmap64 at 5 GiB", far != MAP_FAILED);
	check("mmap64 at 1 GiB", near != MAP_FAILED);
	strcpy(far, "narrow at 5G");
	check("they are different memory", near[0] == 0);
	middle = mmap(NULL, 2 * MIB, RW, MAP_SHARED, fd, (off_t)(3 * GIB));
	check("mmap at 3 GiB, an offset with the sign bit", middle != MAP_FAILED);
	same = (char *)syscall(SYS_mmap2, NULL, 2 * MIB, RW, MAP_SHARED, fd, 3 * GIB >> 12);
	check("mmap2 by number", same != MAP_FAILED);
	strcpy(middle, "3G");
	check("is the same memory", !strcmp(same, "3G"));
	check("an offset of 16 TiB is EINVAL", refused(map(1LL << 44), EINVAL));
	check("an odd offset is EINVAL", refused(map(5 * GIB + 4096), EINVAL));
}

static void addresses(void)
{
	char *p = map(0);

	check("addresses are aligned", ((uintptr_t)p & (2 * MIB - 1)) == 0);
	check("an odd fixed address is EINVAL",
	      refused(mmap(p + 4096, 2 * MIB, RW, MAP_SHARED | MAP_FIXED, fd, 0), EINVAL));
	check("a part cannot be unmapped", munmap(p, 4096) < 0 && errno == EINVAL);
	check("nor protected", mprotect(p, 4096, PROT_READ) < 0 && errno == EINVAL);
	check("a length that leaves no room is ENOMEM",
	      refused(mmap(NULL, 0xffe00000, RW, MAP_SHARED, fd, 0), ENOMEM));
	check("the whole can be unmapped", munmap(p, 2 * MIB) == 0);
}

static sigjmp_buf on_bus;
static void *volatile bus_address;

static void bus_handler(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	bus_address = info->si_addr;
	siglongjmp(on_bus, 1);
}

static void end_of_device(long long size)
{
	struct sigaction action = { .sa_sigaction = bus_handler, .sa_flags = SA_SIGINFO };
	volatile char *p = mmap64(NULL, 4 * MIB, RW, MAP_SHARED, fd, size - 2 * MIB);

	sigaction(SIGBUS, &action, NULL);
	p[2 * MIB - 1] = 1;
	check("the last byte is there", p[2 * MIB - 1] == 1);
	if (!sigsetjmp(on_bus, 1)) {
		p[2 * MIB] = 1;
		check("the next is SIGBUS", false);
	}
	check("SIGBUS at the address", bus_address == p + 2 * MIB);
}

static void kinds_of_stat(const char *path)
{
	struct stat st;
	struct stat64 st64;
	struct statx stx;

	check("stat", !stat(path, &st) && S_ISCHR(st.st_mode));
	check("fstat", !fstat(fd, &st) && S_ISCHR(st.st_mode) && st.st_rdev != 0);
	check("stat64", !stat64(path, &st64) && S_ISCHR(st64.st_mode));
	check("fstat64", !fstat64(fd, &st64) && S_ISCHR(st64.st_mode) && st64.st_size == 0);
	check("all of one file", st.st_rdev == st64.st_rdev && st.st_ino == st64.st_ino);
	check("fstatat64 of the open file",
	      !fstatat64(fd, "", &st64, AT_EMPTY_PATH) && S_ISCHR(st64.st_mode));
	check("statx", !statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &stx) && S_ISCHR(stx.stx_mode));
	check("fstat64 by number", !syscall(SYS_fstat64, fd, &st64) && S_ISCHR(st64.st_mode));
}

static void other_calls(void)
{
	long long at = -1;
	char byte;

	check("read is EINVAL", read(fd, &byte, 1) < 0 && errno == EINVAL);
	check("lseek64", lseek64(fd, 5 * GIB, SEEK_SET) == 0);
	check("_llseek by number", !syscall(SYS__llseek, fd, 1, 0, &at, SEEK_SET) && at == 0);
	check("a lease by number is EINVAL",
	      syscall(SYS_fcntl64, fd, F_SETLEASE, F_RDLCK) < 0 && errno == EINVAL);
}

int main(int argc, char **argv)
{
	static_assert(sizeof(long) == 4, "built for 32 bits");
	if (argc != 3)
		return 2;
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	check("open without O_LARGEFILE", fd >= 0);
	if (fd < 0)
		return 1;
	offsets();
	addresses();
	end_of_device(atoll(argv[2]));
	kinds_of_stat(argv[1]);
	other_calls();
	return failed ? 1 : 0;
}
