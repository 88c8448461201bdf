/* SPDX-License-Identifier: BSD-3-Clause */
/* The broker over real sockets, with honest, clumsy and hostile clients. A temporary file stands in
 * for the open device file, a memfd for the device's memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/fdpass.h"
#include "base/util.h"
#include "broker/broker.h"
#include "broker/msg.h"
#include "daxemu/proto.h"

enum { SIZE = 4 << 20 };

struct fixture {
	struct broker *broker;
	pthread_rwlock_t lock;
	struct dax_model model;
	struct dax_profile profile;
	struct dax_region region;
	struct dax_dev dev;
	struct sockaddr_un addr;
	socklen_t addr_len;
	int file, file_ro, file_path; /* the "device file", open in three ways */
	int mem, mem_ro;
};

static struct dax_dev *identify(void *user, const struct stat *st)
{
	struct fixture *f = user;
	struct stat ours;

	if (fstat(f->file, &ours) < 0 || ours.st_ino != st->st_ino || ours.st_dev != st->st_dev)
		return NULL;
	return &f->dev;
}

static int memory(void *user, const struct dax_dev *dev, bool writable, uint64_t *page_size,
		  uint64_t *file_len)
{
	const struct fixture *f = user;

	assert_ptr_equal(dev, &f->dev);
	*page_size = 4096;
	*file_len = SIZE;
	return writable ? f->mem : f->mem_ro;
}

static const struct broker_ops ops = { identify, memory };

static int reopen(int fd, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fd = open(path, flags | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static int listener(struct fixture *f)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	/* A name of the kernel's choice in the abstract namespace. */
	f->addr.sun_family = AF_UNIX;
	assert_int_equal(bind(fd, (struct sockaddr *)&f->addr, sizeof(sa_family_t)), 0);
	f->addr_len = sizeof(f->addr);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&f->addr, &f->addr_len), 0);
	assert_int_equal(listen(fd, 1024), 0);
	return fd;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct broker_config config = {
		.model = &f->model, .lock = &f->lock, .ops = &ops, .user = f
	};
	FILE *tmp = tmpfile();

	pthread_rwlock_init(&f->lock, NULL);
	f->profile = *dax_profile_default();
	f->model.config.profile = &f->profile;
	f->region.model = &f->model;
	f->region.enabled = true;
	f->dev = (struct dax_dev){ .region = &f->region,
				   .align = 2 << 20,
				   .driver = dax_driver(DAX_DEVICE_DAX) };
	f->file = fcntl(fileno(tmp), F_DUPFD_CLOEXEC, 0);
	fclose(tmp);
	f->file_ro = reopen(f->file, O_RDONLY);
	f->file_path = reopen(f->file, O_PATH);
	f->mem = memfd_create("dax0.0", MFD_CLOEXEC);
	assert_int_equal(ftruncate(f->mem, SIZE), 0);
	f->mem_ro = reopen(f->mem, O_RDONLY);
	config.listen_fd = listener(f);
	assert_int_equal(broker_new(&f->broker, &config), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	broker_free(f->broker);
	close(f->file);
	close(f->file_ro);
	close(f->file_path);
	close(f->mem);
	close(f->mem_ro);
	pthread_rwlock_destroy(&f->lock);
	free(f);
	return 0;
}

static void pump(struct fixture *f)
{
	for (int i = 0; i < 16; i++)
		broker_dispatch(f->broker);
}

/* Never waits: an answer that does not come must fail the test, not hang it. */
static int client(struct fixture *f)
{
	int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(sock, (struct sockaddr *)&f->addr, f->addr_len), 0);
	return sock;
}

static struct daxemu_msg_map request(uint32_t serial)
{
	return (struct daxemu_msg_map){
		.header = { sizeof(struct daxemu_msg_map), DAXEMU_PROTO_VERSION, DAXEMU_MSG_MAP,
			    serial, 0 },
		.len = 2 << 20,
		.prot = PROT_READ | PROT_WRITE,
		.flags = MAP_SHARED,
	};
}

/* Return: the memory, -1 when the answer has none. */
static int answer(int sock, struct daxemu_msg_map_reply *reply)
{
	int fd;

	assert_int_equal(fdpass_recv(sock, reply, sizeof(*reply), &fd, 0), sizeof(*reply));
	assert_int_equal(reply->header.size, sizeof(*reply));
	assert_int_equal(reply->header.version, DAXEMU_PROTO_VERSION);
	assert_int_equal(reply->header.type, DAXEMU_MSG_MAP_REPLY);
	return fd;
}

static bool hung_up(int sock)
{
	char c;
	ssize_t n = recv(sock, &c, 1, MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno == ECONNRESET);
}

/* The whole of an honest client's talk, which must work whatever others do. */
static void assert_served(struct fixture *f)
{
	struct daxemu_msg_map msg = request(1);
	struct daxemu_msg_map_reply reply;
	int fd, sock = client(f);

	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	pump(f);
	fd = answer(sock, &reply);
	assert_int_equal(reply.header.error, 0);
	assert_true(fd >= 0);
	close(fd);
	close(sock);
	pump(f);
}

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
		cmocka_unit_test_setup_teardown(test_read_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refuses_by_policy, setup, teardown),
		cmocka_unit_test_setup_teardown(test_replay, setup, teardown),
		cmocka_unit_test_setup_teardown(test_never_reads, setup, teardown),
		cmocka_unit_test_setup_teardown(test_half_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shut_for_reading, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flood, setup, teardown),
	};
	struct CMUnitTest bad[ARRAY_SIZE(bad_cases)];
	int failed;

	for (size_t i = 0; i < ARRAY_SIZE(bad_cases); i++)
		bad[i] = (struct CMUnitTest){ .name = bad_cases[i].name,
					      .test_func = test_bad,
					      .initial_state = (void *)&bad_cases[i] };
	failed = cmocka_run_group_tests_name("clients", plain, NULL, NULL);
	return failed + cmocka_run_group_tests_name("bad datagrams", bad, NULL, NULL);
}
