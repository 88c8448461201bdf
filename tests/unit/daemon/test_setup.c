/* SPDX-License-Identifier: BSD-3-Clause */
/* The files of a daemon over a socket, and the runtime directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/util.h"
#include "daemon/runtime.h"
#include "daemon/setup.h"

static int socks[2];

static int make_socks(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks);
}

static int close_socks(void **state)
{
	(void)state;
	close(socks[0]);
	close(socks[1]);
	return 0;
}

static void test_files_keep_their_places(void **state)
{
	struct setup sent, got;
	struct stat a, b;

	(void)state;
	setup_init(&sent);
	sent.fds[SETUP_BROKER] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sent.fds[SETUP_LOCK] = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	sent.device = 0x12345;
	strcpy(sent.runtime, "/run/daxemu/x");
	assert_int_equal(setup_send(socks[0], &sent), 0);
	assert_int_equal(setup_receive(socks[1], &got), 0);
	for (int i = 0; i < NR_SETUP_FDS; i++)
		assert_int_equal(got.fds[i] >= 0, i == SETUP_BROKER || i == SETUP_LOCK);
	assert_int_equal(fstat(sent.fds[SETUP_LOCK], &a), 0);
	assert_int_equal(fstat(got.fds[SETUP_LOCK], &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	assert_true(fcntl(got.fds[SETUP_LOCK], F_GETFD) & FD_CLOEXEC);
	assert_int_equal(got.device, 0x12345);
	assert_string_equal(got.runtime, "/run/daxemu/x");
	setup_close(&sent);
	setup_close(&got);
}

static void test_junk_is_refused(void **state)
{
	struct setup got;

	(void)state;
	assert_int_equal(send(socks[0], "junk", 4, 0), 4);
	assert_int_equal(setup_receive(socks[1], &got), -EPROTO);
}

static void test_answers(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(setup_reply(socks[0], SETUP_SERVES, ""), 0);
	assert_int_equal(setup_wait(socks[1], text, sizeof(text)), SETUP_SERVES);
	assert_string_equal(text, "");
	assert_int_equal(setup_reply(socks[0], SETUP_SERVES_NODES, ""), 0);
	assert_int_equal(setup_wait(socks[1], text, sizeof(text)), SETUP_SERVES_NODES);
	assert_int_equal(setup_reply(socks[0], SETUP_REFUSED, "too few huge pages"), 0);
	assert_int_equal(setup_wait(socks[1], text, sizeof(text)), SETUP_REFUSED);
	assert_string_equal(text, "too few huge pages");
	shutdown(socks[0], SHUT_WR);
	assert_int_equal(setup_wait(socks[1], text, sizeof(text)), -EPIPE);
}

/* --- the runtime directory ------------------------------------------------------------------ */

static void test_lock_is_held_once(void **state)
{
	char base[] = "/tmp/daxemu-runtime-XXXXXX", path[RUNTIME_PATH_MAX], stale[300];
	struct refusal refusal;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(base));
	snprintf(path, sizeof(path), "%s/daxemu/x", base);
	fd = runtime_make("x", path, &refusal);
	assert_true(fd >= 0);
	assert_true(runtime_is_locked(path));
	assert_int_equal(runtime_make("x", path, &refusal), -EINVAL);
	assert_non_null(strstr(refusal.text, "--instance=x: is running already"));

	/* A crash leaves files behind; the next start takes over. */
	snprintf(stale, sizeof(stale), "%s/sock", path);
	close(open(stale, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	close(fd);
	assert_false(runtime_is_locked(path));
	fd = runtime_make("x", path, &refusal);
	assert_true(fd >= 0);
	assert_int_equal(access(stale, F_OK), -1);

	runtime_remove(path);
	close(fd);
	assert_int_equal(rmdir(base), 0); /* nothing is left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_files_keep_their_places, make_socks,
						close_socks),
		cmocka_unit_test_setup_teardown(test_junk_is_refused, make_socks, close_socks),
		cmocka_unit_test_setup_teardown(test_answers, make_socks, close_socks),
		cmocka_unit_test(test_lock_is_held_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
