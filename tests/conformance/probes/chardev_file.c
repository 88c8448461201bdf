/* SPDX-License-Identifier: BSD-3-Clause */
/* System calls on an open device file, except mmap(2). */
#include "chardev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#include "report.h"

/* The device, open in three ways. */
struct files {
	int rw, ro, wo;
};

static char buf[PAGE] = "x";

/* posix_* functions return what others leave in errno. */
static void report_posix(const char *id, int error)
{
	errno = error;
	report_result(id, error ? -1 : 0);
}

static void stats(const struct files *f)
{
	struct statx stx = { 0 };
	struct stat st;

	fstat(f->rw, &st);
	report("fstat", "type=%s mode=%04o size=%lld blocks=%lld blksize=%ld nlink=%ld minor=%d",
	       S_ISCHR(st.st_mode) ? "chr" : "?", st.st_mode & 07777, (long long)st.st_size,
	       (long long)st.st_blocks, (long)st.st_blksize, (long)st.st_nlink,
	       (int)minor(st.st_rdev));
	statx(f->rw, "", AT_EMPTY_PATH, STATX_ALL, &stx);
	report("statx", "attr_dax=%d attrs_mask_dax=%d size=%lld blksize=%u",
	       !!(stx.stx_attributes & STATX_ATTR_DAX),
	       !!(stx.stx_attributes_mask & STATX_ATTR_DAX), (long long)stx.stx_size,
	       stx.stx_blksize);
}

static void status_flags(const struct files *f)
{
	report("fcntl.getfl", "%#o", (unsigned)fcntl(f->rw, F_GETFL) & ~(unsigned)O_LARGEFILE);
	report_result("fcntl.setfl.direct", fcntl(f->rw, F_SETFL, O_DIRECT));
	report_result("fcntl.setfl.append", fcntl(f->rw, F_SETFL, O_APPEND));
	fcntl(f->rw, F_SETFL, 0);
}

static void seeks(const struct files *f)
{
	report_result("lseek.set0", lseek(f->rw, 0, SEEK_SET));
	report_result("lseek.set100", lseek(f->rw, 100, SEEK_SET));
	report_result("lseek.cur", lseek(f->rw, 5, SEEK_CUR));
	report_result("lseek.end", lseek(f->rw, 0, SEEK_END));
	report_result("lseek.data", lseek(f->rw, 0, SEEK_DATA));
	report_result("lseek.hole", lseek(f->rw, 0, SEEK_HOLE));
	report_result("lseek.neg", lseek(f->rw, -1, SEEK_SET));
	report_result("lseek.badwhence", lseek(f->rw, 0, 77));
}

static void reads_and_writes(const struct files *f)
{
	struct iovec iov = { buf, 16 };

	report_result("read", read(f->rw, buf, 16));
	report_result("read.0", read(f->rw, buf, 0));
	report_result("read.badptr", syscall(SYS_read, f->rw, 8ul, 16ul));
	report_result("read.wronly", read(f->wo, buf, 16));
	report_result("pread", pread(f->rw, buf, 16, 0));
	report_result("pread.neg", pread(f->rw, buf, 16, -1));
	report_result("readv", readv(f->rw, &iov, 1));
	report_result("preadv2", preadv2(f->rw, &iov, 1, 0, RWF_NOWAIT));
	report_result("write", write(f->rw, buf, 16));
	report_result("write.0", write(f->rw, buf, 0));
	report_result("write.rdonly", write(f->ro, buf, 16));
	report_result("pwrite", pwrite(f->rw, buf, 16, 0));
	report_result("writev", writev(f->rw, &iov, 1));
}

static void ioctls(const struct files *f)
{
	int on = 1, off = 0;

	report_result("ioctl.tcgets", ioctl(f->rw, TCGETS, buf));
	report_result("ioctl.blkgetsize64", ioctl(f->rw, BLKGETSIZE64, buf));
	report_result("ioctl.fionread", ioctl(f->rw, FIONREAD, buf));
	report_result("ioctl.fiobmap", ioctl(f->rw, FIBMAP, buf));
	report_result("ioctl.fsgetxattr", ioctl(f->rw, FS_IOC_FSGETXATTR, buf));
	report_result("ioctl.getflags", ioctl(f->rw, FS_IOC_GETFLAGS, buf));
	report_result("ioctl.0", ioctl(f->rw, 0, 0));
	report_result("ioctl.fionbio", ioctl(f->rw, FIONBIO, &on));
	report_result("ioctl.fioasync", ioctl(f->rw, FIOASYNC, &on));
	report_result("ioctl.fioclex", ioctl(f->rw, FIOCLEX));
	report_result("ioctl.fifreeze", ioctl(f->rw, FIFREEZE));
	report_result("ioctl.ficlone", ioctl(f->rw, FICLONE, f->ro));
	report_result("ioctl.figetbsz", ioctl(f->rw, FIGETBSZ, buf));
	ioctl(f->rw, FIONBIO, &off);
}

