/* SPDX-License-Identifier: BSD-3-Clause */
/* The broker over real sockets, with honest, clumsy and hostile clients. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "base/fdpass.h"
#include "base/util.h"
#include "broker/bad.h"
#include "rows.h"

static void test_grants(void **state)
{
	struct fixture *f = *state;
	struct daxemu_msg_map msg = request(7);
	struct daxemu_msg_map_reply reply;
	struct stat got, want;
	int fd, sock = client(f);

	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	pump(f);
	fd = answer(sock, &reply);
	assert_int_equal(reply.header.error, 0);
	assert_int_equal(reply.header.serial, 7);
	assert_int_equal(reply.align, 2 << 20);
	assert_int_equal(reply.page_size, 4096);
	assert_int_equal(reply.file_len, SIZE);
	assert_int_equal(fstat(fd, &got) | fstat(f->mem, &want), 0);
	assert_int_equal(got.st_ino, want.st_ino);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	close(fd);
	close(sock);
}

static void test_profile_bits(void **state)
{
	struct fixture *f = *state;
	struct daxemu_msg_map msg = request(1);
	struct daxemu_msg_map_reply reply;
	int sock = client(f);

	f->profile.unaligned_split_error = -ENOMEM;
	f->profile.madv_guard = true;
	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	pump(f);
	close(answer(sock, &reply));
	assert_int_equal(reply.profile, DAXEMU_PROFILE_SPLIT_ENOMEM | DAXEMU_PROFILE_MADV_GUARD);
	close(sock);
}

/* Receives a part of the list. Return: how many ranges it has. */
static size_t bad_part(int sock, struct daxemu_msg_bad *msg)
{
	int fd;
	ssize_t n = fdpass_recv(sock, msg, sizeof(*msg), &fd, 0);

	assert_true(n > 0);
	assert_int_equal(fd, -1);
	assert_int_equal(msg->header.size, n);
	assert_int_equal(msg->header.version, DAXEMU_PROTO_VERSION);
	assert_int_equal(msg->header.type, DAXEMU_MSG_BAD);
	return ((size_t)n - sizeof(msg->header)) / sizeof(msg->ranges[0]);
}

/* The list of what was asked for follows the answer, in parts; then the client may ask again. */
static void test_bad_pages(void **state)
{
	struct fixture *f = *state;
	struct daxemu_msg_map msg = request(7);
	struct daxemu_msg_map_reply reply;
	struct daxemu_msg_bad bad;
	int sock = client(f);

	for (uint64_t i = 0; i < 40; i++)
		assert_int_equal(
			dax_bad_add(&f->region.bad, (struct dax_range){ i * 8192 + 1024, 512 }), 0);
	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	pump(f);
	close(answer(sock, &reply));
	assert_int_equal(reply.nr_bad, 40);
	assert_int_equal(bad_part(sock, &bad), DAXEMU_BAD_MAX);
	assert_int_equal(bad.header.serial, 7);
	assert_int_equal(bad.ranges[30].off, 30 * 8192);
	assert_int_equal(bad.ranges[30].len, 4096);
	assert_int_equal(bad_part(sock, &bad), 40 - DAXEMU_BAD_MAX);
	assert_int_equal(bad.ranges[8].off, 39 * 8192);

	/* Behind them all. */
	msg.header.serial++;
	msg.off = 2 << 20;
	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	pump(f);
	close(answer(sock, &reply));
	assert_int_equal(reply.nr_bad, 0);
	assert_int_equal(recv(sock, &bad, sizeof(bad), MSG_DONTWAIT), -1);
	close(sock);
	dax_bad_free(&f->region.bad);
}

/* What a mapping is told: ranges of pages of the memory that it touches. */
static const struct list_case {
	const char *name;
	uint64_t off, len, page;
	uint32_t count;
	uint64_t first, first_len;
} list_cases[] = {
	{ "all", 0, 2 * MIB, 4096, 3, 0, 4096 },
	{ "without the first", 4096, 2 * MIB, 4096, 2, 8192, 8192 },
	{ "from within one", 12 * KIB, 4096, 4096, 1, 8192, 8192 },
	{ "up to one", 4096, 4096, 4096, 0, 0, 0 },
	{ "into one", 4096, 4097, 4096, 1, 8192, 8192 },
	{ "huge pages", 0, 4 * MIB, 2 * MIB, 1, 0, 2 * MIB },
	{ "none", 2 * MIB, 2 * MIB, 2 * MIB, 0, 0, 0 },
	{ "far", UINT64_MAX - 4095, 4096, 4096, 0, 0, 0 },
	{ "wrapping", 4096, UINT64_MAX, 4096, 2, 8192, 8192 },
};

