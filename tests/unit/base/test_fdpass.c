/* SPDX-License-Identifier: BSD-3-Clause */
/* Datagrams with fds; every test also checks that no fd is left open. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fdpass.h"
#include "base/util.h"

struct pair {
	int a, b;
	int open_fds; /* of the process, before */
};

static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static int set_up(void **state)
{
	static struct pair pair;
	int fds[2];

	pair.open_fds = count_fds();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -1;
	pair.a = fds[0];
	pair.b = fds[1];
	*state = &pair;
	return 0;
}

static int tear_down(void **state)
{
	const struct pair *pair = *state;

	close(pair->a);
	close(pair->b);
	return count_fds() == pair->open_fds ? 0 : -1;
}

static void test_without_fd(void **state)
{
	const struct pair *p = *state;
	char buf[16];
	int fd = 99;

	assert_int_equal(fdpass_send(p->a, "hello", 5, -1, 0), 0);
	assert_int_equal(fdpass_recv(p->b, buf, sizeof(buf), &fd, 0), 5);
	assert_memory_equal(buf, "hello", 5);
	assert_int_equal(fd, -1);
}

static void test_with_fd(void **state)
{
	const struct pair *p = *state;
	struct stat sent, got;
	char buf[16];
	int fd = -1;

	assert_int_equal(fdpass_send(p->a, "x", 1, p->a, 0), 0);
	assert_int_equal(fdpass_recv(p->b, buf, sizeof(buf), &fd, 0), 1);
	assert_true(fd >= 0);
	assert_int_equal(fstat(p->a, &sent), 0);
	assert_int_equal(fstat(fd, &got), 0);
	assert_int_equal(got.st_ino, sent.st_ino);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
}

/* Messages stay apart. */
static void test_two(void **state)
{
	const struct pair *p = *state;
	char buf[16];
	int fd;

	assert_int_equal(fdpass_send(p->a, "one", 3, -1, 0), 0);
	assert_int_equal(fdpass_send(p->a, "second", 6, -1, 0), 0);
	assert_int_equal(fdpass_recv(p->b, buf, sizeof(buf), &fd, 0), 3);
	assert_int_equal(fdpass_recv(p->b, buf, sizeof(buf), &fd, 0), 6);
}

/* As an enemy would: @count fds in one message. */
static void send_fds(int sock, int passed, size_t count)
{
	union {
		char buf[CMSG_SPACE(32 * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	char byte = 'x';
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr hdr = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.buf,
			      .msg_controllen = CMSG_SPACE(count * sizeof(int)) };
	int fds[32];

	for (size_t i = 0; i < count; i++)
		fds[i] = passed;
	control.align = (struct cmsghdr){ .cmsg_len = CMSG_LEN(count * sizeof(int)),
					  .cmsg_level = SOL_SOCKET,
					  .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.align), fds, count * sizeof(int));
	assert_int_equal(sendmsg(sock, &hdr, 0), 1);
}

static void test_surplus_fds(void **state)
{
	const struct pair *p = *state;
	char buf[16];
	int fd = 99;

	for (size_t count = 2; count <= 32; count += 10) {
		send_fds(p->a, p->a, count);
		assert_int_equal(fdpass_recv(p->b, buf, sizeof(buf), &fd, 0), -EPROTO);
		assert_int_equal(fd, -1);
	}
}

static void test_too_long(void **state)
{
	const struct pair *p = *state;
	char buf[4];
	int fd = 99;

	assert_int_equal(fdpass_send(p->a, "hello", 5, p->a, 0), 0);
	assert_int_equal(fdpass_recv(p->b, buf, sizeof(buf), &fd, 0), -EPROTO);
	assert_int_equal(fd, -1);
}

static void test_nothing_there(void **state)
{
	const struct pair *p = *state;
	char buf[4];
	int fd = 99;

	assert_int_equal(fdpass_recv(p->b, buf, sizeof(buf), &fd, MSG_DONTWAIT), -EAGAIN);
	assert_int_equal(fd, -1);
}

static void test_end(void **state)
{
	struct pair *p = *state;
	char buf[4];
	int fd = 99;

	shutdown(p->a, SHUT_RDWR);
	assert_int_equal(fdpass_recv(p->b, buf, sizeof(buf), &fd, 0), 0);
	assert_int_equal(fd, -1);
}

/* No SIGPIPE: it would end this test program. */
static void test_peer_gone(void **state)
{
	const struct pair *p = *state;

	shutdown(p->b, SHUT_RDWR);
	assert_int_equal(fdpass_send(p->a, "x", 1, -1, 0), -EPIPE);
}

static void test_bad_fd(void **state)
{
	const struct pair *p = *state;

	assert_int_equal(fdpass_send(p->a, "x", 1, 9999, 0), -EBADF);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_without_fd),	TEST(test_with_fd),   TEST(test_two),
		TEST(test_surplus_fds), TEST(test_too_long),  TEST(test_nothing_there),
		TEST(test_end),		TEST(test_peer_gone), TEST(test_bad_fd),
	};

	return cmocka_run_group_tests_name("base.fdpass", tests, NULL, NULL);
}
