/* SPDX-License-Identifier: BSD-3-Clause */
/* Who has the turn when it is passed, or lent for a short or a long time. Nothing here is timed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "sysfs-emu/turn.h"

static int set_up(void **state)
{
	struct turn *turn = calloc(1, sizeof(*turn));

	turn_init(turn);
	assert_int_equal(turn_start(turn), 0);
	*state = turn;
	return 0;
}

static int tear_down(void **state)
{
	turn_stop(*state);
	turn_destroy(*state);
	free(*state);
	return 0;
}

static void *take_and_pass(void *arg)
{
	turn_take(arg);
	turn_pass(arg);
	return NULL;
}

static void join_another(struct turn *turn)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, take_and_pass, turn), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

/* Each would hang, were it wrong. */
static void test_passed(void **state)
{
	struct turn *turn = *state;

	turn_pass(turn);
	turn_lend(turn);
	join_another(turn);
	turn_take(turn);
	turn_take(turn);
	turn_pass(turn);
	turn_pass(turn);
	join_another(turn);
	turn_take(turn);
	turn_pass(turn);
}

static void test_lent(void **state)
{
	struct turn *turn = *state;

	for (int i = 0; i < 1000; i++) {
		turn_take(turn);
		turn_lend(turn);
		turn_lend(turn);
	}
	/* While this thread waits it still lends. */
	join_another(turn);
	turn_take(turn);
	turn_lend(turn);
	turn_pass(turn);
	join_another(turn);
}

struct crowd {
	struct turn *turn;
	atomic_int having, most;
};

/* Sometimes what is lent takes long. */
static void *serve(void *arg)
{
	struct crowd *crowd = arg;

	for (int i = 0; i < 300; i++) {
		int having;

		turn_take(crowd->turn);
		having = atomic_fetch_add(&crowd->having, 1) + 1;
		if (having > crowd->most)
			crowd->most = having;
		atomic_fetch_sub(&crowd->having, 1);
		if (i % 7)
			turn_lend(crowd->turn);
		if (i % 50 == 0)
			usleep(3000);
		if (i % 11 == 0)
			turn_pass(crowd->turn);
	}
	turn_pass(crowd->turn);
	return NULL;
}

static void test_one_at_a_time(void **state)
{
	struct crowd crowd = { .turn = *state };
	pthread_t threads[4];

	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, serve, &crowd), 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(crowd.most, 1);
	join_another(crowd.turn);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_passed),
		TEST(test_lent),
		TEST(test_one_at_a_time),
	};

	return cmocka_run_group_tests_name("sysfs.turn", tests, NULL, NULL);
}