static void test_list(void **state)
{
	const struct list_case *c = *state;
	struct dax_region region = { .bad = { 0 } };
	struct dax_dev dev = { .region = &region };
	struct daxemu_msg_map msg = { .off = c->off, .len = c->len };
	struct bad_walk walk = bad_walk_start(&dev, &msg, c->page);
	struct daxemu_msg_bad out;

	dax_bad_add(&region.bad, (struct dax_range){ 0, 512 });
	dax_bad_add(&region.bad, (struct dax_range){ 8192, 4608 });
	dax_bad_add(&region.bad, (struct dax_range){ MIB, 512 });
	assert_int_equal(bad_count(walk), c->count);
	assert_int_equal(bad_message(&walk, 1, &out), c->count > 0);
	dax_bad_free(&region.bad);
	if (!c->count)
		return;
	assert_int_equal(out.header.size, 16 + 16 * c->count);
	assert_int_equal(out.ranges[0].off, c->first);
	assert_int_equal(out.ranges[0].len, c->first_len);
}

static void test_read_only(void **state)
{
	struct fixture *f = *state;
	struct daxemu_msg_map msg = request(1);
	struct daxemu_msg_map_reply reply;
	int fd, sock = client(f);

	msg.prot = PROT_READ;
	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file_ro, 0), 0);
	pump(f);
	fd = answer(sock, &reply);
	assert_int_equal(reply.header.error, 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_ptr_equal(mmap(NULL, SIZE, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	close(fd);
	close(sock);
}

static void test_refuses_by_policy(void **state)
{
	struct fixture *f = *state;
	struct daxemu_msg_map msg = request(1);
	struct daxemu_msg_map_reply reply;
	int sock = client(f);

	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file_ro, 0), 0);
	pump(f);
	assert_int_equal(answer(sock, &reply), -1);
	assert_int_equal(reply.header.error, -EACCES);

	f->dev.driver = NULL;
	msg.header.serial++;
	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	pump(f);
	assert_int_equal(answer(sock, &reply), -1);
	assert_int_equal(reply.header.error, -ENXIO);
	close(sock);
}

/* --- datagrams that are no requests -------------------------------------------------------- */

enum which_fd { THE_FILE, NO_FD, THE_PATH, SOME_FILE, SOME_SOCKET, TWO_FDS };

static const struct bad_case {
	const char *name;
	size_t len;
	uint16_t version;
	uint32_t serial;
	enum which_fd fd;
	int error;
	bool kept; /* may ask again */
} bad_cases[] = {
	{ "short datagram", 20, DAXEMU_PROTO_VERSION, 1, THE_FILE, -EPROTO, false },
	{ "long datagram", 64, DAXEMU_PROTO_VERSION, 1, THE_FILE, -EPROTO, false },
	{ "other version", 48, 9, 1, THE_FILE, -EPROTONOSUPPORT, false },
	{ "serial 0", 48, DAXEMU_PROTO_VERSION, 0, THE_FILE, -EPROTO, false },
	{ "no fd", 48, DAXEMU_PROTO_VERSION, 1, NO_FD, -EBADF, true },
	{ "O_PATH fd", 48, DAXEMU_PROTO_VERSION, 1, THE_PATH, -EBADF, true },
	{ "fd of another file", 48, DAXEMU_PROTO_VERSION, 1, SOME_FILE, -ENODEV, true },
	{ "fd of a socket", 48, DAXEMU_PROTO_VERSION, 1, SOME_SOCKET, -ENODEV, true },
	{ "two fds", 48, DAXEMU_PROTO_VERSION, 1, TWO_FDS, -EPROTO, false },
};

/* What fdpass_send() would not do. */
static void send_two(int sock, const void *msg, size_t len, int fd)
{
	union {
		char buf[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr header;
	} control = { 0 };
	struct iovec iov = { (void *)msg, len };
	struct msghdr hdr = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.buf,
			      .msg_controllen = sizeof(control.buf) };
	int fds[2] = { fd, fd };

	control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(fds)),
					   .cmsg_level = SOL_SOCKET,
					   .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.header), fds, sizeof(fds));
	assert_int_equal(sendmsg(sock, &hdr, 0), len);
}

static void send_bad(struct fixture *f, int sock, const struct bad_case *c)
{
	struct {
		struct daxemu_msg_map msg;
		char more[64];
	} buf = { .msg = request(c->serial) };
	int fds[] = { [THE_FILE] = f->file, [NO_FD] = -1,	  [THE_PATH] = f->file_path,
		      [SOME_FILE] = f->mem, [SOME_SOCKET] = sock, [TWO_FDS] = f->file };

	buf.msg.header.version = c->version;
	buf.msg.header.size = (uint32_t)c->len;
	if (c->fd == TWO_FDS)
		send_two(sock, &buf, c->len, f->file);
	else
		assert_int_equal(fdpass_send(sock, &buf, c->len, fds[c->fd], 0), 0);
}