static void syncs_and_space(const struct files *f)
{
	const int punch = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;

	report_result("fsync", fsync(f->rw));
	report_result("fdatasync", fdatasync(f->rw));
	report_result("fsync.rdonly", fsync(f->ro));
	report_result("sync_file_range", sync_file_range(f->rw, 0, PAGE, SYNC_FILE_RANGE_WRITE));
	report_result("syncfs", syncfs(f->rw));
	report_result("fallocate", fallocate(f->rw, 0, 0, PAGE));
	report_result("fallocate.punch", fallocate(f->rw, punch, 0, PAGE));
	report_result("fallocate.rdonly", fallocate(f->ro, 0, 0, PAGE));
	report_posix("posix_fallocate", posix_fallocate(f->rw, 0, PAGE));
	report_result("ftruncate.0", ftruncate(f->rw, 0));
	report_result("ftruncate.big", ftruncate(f->rw, 1 << 30));
	report_result("ftruncate.rdonly", ftruncate(f->ro, 0));
	report_result("truncate", truncate(target.path, 0));
	report_posix("fadvise.dontneed", posix_fadvise(f->rw, 0, 0, POSIX_FADV_DONTNEED));
	report_posix("fadvise.willneed", posix_fadvise(f->rw, 0, 0, POSIX_FADV_WILLNEED));
	report_posix("fadvise.bad", posix_fadvise(f->rw, 0, 0, 99));
	report_result("readahead", readahead(f->rw, 0, PAGE));
}

static void polls(const struct files *f)
{
	struct pollfd poll_fd = { .fd = f->rw, .events = POLLIN | POLLOUT | POLLPRI };
	struct epoll_event event = { .events = EPOLLIN };
	int n = poll(&poll_fd, 1, 0);
	int epoll_fd = epoll_create1(0);

	report("poll", "n=%d revents=%#x", n, (unsigned)poll_fd.revents);
	report_result("epoll_add", epoll_ctl(epoll_fd, EPOLL_CTL_ADD, f->rw, &event));
	close(epoll_fd);
}

static void splices(const struct files *f)
{
	int tmp = memfd_create("t", 0), pipes[2], sockets[2];
	loff_t zero = 0, other = 0;

	if (pipe(pipes) || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets))
		report_broken("pipe");
	report_result("splice.in", splice(f->rw, &zero, pipes[1], NULL, PAGE, SPLICE_F_NONBLOCK));
	report_result("splice.in.nooff",
		      splice(f->rw, NULL, pipes[1], NULL, PAGE, SPLICE_F_NONBLOCK));
	if (write(pipes[1], buf, 16) != 16 || write(tmp, buf, PAGE) != (ssize_t)PAGE)
		report_broken("write");
	zero = 0;
	report_result("splice.out", splice(pipes[0], NULL, f->rw, &zero, 16, SPLICE_F_NONBLOCK));
	zero = 0;
	report_result("sendfile.out", sendfile(sockets[0], f->rw, &zero, PAGE));
	zero = 0;
	report_result("sendfile.in", sendfile(f->rw, tmp, &zero, PAGE));
	zero = 0;
	report_result("copy_file_range.from", copy_file_range(f->rw, &zero, tmp, &other, PAGE, 0));
	zero = other = 0;
	report_result("copy_file_range.to", copy_file_range(tmp, &zero, f->rw, &other, PAGE, 0));
}

/* A mapping holds the open file, and its lock, when no descriptor does. */
static void lock_of_mapping(void)
{
	int fd = target_open(O_RDWR), other = target_open(O_RDWR);
	char *p = target_map(fd, 2 * target.align, 0, 0);

	flock(fd, LOCK_EX);
	close(fd);
	report_result("flock.mapped", flock(other, LOCK_EX | LOCK_NB));
	munmap(p, target.align);
	report_result("flock.mapped.rest", flock(other, LOCK_EX | LOCK_NB));
	munmap(p + target.align, target.align);
	report_result("flock.unmapped", flock(other, LOCK_EX | LOCK_NB));
	close(other);
}

static void locks_and_owners(const struct files *f)
{
	struct flock lock = { .l_type = F_WRLCK, .l_len = 1 };

	report_result("flock", flock(f->rw, LOCK_EX | LOCK_NB));
	report_result("fcntl.setlk", fcntl(f->rw, F_SETLK, &lock));
	report_result("fcntl.ofd_setlk", fcntl(f->rw, F_OFD_SETLK, &lock));
	report_result("fcntl.setlease", fcntl(f->ro, F_SETLEASE, F_RDLCK));
	report_result("fcntl.addseals", fcntl(f->rw, F_ADD_SEALS, F_SEAL_WRITE));
	report_result("fcntl.getpipe", fcntl(f->rw, F_GETPIPE_SZ));
	report_result("fcntl.setown", fcntl(f->rw, F_SETOWN, getpid()));
	report_result("fchmod", fchmod(f->rw, 0600));
	report_result("fchdir", fchdir(f->rw));
	report_result("fgetxattr", fsetxattr(f->rw, "user.a", "b", 1, 0));
}

static void names_and_closes(const struct files *f)
{
	char proc[64], link[128];
	ssize_t n;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", f->rw);
	n = readlink(proc, link, sizeof(link) - 1);
	link[n < 0 ? 0 : n] = '\0';
	report("procfd", "%s", link);
	report_result("procfd.reopen", open(proc, O_RDWR) < 0 ? -1 : 0);
	report_result("dup", dup(f->rw) < 0 ? -1 : 0);
	report_result("close", close(f->rw));
	report_result("close.again", close(f->rw));
}

void chardev_file(void)
{
	struct files f = { .rw = target_open(O_RDWR),
			   .ro = target_open(O_RDONLY),
			   .wo = target_open(O_WRONLY) };

	stats(&f);
	status_flags(&f);
	seeks(&f);
	reads_and_writes(&f);
	ioctls(&f);
	syncs_and_space(&f);
	polls(&f);
	splices(&f);
	lock_of_mapping();
	locks_and_owners(&f);
	names_and_closes(&f);
}
