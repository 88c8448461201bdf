/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The CUSE front-end against a real kernel: device files come and go with the devices of a model,
 * and answer. Needs /dev/cuse and root; exits 77 without. Runs in the guest.
 */
#include "cuse/cuse.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <termios.h>

#include <cmocka.h>

#include "base/util.h"

#define MANY 256
/* A region number that no real device of the machine has. */
#define REGION	  77
#define FIRST	  "/dev/dax77.0"
#define OPENERS	  16
#define REOPENING 200

struct fixture {
	struct dax_model *model;
	struct dax_region *region;
	pthread_rwlock_t lock;
	struct cuse *cuse;
	int major;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct dax_model_config model = { .profile = dax_profile_default(),
					  .memblock_size = 128 * MIB,
					  .online_nodes = 1 };
	struct dax_region_config region = { .id = REGION,
					    .span = { 4 * GIB, 1 * GIB },
					    .align = 2 * MIB };
	struct cuse_config config;

	pthread_rwlock_init(&f->lock, NULL);
	f->major = cuse_free_major(dax_profile_default()->major);
	assert_true(f->major > 0);
	assert_int_equal(dax_model_new(&f->model, &model), 0);
	assert_int_equal(dax_region_add(f->model, &region, DAX_DEVICE_DAX, &f->region), 0);
	config = (struct cuse_config){ .model = f->model,
				       .lock = &f->lock,
				       .major = (unsigned)f->major };
	assert_int_equal(cuse_new(&f->cuse, &config), 0);
	assert_int_equal(cuse_start(f->cuse), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	cuse_free(f->cuse);
	dax_model_free(f->model);
	free(f);
	assert_int_equal(stat(FIRST, &st), -1);
	return 0;
}

/* One change of the model, and the device files after it. */
#define CHANGE(f, call)                            \
	do {                                       \
		int r_;                            \
		pthread_rwlock_wrlock(&(f)->lock); \
		r_ = (call);                       \
		pthread_rwlock_unlock(&(f)->lock); \
		cuse_settle((f)->cuse);            \
		assert_int_equal(r_, 0);           \
	} while (0)

static struct dax_dev *dev_of(struct fixture *f, int n)
{
	return dax_dev_find(f->model, (struct dax_id){ REGION, n });
}

static void path_of(char *path, size_t size, int n)
{
	snprintf(path, size, "/dev/dax%d.%d", REGION, n);
}

static size_t count_threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void test_node(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(stat(FIRST, &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(major(st.st_rdev), f->major);
	assert_int_equal(minor(st.st_rdev), dev_of(f, 0)->minor);
}

static void test_answers(void **state)
{
	struct termios termios;
	int fd = open(FIRST, O_RDWR);
	char byte = 'x';

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(read(fd, &byte, 1), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(write(fd, &byte, 1), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(ioctl(fd, TCGETS, &termios), -1);
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(fsync(fd), -1);
	assert_int_equal(errno, EINVAL);
	assert_ptr_equal(mmap(NULL, 2 * MIB, PROT_READ, MAP_SHARED, fd, 0), MAP_FAILED);
	assert_int_equal(errno, ENODEV);
	close(fd);
	assert_int_equal(open(FIRST, O_RDWR | O_DIRECT), -1);
	assert_int_equal(errno, EINVAL);
}

/* Every open file holds the device; the last close lets it go. */
static void test_holds(void **state)
{
	struct fixture *f = *state;
	struct dax_dev *dev = dev_of(f, 0);
	unsigned refs = dev->refs;
	int a = open(FIRST, O_RDONLY), b = open(FIRST, O_RDWR);

	assert_int_equal(dev->holders, 2);
	close(a);
	assert_int_equal(dev->holders, 1);
	CHANGE(f, dax_driver_unbind(dev, DAX_DEVICE_DAX));
	a = open(FIRST, O_RDONLY);
	assert_true(a >= 0);
	close(a);
	close(b);
	assert_int_equal(dev->holders, 0);
	assert_int_equal(dev->refs, refs);
	assert_int_equal(open(FIRST, O_RDONLY), -1);
	assert_int_equal(errno, ENXIO);
}

static void test_many(void **state)
{
	struct fixture *f = *state;
	size_t threads = count_threads();
	struct stat st;
	char path[64];

	CHANGE(f, dax_driver_unbind(dev_of(f, 0), DAX_DEVICE_DAX));
	CHANGE(f, dax_dev_resize(dev_of(f, 0), 0));
	for (int n = 1; n < MANY; n++) {
		CHANGE(f, dax_region_create_dev(f->region, 1));
		CHANGE(f, dax_dev_resize(dev_of(f, n), 2 * MIB));
		CHANGE(f, dax_driver_new_id(f->model, DAX_DEVICE_DAX, dev_of(f, n)->id));
	}
	for (int n = 1; n < MANY; n++) {
		int fd;

		path_of(path, sizeof(path), n);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(minor(st.st_rdev), dev_of(f, n)->minor);
		fd = open(path, O_RDWR);
		assert_true(fd >= 0);
		close(fd);
	}
	assert_int_equal(count_threads(), threads);
	for (int n = 1; n < MANY; n++) {
		CHANGE(f, dax_driver_unbind(dev_of(f, n), DAX_DEVICE_DAX));
		CHANGE(f, dax_dev_resize(dev_of(f, n), 0));
		CHANGE(f, dax_region_delete_dev(f->region, dev_of(f, n)->id));
		path_of(path, sizeof(path), n);
		assert_int_equal(stat(path, &st), -1);
		assert_int_equal(errno, ENOENT);
	}
}

/* The file of a deleted device is dead, and its number nobody else's. */
static void test_deleted(void **state)
{
	struct fixture *f = *state;
	struct stat was, st;
	char byte;
	int fd;

	fd = open(FIRST, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &was), 0);
	CHANGE(f, dax_region_disable(f->region));
	assert_int_equal(stat(FIRST, &st), -1);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(read(fd, &byte, 1), -1);
	CHANGE(f, dax_region_enable(f->region));
	assert_int_equal(stat(FIRST, &st), 0);
	assert_int_not_equal(minor(st.st_rdev), minor(was.st_rdev));
	close(fd);
}

static void *open_again_and_again(void *arg)
{
	int failed = 0;

	(void)arg;
	for (int i = 0; i < REOPENING; i++) {
		int fd = open(FIRST, O_RDWR);

		failed += fd < 0;
		if (fd >= 0)
			close(fd);
	}
	return (void *)(intptr_t)failed;
}

static void test_openers(void **state)
{
	struct fixture *f = *state;
	pthread_t threads[OPENERS];
	void *failed;

	for (int i = 0; i < OPENERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, open_again_and_again, NULL), 0);
	for (int i = 0; i < OPENERS; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(dev_of(f, 0)->holders, 0);
}

static void test_taken(void **state)
{
	struct fixture *f = *state;
	struct cuse_config config = { .model = f->model,
				      .lock = &f->lock,
				      .major = (unsigned)f->major };
	struct cuse *second;

	assert_int_equal(cuse_new(&second, &config), 0);
	assert_int_equal(cuse_start(second), -EEXIST);
	cuse_free(second);
	/* It follows the model no more, and the first one does. */
	CHANGE(f, dax_region_disable(f->region));
	assert_int_equal(open(FIRST, O_RDONLY), -1);
	assert_int_equal(errno, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_node, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_answers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_holds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_deleted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_openers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_taken, set_up, tear_down),
	};
	int r = cuse_usable();

	if (r < 0) {
		printf("skipped: /dev/cuse: %s\n", strerror(-r));
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
