/* SPDX-License-Identifier: BSD-3-Clause */
/* Device memory as a buffer of system calls: the kernel gets at its pages. */
#include "chardev.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static char buf[PAGE];

static void files(char *m)
{
	int tmp = memfd_create("t", 0), pipes[2];

	if (pipe(pipes))
		report_broken("pipe");
	report_result("gup.write.pipe", write(pipes[1], m, PAGE));
	report_result("gup.read.pipe", read(pipes[0], m, PAGE));
	report_result("gup.write.file", write(tmp, m, PAGE));
	report_result("gup.pread.file", pread(tmp, m, PAGE, 0));
	close(tmp);
	close(pipes[0]);
	close(pipes[1]);
}

static void processes(char *m)
{
	struct iovec local = { buf, PAGE }, remote = { m, PAGE };
	int mem = open("/proc/self/mem", O_RDWR);
	pid_t pid;

	report_result("gup.process_vm_readv", process_vm_readv(getpid(), &local, 1, &remote, 1, 0));
	report_result("gup.process_vm_writev",
		      process_vm_writev(getpid(), &local, 1, &remote, 1, 0));
	report_result("gup.procmem.read", pread(mem, buf, PAGE, (off_t)(uintptr_t)m));
	report_result("gup.procmem.write", pwrite(mem, buf, PAGE, (off_t)(uintptr_t)m));
	close(mem);
	pid = fork();
	if (!pid) {
		pause();
		_exit(0);
	}
	report_result("gup.other.process_vm_readv",
		      process_vm_readv(pid, &local, 1, &remote, 1, 0));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void splices_and_futexes(char *m)
{
	struct iovec iov = { m, PAGE };
	int pipes[2];

	if (pipe(pipes))
		report_broken("pipe");
	report_result("gup.vmsplice", vmsplice(pipes[1], &iov, 1, SPLICE_F_NONBLOCK));
	report_result("gup.vmsplice.drain", read(pipes[0], buf, PAGE));
	report_result("gup.futex.private.wake",
		      syscall(SYS_futex, m, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL));
	report_result("gup.futex.shared.wake", syscall(SYS_futex, m, FUTEX_WAKE, 1, NULL));
	*(int *)m = 1;
	report_result("gup.futex.shared.wait", syscall(SYS_futex, m, FUTEX_WAIT, 2, NULL));
}

/* To and from $DIRECT, a block device or file that takes O_DIRECT. */
static void direct_io(char *m, int fd)
{
	const char *path = getenv("DIRECT");
	int disk = path ? open(path, O_RDWR | O_DIRECT) : -1;
	char *beyond;

	if (disk < 0) {
		report("gup.odirect", "noloop");
		return;
	}
	report_result("gup.odirect.write", pwrite(disk, m, PAGE, 0));
	report_result("gup.odirect.read", pread(disk, m, PAGE, 0));
	beyond = target_map(fd, target.align, (off_t)target.size, 0);
	if (beyond != MAP_FAILED)
		report_result("gup.odirect.offS", pwrite(disk, beyond, PAGE, 0));
	close(disk);
}

static void page_map(const char *m)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry;

	if (pread(fd, &entry, sizeof(entry), (off_t)((uintptr_t)m / PAGE * sizeof(entry))) !=
	    sizeof(entry))
		entry = 0;
	report("pagemap", "present=%d swap=%d file=%d softdirty=%d exclusive=%d pfn=%#llx",
	       (int)(entry >> 63), (int)(entry >> 62 & 1), (int)(entry >> 61 & 1),
	       (int)(entry >> 55 & 1), (int)(entry >> 56 & 1),
	       (unsigned long long)(entry & ((1ull << 55) - 1)));
	close(fd);
}

void chardev_gup(void)
{
	int fd = target_open(O_RDWR);
	char *m = target_map(fd, target.align, 0, 0);

	memset(m, 'G', PAGE);
	files(m);
	processes(m);
	splices_and_futexes(m);
	direct_io(m, fd);
	page_map(m);
	munmap(m, target.align);
	close(fd);
}