static int count_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void test_bad(void **state)
{
	const struct bad_case *c = *state;
	struct daxemu_msg_map_reply reply;
	struct fixture *f;
	int before, sock;

	setup((void **)&f);
	before = count_fds();
	sock = client(f);
	send_bad(f, sock, c);
	pump(f);
	assert_int_equal(answer(sock, &reply), -1);
	assert_int_equal(reply.header.error, c->error);
	assert_int_equal(hung_up(sock), !c->kept);
	close(sock);
	assert_served(f);
	/* What was sent is closed again, strangers' files by a thread. */
	for (int i = 0; i < 200 && count_fds() != before; i++) {
		usleep(10000);
		pump(f);
	}
	assert_int_equal(count_fds(), before);
	teardown((void **)&f);
}

/* --- clients that do not behave ------------------------------------------------------------ */

static void test_replay(void **state)
{
	struct fixture *f = *state;
	struct daxemu_msg_map msg = request(3);
	struct daxemu_msg_map_reply reply;
	int sock = client(f);

	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	pump(f);
	close(answer(sock, &reply));
	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	pump(f);
	assert_int_equal(answer(sock, &reply), -1);
	assert_int_equal(reply.header.error, -EPROTO);
	assert_true(hung_up(sock));
	close(sock);
}

/* Asks eight times, reads nothing: at most one answer, then the end. */
static void test_never_reads(void **state)
{
	struct fixture *f = *state;
	struct daxemu_msg_map_reply reply;
	struct daxemu_msg_map msg;
	int sock = client(f);

	for (uint32_t i = 1; i <= 8; i++) {
		msg = request(i);
		assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	}
	pump(f);
	if (recv(sock, &reply, sizeof(reply), 0) >= 0)
		assert_true(hung_up(sock));
	else
		assert_int_equal(errno, ECONNRESET);
	close(sock);
	assert_served(f);
}

static void test_half_closed(void **state)
{
	struct fixture *f = *state;
	struct daxemu_msg_map msg = request(1);
	int sock = client(f), other = client(f);

	assert_int_equal(shutdown(sock, SHUT_WR), 0);
	/* Gone before it is answered. */
	assert_int_equal(fdpass_send(other, &msg, sizeof(msg), f->file, 0), 0);
	close(other);
	pump(f);
	assert_true(hung_up(sock));
	close(sock);
	assert_served(f);
}

static void test_shut_for_reading(void **state)
{
	struct fixture *f = *state;
	struct daxemu_msg_map msg = request(1);
	int sock = client(f);

	assert_int_equal(shutdown(sock, SHUT_RD), 0);
	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	pump(f);
	assert_served(f);
	close(sock);
}

/* More connections than one user may have: those idle longest go, who comes is served. */
static void test_flood(void **state)
{
	struct fixture *f = *state;
	int socks[300];

	for (size_t i = 0; i < ARRAY_SIZE(socks); i++) {
		socks[i] = client(f);
		pump(f);
	}
	assert_true(hung_up(socks[0]));
	assert_false(hung_up(socks[ARRAY_SIZE(socks) - 1]));
	assert_served(f);
	for (size_t i = 0; i < ARRAY_SIZE(socks); i++)
		close(socks[i]);
	pump(f);
	assert_served(f);
}

int main(void)
{
	static const struct CMUnitTest plain[] = {
		cmocka_unit_test_setup_teardown(test_grants, setup, teardown),
		cmocka_unit_test_setup_teardown(test_profile_bits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refuses_by_policy, setup, teardown),
		cmocka_unit_test_setup_teardown(test_replay, setup, teardown),
		cmocka_unit_test_setup_teardown(test_never_reads, setup, teardown),
		cmocka_unit_test_setup_teardown(test_half_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shut_for_reading, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flood, setup, teardown),
	};
	struct CMUnitTest bad[ARRAY_SIZE(bad_cases)], lists[ARRAY_SIZE(list_cases)];
	int failed;

	row_tests(bad, ROWS(bad_cases, name), test_bad);
	row_tests(lists, ROWS(list_cases, name), test_list);
	failed = cmocka_run_group_tests_name("clients", plain, NULL, NULL);
	failed += cmocka_run_group_tests_name("bad pages", lists, NULL, NULL);
	return failed + cmocka_run_group_tests_name("bad datagrams", bad, NULL, NULL);
}
