/* SPDX-License-Identifier: BSD-3-Clause */
/* Many clients of one mount: who waits for whom, and what its end is like. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ndctl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "mounted.h"

#define BUS_TWIN "dev/.daxemu/twin/245:0"

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
	struct mounted *m = mounted_get(state);
	_cleanup_fd_ int dir = openat(m->root, "sys/kernel", O_PATH | O_CLOEXEC);
	_cleanup_fd_ int bus = open_bus(m);
	struct client waiting[] = {
		{ bus, NULL }, { m->root, D "size" }, { m->root, TWIN }, { m->root, DD }
	};
	struct client other = { dir, "uevent_seqnum" };

	assert_true(bus >= 0);
	check_waiting(m, waiting, ARRAY_SIZE(waiting), &other);
}

/* Only from what the kernel keeps: the daemon would wait for the model. */
static void *look_at_kept(void *arg)
{
	struct client *client = arg;
	_cleanup_fd_ int dir = openat(client->dir, D, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char list[4096];
	struct stat st;

	if (fstatat(dir, "align", &st, 0) == 0 && fstatat(dir, "mapping0", &st, 0) == 0 &&
	    result_of(fstatat(dir, "missing", &st, 0)) == ENOENT &&
	    getdents64(dir, list, sizeof(list)) > 0)
		client->answered = true;
	return NULL;
}

/* Names that were only listed, a name that was missed, and the list. */
static void test_kept(void **state)
{
	struct mounted *m = mounted_get(state);
	struct client client = { m->root };
	bool in_time;

	assert_true(lists(m, D, "align"));
	assert_false(exists(m, D "missing"));
	pthread_rwlock_wrlock(&m->lock);
	pthread_create(&client.thread, NULL, look_at_kept, &client);
	for (int i = 0; i < 5000 && !client.answered; i++)
		usleep(1000);
	in_time = client.answered;
	pthread_rwlock_unlock(&m->lock);
	pthread_join(client.thread, NULL);
	assert_true(in_time);
}

/* The host's files are those of another mount, which may be slow to find and to open. */
static void test_slow_host(void **state)
{
	struct mounted *m = mounted_get(state), *over;
	struct client waiting[] = { { .path = D "align" }, { .path = D "size" } };
	struct client other = { .path = "sys/devices/platform/hmem.1/dax1.0/size" };
	char sys[80];

	snprintf(sys, sizeof(sys), "%s/sys", m->path);
	over = mounted_new(sys, 1);
	assert_true(exists(over, D "size") && exists(over, other.path));
	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
		waiting[i].dir = over->root;
	other.dir = over->root;
	check_waiting(m, waiting, ARRAY_SIZE(waiting), &other);
	mounted_free(over);
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
	struct mounted *m = mounted_get(state);
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
	struct mounted *m = mounted_get(state);
	struct pollfd end = { .fd = fs_end_fd(m->fs), .events = POLLIN };

	assert_int_equal(poll(&end, 1, 0), 0);
	close_fdp(&m->root);
	m->root = -1;
	assert_int_equal(umount2(m->path, MNT_DETACH), 0);
	assert_int_equal(poll(&end, 1, 10000), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MOUNTED_TEST(test_waiting), MOUNTED_TEST(test_slow_host), MOUNTED_TEST(test_kept),
		MOUNTED_TEST(test_stopped), MOUNTED_TEST(test_end),
	};

	mounted_enter();
	return cmocka_run_group_tests_name("sysfs.mount_threads", tests, NULL, NULL);
}
