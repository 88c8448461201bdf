// SPDX-License-Identifier: BSD-3-Clause
/*
 * An ordinary program that meets bad memory: maps a device-dax file from the start and says of each
 * byte it is asked for what touching it does. It knows nothing of daxemu.
 *
 *   poison DEVICE LENGTH OFFSET...      a line each: OFFSET ok, or OFFSET SIGBUS at OFFSET
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static sigjmp_buf escape;
static char *volatile where;

static void on_bus_error(int sig, siginfo_t *info, void *context)
{
	(void)context;
	where = info->si_addr;
	siglongjmp(escape, sig);
}

static void touch(char *base, unsigned long off)
{
	if (sigsetjmp(escape, 1)) {
		printf("%lu SIGBUS at %lu\n", off, (unsigned long)(where - base));
		return;
	}
	*(volatile char *)(base + off) += 1;
	printf("%lu ok\n", off);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO };
	int fd = argc > 3 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;
	char *base = fd < 0 ? MAP_FAILED
			    : mmap(NULL, strtoul(argv[2], NULL, 0), PROT_READ | PROT_WRITE,
				   MAP_SHARED, fd, 0);

	if (base == MAP_FAILED) {
		perror(argc > 1 ? argv[1] : "usage");
		return 1;
	}
	sigaction(SIGBUS, &action, NULL);
	for (int i = 3; i < argc; i++)
		touch(base, strtoul(argv[i], NULL, 0));
	return 0;
}
