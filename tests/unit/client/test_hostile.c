/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The preload library where programs are unkind: processes begun in odd ways, descriptors passed
 * and swept away, system calls forbidden, threads everywhere. Run by broker_host.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "base/fdpass.h"
#include "base/parse.h"
#include "base/util.h"

#define RW (PROT_READ | PROT_WRITE)

static uint64_t A;
static int dev; /* inherited by programs that are executed */
static char *shared;
static char self[256];

static char *map_device(int fd)
{
	return mmap(NULL, A, RW, MAP_SHARED, fd, 0);
}

static int wait_for(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* What this program does when executed anew: map the file it was born with, leave a mark. */
static int child_main(int fd)
{
	char *p = map_device(fd);

	if (p == MAP_FAILED)
		return 1;
	p[0]++;
	return 0;
}

static char *const *child_argv(int fd)
{
	static char number[16];
	static char *argv[] = { self, number, NULL };

	snprintf(number, sizeof(number), "%d", fd);
	return argv;
}

static void test_exec(void **state)
{
	char *const *argv = child_argv(dev);
	pid_t pid;

	(void)state;
	shared[0] = 7;
	pid = fork();
	if (pid == 0) {
		execv(self, argv);
		_exit(127);
	}
	assert_int_equal(wait_for(pid), 0);
	assert_int_equal(shared[0], 8);
}

static void test_spawn(void **state)
{
	pid_t pid;

	(void)state;
	shared[0] = 7;
	assert_int_equal(posix_spawn(&pid, self, NULL, NULL, child_argv(dev), environ), 0);
	assert_int_equal(wait_for(pid), 0);
	assert_int_equal(shared[0], 8);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
/* Between vfork and exec parent and child are one memory: the child's calls must leave no trace. */
static void test_vfork(void **state)
{
	char *const *argv = child_argv(dev);
	char *p = map_device(dev);
	pid_t pid;

	(void)state;
	shared[0] = 7;
	pid = vfork();
	if (pid == 0) {
		int fd = open("/dev/null", O_RDWR);

		close(fd);
		execv(self, argv);
		_exit(127);
	}
	assert_int_equal(wait_for(pid), 0);
	assert_int_equal(shared[0], 8);
	assert_int_equal(munmap(p + 4096, 4096), -1);
	assert_int_equal(munmap(p, A), 0);
}
#pragma GCC diagnostic pop

static void *busy(void *stop)
{
	while (!__atomic_load_n((bool *)stop, __ATOMIC_RELAXED)) {
		char *p = map_device(dev);

		if (p == MAP_FAILED || munmap(p, A) < 0)
			return (void *)1;
	}
	return NULL;
}

/* A child may begin in the middle of any thread's call. */
static void test_fork_of_threads(void **state)
{
	pthread_t threads[8];
	bool stop = false;
	void *result;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, busy, &stop), 0);
	for (int i = 0; i < 100; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			char *p = map_device(dev);

			if (p == MAP_FAILED || munmap(p + 4096, 4096) == 0 || munmap(p, A) < 0)
				_exit(1);
			_exit(0);
		}
		assert_int_equal(wait_for(pid), 0);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		pthread_join(threads[i], &result);
		assert_null(result);
	}
}

static volatile sig_atomic_t mapped_in_handler;

static void map_in_handler(int signo)
{
	int saved = errno; /* as every handler must */
	char *p = map_device(dev);

	(void)signo;
	if (p != MAP_FAILED && munmap(p + 4096, 4096) < 0 && munmap(p, A) == 0)
		mapped_in_handler++;
	errno = saved;
}

/* A handler that maps, interrupting calls that map. */
static void test_signals(void **state)
{
	struct itimerval every = { { 0, 500 }, { 0, 500 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = map_in_handler };

	(void)state;
	mapped_in_handler = 0;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	while (mapped_in_handler < 100) {
		char *p = map_device(dev);

		assert_ptr_not_equal(p, MAP_FAILED);
		assert_int_equal(munmap(p + 4096, 4096), -1);
		assert_int_equal(munmap(p, A), 0);
	}
	setitimer(ITIMER_REAL, &never, NULL);
}

/* A file that came from another process is mapped by who never opened one. */
static void test_passed_file(void **state)
{
	int pair[2];
	pid_t pid;

	(void)state;
	shared[0] = 7;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	pid = fork();
	if (pid == 0) {
		char c;
		int fd;

		close(dev);
		if (fdpass_recv(pair[1], &c, 1, &fd, 0) != 1)
			_exit(2);
		_exit(child_main(fd));
	}
	assert_int_equal(fdpass_send(pair[0], "x", 1, dev, 0), 0);
	assert_int_equal(wait_for(pid), 0);
	assert_int_equal(shared[0], 8);
	close(pair[0]);
	close(pair[1]);
}

/* Everything closed that the program did not open: the library has nothing open to lose. */
static void test_close_range(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		char *p = map_device(dev);
		int fd;

		if (syscall(SYS_close_range, 3, ~0U, 0) < 0 || p == MAP_FAILED)
			_exit(1);
		p[0] = 1;
		fd = open("/dev/null", O_RDWR);
		p = map_device(fd);
		_exit(p == MAP_FAILED || p[0] != 1);
	}
	assert_int_equal(wait_for(pid), 0);
}

#ifdef __x86_64__
static void forbid_socket(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(filter), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		_exit(9);
}

/* Asking the daemon takes a socket: without one mmap is what it is without a daemon, and all
 * else, also of old mappings, goes on. */
static void test_no_socket(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		char *p = map_device(dev);

		forbid_socket();
		if (map_device(dev) != MAP_FAILED || errno != ENODEV)
			_exit(1);
		p[0] = 1;
		_exit(munmap(p + 4096, 4096) == 0 || munmap(p, A) < 0);
	}
	assert_int_equal(wait_for(pid), 0);
}
#endif

/* DONTFORK leaves the child a table that is wrong: other memory there is not refused anything. */
static void test_dontfork(void **state)
{
	char *p = map_device(dev);
	pid_t pid;

	(void)state;
	assert_int_equal(madvise(p, A, MADV_DONTFORK), 0);
	pid = fork();
	if (pid == 0) {
		char *q = mmap(p, A, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		_exit(q != p || munmap(q + 4096, 4096) < 0 || msync(q, 4096, MS_SYNC) < 0);
	}
	assert_int_equal(wait_for(pid), 0);
	assert_int_equal(munmap(p + 4096, 4096), -1);
	assert_int_equal(munmap(p, A), 0);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exec),	    cmocka_unit_test(test_spawn),
		cmocka_unit_test(test_vfork),	    cmocka_unit_test(test_fork_of_threads),
		cmocka_unit_test(test_signals),	    cmocka_unit_test(test_passed_file),
		cmocka_unit_test(test_close_range),
#ifdef __x86_64__
		cmocka_unit_test(test_no_socket),
#endif
		cmocka_unit_test(test_dontfork),
	};
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0 || !getenv("DAX_ALIGN") || parse_size(getenv("DAX_ALIGN"), &A) < 0)
		return 77;
	if (argc > 1)
		return child_main(atoi(argv[1]));
	dev = open("/dev/null", O_RDWR);
	shared = map_device(dev);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
