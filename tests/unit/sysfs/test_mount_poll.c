/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs that wait for an attribute of a mounted tree to change, while it does again and again.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/util.h"
#include "mounted.h"

#define BAD "sys/devices/platform/e820_pmem/ndbus0/region9/badblocks"

struct poller {
	const struct mounted *m;
	int missed;
	atomic_bool done;
};

/* Each time another open file, read, and waited for; half of them by two. */
static void *poll_again_and_again(void *arg)
{
	struct poller *poller = arg;
	char text[4096];

	for (int i = 0; i < 50; i++) {
		_cleanup_fd_ int fd = openat(poller->m->root, BAD, O_RDONLY | O_CLOEXEC);
		_cleanup_fd_ int copy = dup(fd);
		struct pollfd files[] = { { .fd = fd, .events = POLLPRI },
					  { .fd = i % 2 ? copy : -1, .events = POLLPRI } };

		poller->missed += read(fd, text, sizeof(text)) < 0;
		poller->missed += poll(files, 2, 10000) < 1;
		/* It may have come between the look at one and at the other. */
		poller->missed += (files[0].revents | files[1].revents) != (POLLPRI | POLLERR);
	}
	poller->done = true;
	return NULL;
}

static void add_pmem(struct mounted *m, struct dax_region **region)
{
	struct dax_region_config config = {
		.kind = DAX_REGION_PMEM, .id = 9, .span = { 8 * GIB, 64 * MIB }, .align = 2 * MIB
	};

	pthread_rwlock_wrlock(&m->lock);
	assert_int_equal(dax_region_add(m->model, &config, DAX_DRIVER_NONE, region), 0);
	pthread_rwlock_unlock(&m->lock);
}

/* Whoever waits is woken by the next change, and no wake-up is lost. */
static void test_polled(void **state)
{
	struct mounted *m = mounted_get(state);
	struct poller pollers[] = { { .m = m }, { .m = m }, { .m = m } };
	pthread_t threads[ARRAY_SIZE(pollers)];
	struct dax_region *region;

	add_pmem(m, &region);
	for (size_t i = 0; i < ARRAY_SIZE(pollers); i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, poll_again_and_again, &pollers[i]), 0);
	for (size_t i = 0; i < ARRAY_SIZE(pollers);) {
		usleep(500);
		pthread_rwlock_wrlock(&m->lock);
		assert_int_equal(dax_region_clear_bad(region, region->config.span), 0);
		pthread_rwlock_unlock(&m->lock);
		i += pollers[i].done;
	}
	for (size_t i = 0; i < ARRAY_SIZE(pollers); i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(pollers[i].missed, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MOUNTED_TEST(test_polled),
	};

	mounted_enter();
	return cmocka_run_group_tests_name("sysfs.mount_poll", tests, NULL, NULL);
}
