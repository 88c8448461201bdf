/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A client that is a file system: it sends files of its own FUSE mount, whose close(2) waits for
 * an answer that it does not give. Others must not notice. Needs root and /dev/fuse.
 */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <linux/fuse.h>

#include "base/fdpass.h"
#include "base/util.h"

/*
 * The server, a process of its own: a wait for FLUSH cannot be killed, but it ends with the
 * server. One file, and FLUSH is never answered.
 */
static int fuse;
static pid_t server;
static pid_t opener; /* a child of the server, which must not itself hold the file at its end */
static unsigned *flushes; /* shared with the server */

static void reply(uint64_t unique, int error, const void *data, size_t len)
{
	char buf[256];
	struct fuse_out_header out = { .len = (uint32_t)(sizeof(out) + len),
				       .error = error,
				       .unique = unique };

	memcpy(buf, &out, sizeof(out));
	if (len)
		memcpy(buf + sizeof(out), data, len);
	if (write(fuse, buf, out.len) < 0)
		perror("fuse");
}

static struct fuse_attr attr_of(uint64_t node)
{
	return (struct fuse_attr){ .ino = node,
				   .mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0666,
				   .nlink = 1 };
}

static void serve(const struct fuse_in_header *in)
{
	struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION,
				      .minor = FUSE_KERNEL_MINOR_VERSION,
				      .max_write = 4096 };
	struct fuse_entry_out entry = { .nodeid = 2, .attr_valid = 100, .attr = attr_of(2) };
	struct fuse_attr_out attr = { .attr_valid = 100, .attr = attr_of(in->nodeid) };
	struct fuse_open_out opened = { .fh = 1 };

	switch (in->opcode) {
	case FUSE_INIT:
		return reply(in->unique, 0, &init, sizeof(init));
	case FUSE_LOOKUP:
		return reply(in->unique, 0, &entry, sizeof(entry));
	case FUSE_GETATTR:
		return reply(in->unique, 0, &attr, sizeof(attr));
	case FUSE_OPEN:
		return reply(in->unique, 0, &opened, sizeof(opened));
	case FUSE_FLUSH:
		__atomic_fetch_add(flushes, 1, __ATOMIC_RELAXED);
		return;
	case FUSE_FORGET:
	case FUSE_RELEASE:
		return;
	default:
		return reply(in->unique, -ENOSYS, NULL, 0);
	}
}

/* In a mount namespace of its own. Return: whether it could be mounted. */
static bool mount_it(const char *dir)
{
	char options[80];

	fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other",
		 fuse);
	return fuse >= 0 && unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("hang", dir, "fuse", MS_NOSUID | MS_NODEV, options) == 0;
}

/* What the server's child sends: itself, and the file. */
static void open_file(const char *dir, int sock)
{
	char path[80];
	pid_t me = getpid();

	snprintf(path, sizeof(path), "%s/file", dir);
	close(fuse);
	fdpass_send(sock, &me, sizeof(me), open(path, O_RDWR | O_CLOEXEC), 0);
	pause();
	_exit(0);
}

static void run_server(const char *dir, int sock)
{
	static char buf[65536];
	pid_t none = 0;

	alarm(60);
	if (!mount_it(dir)) {
		fdpass_send(sock, &none, sizeof(none), -1, 0);
		_exit(1);
	}
	if (fork() == 0)
		open_file(dir, sock);
	while (read(fuse, buf, sizeof(buf)) > 0)
		serve((const void *)buf);
	_exit(0);
}

/* Starts the server. Return: an open file of it, -1 where none can be made. */
static int open_trap(void)
{
	char dir[] = "/tmp/daxemu-hang.XXXXXX";
	int pair[2], fd = -1;

	assert_non_null(mkdtemp(dir));
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	server = fork();
	if (server == 0) {
		close(pair[0]);
		run_server(dir, pair[1]);
	}
	close(pair[1]);
	fdpass_recv(pair[0], &opener, sizeof(opener), &fd, 0);
	close(pair[0]);
	/* Mounted where only the server sees it. */
	rmdir(dir);
	return fd;
}

static void end_server(void)
{
	if (server > 0) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	if (opener > 0)
		kill(opener, SIGKILL);
	server = opener = 0;
}

/*
 * An honest client of another user, who waits for the word to begin. Born before the trap is open
 * here: it would hang at its own end.
 */
static pid_t start_other_user(struct fixture *f, int begin)
{
	pid_t pid = fork();
	struct daxemu_msg_map msg = request(1);
	struct daxemu_msg_map_reply answered;
	struct pollfd pfd = { .events = POLLIN };
	int fd;
	char c;

	if (pid)
		return pid;
	if (read(begin, &c, 1) != 1 || setresuid(65534, 65534, 65534) < 0)
		_exit(9);
	pfd.fd = client(f);
	if (fdpass_send(pfd.fd, &msg, sizeof(msg), f->file, 0) < 0)
		_exit(1);
	poll(&pfd, 1, 5000);
	if (fdpass_recv(pfd.fd, &answered, sizeof(answered), &fd, 0) < 0)
		_exit(2);
	_exit(answered.header.error != 0);
}

static int end_of_other_user(struct fixture *f, pid_t pid)
{
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		pump(f);
		usleep(1000);
	}
	return status;
}

static void send_trap(struct fixture *f, int trap)
{
	struct daxemu_msg_map msg = request(1);
	int sock = client(f);

	/* Refused connections are the aim. */
	fdpass_send(sock, &msg, sizeof(msg), trap, 0);
	pump(f);
	close(sock);
	pump(f);
}

/* Once its files have closed, this user is served again. */
static void wait_until_let_in(struct fixture *f)
{
	bool in = false;

	for (int i = 0; i < 500 && !in; i++) {
		int sock = client(f);

		pump(f);
		in = !hung_up(sock);
		close(sock);
		usleep(10000);
	}
	assert_true(in);
}

static void test_files_that_do_not_close(void **state)
{
	struct fixture *f = *state;
	int begin[2], trap;
	pid_t other;

	assert_int_equal(pipe(begin), 0);
	other = start_other_user(f, begin[0]);
	trap = open_trap();
	if (trap < 0) {
		close(begin[1]);
		skip();
	}
	for (int i = 0; i < 40; i++)
		send_trap(f, trap);
	for (int i = 0; i < 500 && __atomic_load_n(flushes, __ATOMIC_RELAXED) < 8; i++)
		usleep(10000);
	/* Eight wait, and no more are taken: this user is locked out, others are not. */
	assert_int_equal(*flushes, 8);
	assert_int_equal(write(begin[1], "x", 1), 1);
	assert_int_equal(end_of_other_user(f, other), 0);

	end_server();
	wait_until_let_in(f);
	assert_served(f);
	close(trap);
	close(begin[0]);
	close(begin[1]);
}

static int end(void **state)
{
	end_server();
	return teardown(state);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_files_that_do_not_close, setup, end),
	};

	if (geteuid() != 0)
		return 77;
	flushes = mmap(NULL, sizeof(*flushes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
