/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What comes and goes in the mount: the kernel keeps names, attributes and listings, and none of
 * them may be old once a change is answered.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "daxemu/proto.h"
#include "mounted.h"
#include "sysfs-emu/ref.h"

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
	struct mounted *m = mounted_get(state);

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
	struct mounted *m = mounted_get(state);
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
	struct mounted *m = mounted_get(state);
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
	struct mounted *m = mounted_get(state);

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		MOUNTED_TEST(test_names),
		MOUNTED_TEST(test_gone),
		MOUNTED_TEST(test_lists),
		MOUNTED_TEST(test_listed),
	};

	mounted_enter();
	return cmocka_run_group_tests_name("sysfs.mount_names", tests, NULL, NULL);
}
