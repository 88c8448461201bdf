/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The files of the mount as programs see them: every answer here comes through the kernel. Skipped
 * where /dev/fuse or a mount namespace cannot be had.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/util.h"
#include "daxemu/proto.h"
#include "mounted.h"

/* Recorded: open.*, and what is refused. */
static void test_open(void **state)
{
	static const struct open_case {
		const char *path;
		int flags, error;
	} cases[] = {
		{ D "size", O_WRONLY, 0 },
		{ D "size", O_RDWR | O_TRUNC, 0 },
		{ D "size", O_WRONLY | O_APPEND, 0 },
		{ D "size", O_RDONLY | O_DIRECT, EINVAL },
		{ D "size", O_RDONLY | O_DIRECTORY, ENOTDIR },
		{ D "size", O_WRONLY | O_CREAT, 0 },
		{ D "size", O_WRONLY | O_CREAT | O_EXCL, EEXIST },
		{ D "size", O_PATH, 0 },
		{ D, O_RDWR | O_TMPFILE, EOPNOTSUPP },
		{ D "new", O_WRONLY | O_CREAT, EACCES },
		{ D "modalias", O_WRONLY, EACCES },
		{ D "mapping", O_RDONLY, EACCES },
		{ D "nosuch", O_RDONLY, ENOENT },
		{ "dev/dax0.0", O_RDONLY, EACCES },
		{ "dev/dax0.0", O_PATH, 0 },
		{ "dev/.daxemu/sock", O_RDWR, EACCES },
		{ TWIN, O_RDWR | O_DIRECT, EINVAL },
		{ TWIN, O_RDWR | O_TRUNC | O_CREAT | O_NOATIME, 0 },
		{ "sys/class/dax", O_PATH, ENOENT },
		{ "sys/kernel/uevent_seqnum", O_RDONLY, 0 },
		{ "sys/kernel/uevent_seqnum", O_WRONLY, EROFS },
		{ "sys/kernel/uevent_seqnum", O_RDONLY | O_TRUNC, EROFS },
		{ "sys/kernel/new", O_WRONLY | O_CREAT, EROFS },
	};
	struct mounted *m = mounted_get(state);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_fd_ int fd =
			openat(m->root, cases[i].path, cases[i].flags | O_CLOEXEC, 0600);

		if (result_of(fd) != cases[i].error)
			fail_msg("%s %#o: %s", cases[i].path, cases[i].flags,
				 fd < 0 ? strerrorname_np(errno) : "ok");
	}
}

