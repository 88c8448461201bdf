/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The mount as programs see it: every answer here comes through the kernel. In a mount namespace of
 * the test's own; skipped where /dev/fuse or the namespace cannot be had.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ndctl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "daxemu/proto.h"
#include "sysfs-emu/fs.h"
#include "sysfs-emu/ref.h"

#define R	 "sys/devices/platform/hmem.0/"
#define G	 R "dax_region/"
#define D	 R "dax0.0/"
#define DD	 "sys/bus/dax/drivers/device_dax/"
#define TWIN	 "dev/.daxemu/twin/252:0"
#define BUS_TWIN "dev/.daxemu/twin/245:0"

struct mounted {
	char path[64];
	pthread_rwlock_t lock;
	struct dax_model *model;
	int sys, dev;
	struct fs *fs;
	int root; /* of the mount */
};

/* --- fixture ------------------------------------------------------------------------------ */

static void write_text(const char *path, const char *text)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "%s: %m\n", path);
}

/* Root of its own mounts, by a user namespace if need be. */
static bool enter_namespace(void)
{
	char map[64];
	uid_t uid = getuid();
	gid_t gid = getgid();

	if (unshare(CLONE_NEWNS) < 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
			return false;
		write_text("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "0 %u 1", uid);
		write_text("/proc/self/uid_map", map);
		snprintf(map, sizeof(map), "0 %u 1", gid);
		write_text("/proc/self/gid_map", map);
	}
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static int mount_fuse(const char *path)
{
	char options[128];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40755,user_id=0,group_id=0,allow_other,default_permissions", fd);
	if (fd >= 0 && mount("daxemu", path, "fuse.daxemu", MS_NOSUID | MS_NODEV, options) < 0)
		close_fdp(&fd);
	return fd;
}

static void make_model(struct mounted *m, int id)
{
	struct dax_model_config config = { .profile = dax_profile_find("6.12"),
					   .memblock_size = 128 * MIB,
					   .online_nodes = 1 };
	struct dax_region_config region = { .kind = DAX_REGION_HMEM,
					    .id = id,
					    .span = { 4 * GIB, 2 * GIB },
					    .align = 2 * MIB,
					    .target_node = 1 };
	struct dax_region *out;

	assert_int_equal(dax_model_new(&m->model, &config), 0);
	assert_int_equal(dax_region_add(m->model, &region, DAX_DEVICE_DAX, &out), 0);
}

/* @sys: what it has for the host's. @id: of its region. NULL where there is no FUSE. */
static struct mounted *mount_new(const char *sys, int id)
{
	struct mounted *m = calloc(1, sizeof(*m));
	struct fs_config config = { .lock = &m->lock, .device_files = true };

	strcpy(m->path, "/tmp/daxemu-mount.XXXXXX");
	assert_non_null(mkdtemp(m->path));
	config.fuse_fd = mount_fuse(m->path);
	if (config.fuse_fd < 0) {
		rmdir(m->path);
		free(m);
		return NULL;
	}
	pthread_rwlock_init(&m->lock, NULL);
	make_model(m, id);
	config.model = m->model;
	config.real_sys = m->sys = open(sys, O_PATH | O_DIRECTORY | O_CLOEXEC);
	config.real_proc = -1;
	config.real_dev = m->dev = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(fs_new(&m->fs, &config), 0);
	assert_int_equal(fs_start(m->fs), 0);
	m->root = open(m->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(m->root >= 0);
	return m;
}

static void mount_free(struct mounted *m)
{
	close_fdp(&m->root);
	umount2(m->path, MNT_DETACH);
	if (m->fs)
		fs_free(m->fs);
	dax_model_free(m->model);
	pthread_rwlock_destroy(&m->lock);
	close(m->sys);
	close(m->dev);
	rmdir(m->path);
	free(m);
}

static int set_up(void **state)
{
	*state = mount_new("/sys", 0);
	return 0;
}

static int tear_down(void **state)
{
	if (*state)
		mount_free(*state);
	return 0;
}

static struct mounted *get(void **state)
{
	if (!*state)
		skip();
	return *state;
}

/* --- helpers ------------------------------------------------------------------------------ */

/* Return: bytes or -errno. */
static long put(const struct mounted *m, const char *path, const char *text)
{
	_cleanup_fd_ int fd = openat(m->root, path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	return n < 0 ? -errno : n;
}

static const char *get_text(const struct mounted *m, const char *path)
{
	static char text[4097];
	_cleanup_fd_ int fd = openat(m->root, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n < 0)
		return strerrorname_np(errno);
	text[n] = '\0';
	return text;
}

static bool exists(const struct mounted *m, const char *path)
{
	struct stat st;

	return fstatat(m->root, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool lists(const struct mounted *m, const char *path, const char *name)
{
	int fd = openat(m->root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fdopendir(fd);
	bool found = false;
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		found |= strcmp(entry->d_name, name) == 0;
	closedir(dir);
	return found;
}

#define PUT(m, path, text) assert_int_equal(put(m, path, text), strlen(text))

static int result_of(long r)
{
	return r < 0 ? errno : 0;
}

/* --- files -------------------------------------------------------------------------------- */

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
	struct mounted *m = get(state);

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
	struct mounted *m = get(state);
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
	struct mounted *m = get(state);
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
	struct mounted *m = get(state);
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
	struct mounted *m = get(state);
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
	struct mounted *m = get(state);
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

/* --- what comes and goes ------------------------------------------------------------------ */

/* Looked for before, during and after: nothing cached may be wrong. */
static void check_dev(const struct mounted *m, bool there)
{
	static const char *const paths[] = { "dev/dax0.1", R "dax0.1", "sys/dev/char/252:1",
					     "sys/bus/dax/devices/dax0.1",
					     "dev/.daxemu/twin/252:1" };
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		if (exists(m, paths[i]) != there)
			fail_msg("%s is%s there", paths[i], there ? " not" : "");
	}
	assert_int_equal(lists(m, "dev", "dax0.1"), there);
	assert_int_equal(lists(m, R, "dax0.1"), there);
	assert_int_equal(fstatat(m->root, R, &st, 0), 0);
	assert_int_equal(st.st_nlink, there ? 6 : 5);
}

static void check_driver(const struct mounted *m, bool bound)
{
	assert_int_equal(exists(m, R "dax0.1/driver"), bound);
	assert_int_equal(exists(m, DD "dax0.1"), bound);
	assert_int_equal(lists(m, DD, "dax0.1"), bound);
}

static void test_names(void **state)
{
	struct mounted *m = get(state);

	PUT(m, DD "unbind", "dax0.0");
	PUT(m, D "size", "4194304");
	check_dev(m, false);
	for (int i = 0; i < 20; i++) {
		PUT(m, G "create", "1");
		check_dev(m, true);
		assert_false(exists(m, R "dax0.1/mapping0"));
		PUT(m, R "dax0.1/size", "2097152");
		assert_true(exists(m, R "dax0.1/mapping0"));
		check_driver(m, false);
		PUT(m, DD "new_id", "dax0.1");
		check_driver(m, true);
		PUT(m, DD "remove_id", "dax0.1");
		PUT(m, DD "unbind", "dax0.1");
		check_driver(m, false);
		PUT(m, R "dax0.1/size", "0");
		assert_false(exists(m, R "dax0.1/mapping0"));
		PUT(m, G "delete", "dax0.1");
		check_dev(m, false);
	}
}

static void test_gone(void **state)
{
	struct mounted *m = get(state);
	_cleanup_fd_ int size = -1, dir = -1;
	char text[32];
	struct stat st;

	PUT(m, DD "unbind", "dax0.0");
	PUT(m, D "size", "4194304");
	PUT(m, G "create", "1");
	size = openat(m->root, R "dax0.1/size", O_RDWR | O_CLOEXEC);
	dir = openat(m->root, R "dax0.1", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	PUT(m, G "delete", "dax0.1");
	PUT(m, G "create", "1");
	assert_int_equal(result_of(read(size, text, sizeof(text))), ENODEV);
	assert_int_equal(result_of(write(size, "0", 1)), ENODEV);
	assert_int_equal(fstat(size, &st), 0);
	assert_int_equal(result_of(openat(dir, "size", O_RDONLY | O_CLOEXEC)), ENOENT);
	assert_int_equal(result_of(openat(dir, "align", O_RDONLY | O_CLOEXEC)), ENOENT);
}

/* Lists, as a whole or in part, until the mount's owner has seen enough. */
struct lister {
	const struct mounted *m;
	pthread_t thread;
	atomic_bool stop;
};

static void *list_often(void *arg)
{
	static const char *const paths[] = { R, "sys/bus/dax/devices", "sys/bus/dax/drivers" };
	struct lister *lister = arg;
	char part[128];

	for (unsigned i = 0; !lister->stop; i++) {
		_cleanup_fd_ int fd = openat(lister->m->root, paths[i % ARRAY_SIZE(paths)],
					     O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		for (unsigned n = i % 7; n && getdents64(fd, part, sizeof(part)) > 0; n--)
			;
		lists(lister->m, paths[i % ARRAY_SIZE(paths)], "");
	}
	return NULL;
}

static void check_lists(const struct mounted *m, bool dev, bool bound)
{
	assert_int_equal(lists(m, R, "dax0.1"), dev);
	assert_int_equal(lists(m, "sys/bus/dax/devices", "dax0.1"), dev);
	assert_int_equal(lists(m, DD, "dax0.1"), bound);
	if (!dev)
		return;
	assert_int_equal(lists(m, R "dax0.1", "driver"), bound);
	assert_int_equal(lists(m, R "dax0.1", "mapping0"), bound);
}

/* The kernel keeps listings: none is old when the change is answered, whoever lists meanwhile. */
static void test_lists(void **state)
{
	struct mounted *m = get(state);
	struct lister listers[2] = { { m }, { m } };
	char part[64];

	PUT(m, DD "unbind", "dax0.0");
	PUT(m, D "size", "4194304");
	for (size_t i = 0; i < ARRAY_SIZE(listers); i++)
		pthread_create(&listers[i].thread, NULL, list_often, &listers[i]);
	for (int i = 0; i < 50; i++) {
		_cleanup_fd_ int dir = -1;

		PUT(m, G "create", "1");
		check_lists(m, true, false);
		PUT(m, R "dax0.1/size", "2097152");
		PUT(m, DD "new_id", "dax0.1");
		check_lists(m, true, true);
		PUT(m, DD "remove_id", "dax0.1");
		PUT(m, DD "unbind", "dax0.1");
		PUT(m, R "dax0.1/size", "0");
		check_lists(m, true, false);
		dir = openat(m->root, R "dax0.1", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(getdents64(dir, part, sizeof(part)) > 0);
		PUT(m, G "delete", "dax0.1");
		check_lists(m, false, false);
		assert_int_equal(lseek(dir, 0, SEEK_SET), 0);
		assert_int_equal(getdents64(dir, part, sizeof(part)), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(listers); i++) {
		listers[i].stop = true;
		pthread_join(listers[i].thread, NULL);
	}
}

static bool is_ours(uint64_t ino)
{
	return ino & SYSFS_REF_EMULATED || daxemu_ino_kind(ino);
}

/* Whether it is listed with or without what a lookup would say, that is the same. */
static void check_entry(int dir, const struct dirent *entry)
{
	struct stat st;

	assert_int_equal(fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW), 0);
	if (entry->d_type != IFTODT(st.st_mode) ||
	    (is_ours(st.st_ino) && entry->d_ino != st.st_ino))
		fail_msg("%s: listed as %u, %#lx", entry->d_name, entry->d_type, entry->d_ino);
}

static void test_listed(void **state)
{
	static const char *const paths[] = {
		"", "dev", "dev/.daxemu", "sys", "sys/kernel", "sys/bus/dax", DD, R, G, D, D "power"
	};
	struct mounted *m = get(state);

	for (size_t i = 0; i < 2 * ARRAY_SIZE(paths); i++) {
		const char *path = paths[i / 2];
		int fd = openat(m->root, *path ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		DIR *dir = fdopendir(fd);
		struct dirent *entry;

		assert_non_null(dir);
		while ((entry = readdir(dir))) {
			if (*entry->d_name != '.')
				check_entry(fd, entry);
		}
		closedir(dir);
	}
}

static void test_twin(void **state)
{
	struct mounted *m = get(state);
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
	struct mounted *m = get(state);
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

/* --- who waits ---------------------------------------------------------------------------- */

struct client {
	int dir;
	const char *path; /* NULL: sends a command to @dir */
	pthread_t thread;
	atomic_bool answered;
};

static void *open_file(void *arg)
{
	struct client *client = arg;

	close(openat(client->dir, client->path, O_RDONLY | O_CLOEXEC));
	client->answered = true;
	return NULL;
}

static int add_static(void *arg)
{
	const struct dax_region_config region = {
		.id = 1, .kind = DAX_REGION_PMEM, .span = { 8 * GIB, 2 * GIB }, .align = 2 * MIB
	};
	struct dax_region *out;

	return dax_region_add(arg, &region, DAX_DEVICE_DAX, &out);
}

/* Opens the device file of the bus, which needs a static region. */
static int open_bus(const struct mounted *m)
{
	assert_int_equal(fs_change(m->fs, add_static, m->model), 0);
	return openat(m->root, BUS_TWIN, O_RDONLY | O_CLOEXEC);
}

/* Any command of the bus. @dir: /dev/ndctl0 itself. */
static void *ask_bus(void *arg)
{
	struct nd_cmd_ars_cap cap = { 0 };
	struct client *client = arg;

	ioctl(client->dir, ND_IOCTL_ARS_CAP, &cap);
	client->answered = true;
	return NULL;
}

static void start(struct client *client)
{
	void *(*act)(void *arg) = client->path ? open_file : ask_bus;

	assert_int_equal(pthread_create(&client->thread, NULL, act, client), 0);
	usleep(5000);
}

/* While the model of @m changes, and only then, some clients wait; @other is answered. */
static void check_waiting(struct mounted *m, struct client *waiting, size_t nr,
			  struct client *other)
{
	bool early = false, late;

	pthread_rwlock_wrlock(&m->lock);
	for (size_t i = 0; i < nr; i++)
		start(&waiting[i]);
	start(other);
	for (int i = 0; i < 5000 && !other->answered; i++)
		usleep(1000);
	late = !other->answered;
	for (size_t i = 0; i < nr; i++)
		early |= waiting[i].answered;
	pthread_rwlock_unlock(&m->lock);
	for (size_t i = 0; i < nr; i++)
		pthread_join(waiting[i].thread, NULL);
	pthread_join(other->thread, NULL);
	assert_false(early);
	assert_false(late);
}

static void test_waiting(void **state)
{
	struct mounted *m = get(state);
	_cleanup_fd_ int dir = openat(m->root, "sys/kernel", O_PATH | O_CLOEXEC);
	_cleanup_fd_ int bus = open_bus(m);
	struct client waiting[] = {
		{ bus, NULL }, { m->root, D "size" }, { m->root, TWIN }, { m->root, DD }
	};
	struct client other = { dir, "uevent_seqnum" };

	assert_true(bus >= 0);
	check_waiting(m, waiting, ARRAY_SIZE(waiting), &other);
}

/* The host's files are those of another mount, which may be slow to find and to open. */
static void test_slow_host(void **state)
{
	struct mounted *m = get(state), *over;
	struct client waiting[] = { { .path = D "align" }, { .path = D "size" } };
	struct client other = { .path = "sys/devices/platform/hmem.1/dax1.0/size" };
	char sys[80];

	snprintf(sys, sizeof(sys), "%s/sys", m->path);
	over = mount_new(sys, 1);
	assert_true(exists(over, D "size") && exists(over, other.path));
	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
		waiting[i].dir = over->root;
	other.dir = over->root;
	check_waiting(m, waiting, ARRAY_SIZE(waiting), &other);
	mount_free(over);
}

/* Leaves files of every sort open when the connection ends. */
static void *look_around(void *arg)
{
	static const char *const paths[] = { D "align", "sys/kernel/uevent_seqnum", TWIN, D };
	const struct mounted *m = arg;
	int fds[ARRAY_SIZE(paths)];

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		fds[i] = openat(m->root, paths[i], O_RDONLY | O_CLOEXEC);
	while (put(m, DD "new_id", "dax0.0") > 0)
		;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		close_fdp(&fds[i]);
	return NULL;
}

/* Freed in the midst of requests: those fail, and so do all later ones. */
static void test_stopped(void **state)
{
	struct mounted *m = get(state);
	pthread_t threads[3];

	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, look_around, m), 0);
	usleep(20000);
	fs_free(m->fs);
	m->fs = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(put(m, D "size", "0"), -ENOTCONN);
}

static void test_end(void **state)
{
	struct mounted *m = get(state);
	struct pollfd end = { .fd = fs_end_fd(m->fs), .events = POLLIN };

	assert_int_equal(poll(&end, 1, 0), 0);
	close_fdp(&m->root);
	m->root = -1;
	assert_int_equal(umount2(m->path, MNT_DETACH), 0);
	assert_int_equal(poll(&end, 1, 10000), 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_open),    TEST(test_refused),	  TEST(test_read),    TEST(test_snapshot),
		TEST(test_write),   TEST(test_modes),	  TEST(test_names),   TEST(test_gone),
		TEST(test_lists),   TEST(test_listed),	  TEST(test_twin),    TEST(test_closed),
		TEST(test_waiting), TEST(test_slow_host), TEST(test_stopped), TEST(test_end),
	};

	if (!enter_namespace()) {
		printf("skipped: no mount namespace can be had here\n");
		return 77;
	}
	return cmocka_run_group_tests_name("sysfs.mount", tests, NULL, NULL);
}
