/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * broker_host PRELOAD ALIGN SIZE memfd|hugetlb[+bad] COMMAND [ARG...]: runs a command under the
 * preload library with /dev/null as its dax device, whose memory a real broker in this process
 * hands out. /dev/null, like a CUSE file, is a character device whose mmap(2) is ENODEV; so the
 * whole way of a mapping is tested without root, FUSE or a daemon. With +bad some blocks of it are.
 * Exit status is the command's; 77 without huge pages.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/parse.h"
#include "base/util.h"
#include "broker/broker.h"

struct host {
	struct dax_model model;
	struct dax_region region;
	struct dax_dev dev;
	int mem, mem_ro;
	uint64_t page, size;
};

static struct dax_dev *identify(void *user, const struct stat *st)
{
	struct host *host = user;

	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3) ? &host->dev : NULL;
}

static int memory(void *user, const struct dax_dev *dev, bool writable, uint64_t *page_size,
		  uint64_t *file_len)
{
	const struct host *host = user;

	(void)dev;
	*page_size = host->page;
	*file_len = host->size;
	return writable ? host->mem : host->mem_ro;
}

static const struct broker_ops ops = { identify, memory };

static void die(const char *what)
{
	perror(what);
	exit(99);
}

static void *serve(void *arg)
{
	struct broker *broker = arg;
	struct pollfd pfd = { .fd = broker_fd(broker), .events = POLLIN };

	while (poll(&pfd, 1, -1) >= 0 || errno == EINTR)
		broker_dispatch(broker);
	return NULL;
}

static void make_memory(struct host *host, bool huge)
{
	char path[64];

	host->page = huge ? 2 * MIB : 4096;
	host->mem = memfd_create("dax0.0", MFD_CLOEXEC | (huge ? MFD_HUGETLB : 0));
	if (host->mem < 0 || ftruncate(host->mem, (off_t)host->size) < 0)
		die("memory");
	/* All of it, or a fault would kill the test. */
	if (huge && fallocate(host->mem, 0, 0, (off_t)host->size) < 0)
		exit(77);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", host->mem);
	host->mem_ro = open(path, O_RDONLY | O_CLOEXEC);
	if (host->mem_ro < 0)
		die(path);
}

static int listener(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	strcpy(addr.sun_path, path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 || listen(fd, 128) < 0)
		die(path);
	return fd;
}

/* @argv: of this program */
static int run(char **argv, const char *socket_path, bool huge)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		setenv("LD_PRELOAD", argv[1], 1);
		setenv("DAXEMU_SOCKET", socket_path, 1);
		setenv("DAX_ALIGN", argv[2], 1);
		setenv("DAX_SIZE", argv[3], 1);
		if (huge)
			setenv("DAX_HUGETLB", "1", 1);
		execvp(argv[5], argv + 5);
		perror(argv[5]);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	if (WIFSIGNALED(status))
		fprintf(stderr, "%s: killed by signal %d\n", argv[5], WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

/* In pages 5, 9 to 11 and the last; of the second MiB in every other page of 40. */
static void make_bad(struct host *host)
{
	struct dax_bad *bad = &host->region.bad;

	dax_bad_add(bad, (struct dax_range){ 5 * 4096 + 512, 512 });
	dax_bad_add(bad, (struct dax_range){ 9 * 4096, 2 * 4096 + 512 });
	dax_bad_add(bad, (struct dax_range){ host->size - 512, 512 });
	for (uint64_t i = 0; i < 40; i++)
		dax_bad_add(bad, (struct dax_range){ MIB + i * 8192, 512 });
}

int main(int argc, char **argv)
{
	static struct host host;
	static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
	char dir[] = "/tmp/daxemu-host.XXXXXX", path[64];
	struct broker_config config = {
		.model = &host.model, .lock = &lock, .ops = &ops, .user = &host
	};
	struct broker *broker;
	pthread_t thread;
	uint64_t align;
	int r;

	if (argc < 6 || parse_size(argv[2], &align) < 0 || parse_size(argv[3], &host.size) < 0)
		return 99;
	make_memory(&host, !strncmp(argv[4], "hugetlb", 7));
	if (strchr(argv[4], '+'))
		make_bad(&host);
	host.model.config.profile = dax_profile_default();
	host.region.model = &host.model;
	host.region.enabled = true;
	host.dev = (struct dax_dev){ .region = &host.region,
				     .align = align,
				     .driver = dax_driver(DAX_DEVICE_DAX) };
	if (!mkdtemp(dir))
		die(dir);
	snprintf(path, sizeof(path), "%s/sock", dir);
	config.listen_fd = listener(path);
	if (broker_new(&broker, &config) < 0 || pthread_create(&thread, NULL, serve, broker))
		die("broker");
	r = run(argv, path, host.page > 4096);
	unlink(path);
	rmdir(dir);
	return r;
}