static void test_refused(void **state)
{
	struct mounted *m = mounted_get(state);
	_cleanup_fd_ int dir = openat(m->root, D, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_fd_ int size = openat(dir, "size", O_RDWR | O_CLOEXEC);

	assert_int_equal(result_of(unlinkat(dir, "size", 0)), EPERM);
	assert_int_equal(result_of(unlinkat(dir, "mapping0", AT_REMOVEDIR)), EPERM);
	assert_int_equal(result_of(mkdirat(dir, "x", 0755)), EPERM);
	assert_int_equal(result_of(renameat(dir, "size", dir, "x")), EPERM);
	assert_int_equal(result_of(linkat(dir, "size", dir, "x", 0)), EPERM);
	assert_int_equal(result_of(symlinkat("size", dir, "x")), EPERM);
	assert_int_equal(result_of(mknodat(dir, "x", S_IFIFO | 0600, 0)), EPERM);
	assert_int_equal(result_of(fsetxattr(size, "user.x", "y", 1, 0)), EOPNOTSUPP);
	assert_true(mmap(NULL, 4096, PROT_READ, MAP_SHARED, size, 0) == MAP_FAILED);
	assert_int_equal(errno, ENODEV);
	assert_int_equal(result_of(ftruncate(size, 0)), 0);
	assert_int_equal(result_of(ftruncate(size, 99999)), 0);
	assert_int_equal(result_of(mkdirat(m->root, "sys/kernel/x", 0755)), EROFS);
	assert_int_equal(result_of(fchmodat(m->root, "sys/kernel/uevent_seqnum", 0666, 0)), EROFS);
}

static void test_read(void **state)
{
	struct mounted *m = mounted_get(state);
	_cleanup_fd_ int fd = openat(m->root, D "size", O_RDWR | O_CLOEXEC);
	struct pollfd pollfd = { .fd = fd, .events = POLLIN | POLLOUT | POLLPRI | POLLERR };
	char text[32] = "";

	assert_int_equal(pread(fd, text, 4, 3), 4);
	assert_string_equal(text, "7483");
	assert_int_equal(pread(fd, text, 4, 11), 0);
	assert_int_equal(pread(fd, text, 4, 4096), 0);
	assert_int_equal(pread(fd, text, 0, 0), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 4096);
	assert_int_equal(lseek(fd, 0, SEEK_DATA), 0);
	assert_int_equal(lseek(fd, 5000, SEEK_SET), 5000);
	assert_int_equal(result_of(lseek(fd, -1, SEEK_SET)), EINVAL);
	assert_int_equal(poll(&pollfd, 1, 0), 1);
	assert_int_equal(pollfd.revents, POLLIN | POLLOUT);
}

/* The text is of the moment when reading began. Recorded: sz.stale. */
static void test_snapshot(void **state)
{
	struct mounted *m = mounted_get(state);
	_cleanup_fd_ int fd = openat(m->root, D "size", O_RDONLY | O_CLOEXEC);
	char text[32] = "";

	assert_int_equal(read(fd, text, 2), 2);
	PUT(m, DD "unbind", "dax0.0");
	PUT(m, D "size", "4194304");
	assert_int_equal(read(fd, text, sizeof(text)), 9);
	text[9] = '\0';
	assert_string_equal(text, "47483648\n");
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(read(fd, text, sizeof(text)), 8);
	text[8] = '\0';
	assert_string_equal(text, "4194304\n");
}

static void test_write(void **state)
{
	struct mounted *m = mounted_get(state);
	_cleanup_fd_ int fd = openat(m->root, D "size", O_WRONLY | O_CLOEXEC);
	char zeros[5000];

	PUT(m, DD "unbind", "dax0.0");
	assert_int_equal(write(fd, "", 0), 0);
	assert_int_equal(write(fd, "4194304", 8), 8);
	assert_int_equal(write(fd, "6291456\n", 8), 8);
	assert_string_equal(get_text(m, D "size"), "6291456\n");
	assert_int_equal(pwrite(fd, "8388608", 7, 2), 7);
	assert_string_equal(get_text(m, D "size"), "8388608\n");
	memset(zeros, '0', sizeof(zeros));
	assert_int_equal(write(fd, zeros, sizeof(zeros)), 4096);
	assert_string_equal(get_text(m, D "size"), "0\n");
}

static void test_modes(void **state)
{
	struct mounted *m = mounted_get(state);
	struct stat st, twin;

	assert_int_equal(fstatat(m->root, D "size", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	assert_int_equal(st.st_size, 4096);
	assert_int_equal(st.st_blocks, 0);
	assert_int_equal(st.st_blksize, 4096);
	assert_int_equal(fchmodat(m->root, D "modalias", 0644, 0), 0);
	assert_int_equal(put(m, D "modalias", "x"), -EIO);
	assert_int_equal(fchmodat(m->root, D "size", 0200, 0), 0);
	assert_string_equal(get_text(m, D "size"), "EACCES");
	/* The node and its twin are one. */
	assert_int_equal(fstatat(m->root, TWIN, &twin, 0), 0);
	assert_int_equal(fchmodat(m->root, "dev/dax0.0", 0666, 0), 0);
	assert_int_equal(fstatat(m->root, TWIN, &twin, 0), 0);
	assert_int_equal(twin.st_mode, S_IFREG | 0666);
	assert_true(twin.st_ino == daxemu_ino(DAXEMU_INO_TWIN, 252, 0));
	assert_int_equal(fstatat(m->root, "dev/dax0.0", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFCHR | 0666);
	assert_true(st.st_rdev == makedev(252, 0));
	assert_true(st.st_ino == daxemu_ino(DAXEMU_INO_NODE, 252, 0));
}

static void test_twin(void **state)
{
	struct mounted *m = mounted_get(state);
	_cleanup_fd_ int fd = openat(m->root, TWIN, O_RDWR | O_CLOEXEC);
	_cleanup_fd_ int again = -1;
	struct stat st;
	char text[8];

	assert_true(fd >= 0);
	assert_int_equal(result_of(read(fd, text, 8)), EINVAL);
	assert_int_equal(result_of(write(fd, text, 8)), EINVAL);
	assert_int_equal(result_of(fsync(fd)), EINVAL);
	assert_int_equal(result_of(fdatasync(fd)), EINVAL);
	assert_int_equal(result_of(ftruncate(fd, 0)), EINVAL);
	assert_int_equal(result_of(fallocate(fd, 0, 0, 4096)), ENODEV);
	assert_int_equal(result_of(ioctl(fd, 0x5401, text)), ENOTTY);
	assert_true(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED);
	assert_int_equal(errno, ENODEV);
	PUT(m, DD "unbind", "dax0.0");
	/* While one is held, it opens; then no more. */
	again = openat(m->root, TWIN, O_RDONLY | O_CLOEXEC);
	assert_true(again >= 0);
	close_fdp(&again);
	again = -1;
	close_fdp(&fd);
	fd = -1;
	assert_int_equal(result_of(openat(m->root, TWIN, O_RDONLY | O_CLOEXEC)), ENXIO);
	assert_int_equal(fstatat(m->root, TWIN, &st, 0), 0);
}

/* close(2) does not wait for the daemon, but what is asked after it finds the files closed. */
static void test_closed(void **state)
{
	struct mounted *m = mounted_get(state);
	int fds[40];

	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
			fds[i] = openat(m->root, TWIN, O_RDWR | O_CLOEXEC);
		assert_true(fds[ARRAY_SIZE(fds) - 1] >= 0);
		PUT(m, DD "unbind", "dax0.0");
		for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
			close_fdp(&fds[i]);
		assert_int_equal(result_of(openat(m->root, TWIN, O_RDONLY | O_CLOEXEC)), ENXIO);
		PUT(m, DD "bind", "dax0.0");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MOUNTED_TEST(test_open),     MOUNTED_TEST(test_refused), MOUNTED_TEST(test_read),
		MOUNTED_TEST(test_snapshot), MOUNTED_TEST(test_write),	 MOUNTED_TEST(test_modes),
		MOUNTED_TEST(test_twin),     MOUNTED_TEST(test_closed),
	};

	mounted_enter();
	return cmocka_run_group_tests_name("sysfs.mount", tests, NULL, NULL);
}
