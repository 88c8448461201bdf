/* SPDX-License-Identifier: BSD-3-Clause */
/* Regions of every kind for the tests of backing. See fixture.h. */
#include "fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define NR_HUGE "/proc/sys/vm/nr_hugepages"

static long huge_before = -1;

static long huge_read(void)
{
	_cleanup_file_ FILE *f = fopen(NR_HUGE, "re");
	long n = -1;

	if (!f || fscanf(f, "%ld", &n) != 1)
		return -1;
	return n;
}

static void huge_write(long n)
{
	_cleanup_file_ FILE *f = fopen(NR_HUGE, "we");

	if (f)
		fprintf(f, "%ld\n", n);
}

static void write_file(const char *path, const char *text)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		print_message("%s: %s\n", path, strerror(errno));
}

/* As daxemu run does: mounts need no privilege in a user namespace. */
static void become_root(void)
{
	char uids[64], gids[64];

	snprintf(uids, sizeof(uids), "0 %u 1", geteuid());
	snprintf(gids, sizeof(gids), "0 %u 1", getegid());
	if (geteuid() == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return;
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/gid_map", gids);
	write_file("/proc/self/uid_map", uids);
}

int fixture_setup(void **state)
{
	(void)state;
	become_root();
	huge_before = huge_read();
	if (huge_before >= 0)
		huge_write(huge_before + 80);
	return 0;
}

int fixture_teardown(void **state)
{
	(void)state;
	if (huge_before >= 0)
		huge_write(huge_before);
	return 0;
}

void fixture_refuse(unsigned nr, int arg)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)arg, 0, arg < 0 ? 0 : 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_SIZE(code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0) {
		perror("seccomp");
		exit(1);
	}
}

void fixture_dir(struct fixture *f, uint64_t size)
{
	const char *tmp = getenv("TMPDIR");
	_cleanup_fd_ int fd = -1;

	snprintf(f->dir, sizeof(f->dir), "%.30s/daxemu-test-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/file", f->dir);
	if (!size)
		return;
	fd = open(f->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
}

/* Never written to where a tmpfs of its own is allowed; elsewhere the test is skipped. */
static int named_fallback(void)
{
	int fs = fsopen("tmpfs", FSOPEN_CLOEXEC);

	if (fs < 0) {
		print_message("skipped: a tmpfs of its own is not allowed here\n");
		skip();
	}
	close(fs);
	return open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

void fixture_open(struct fixture *f, enum fixture_kind kind, uint64_t size)
{
	static const enum backing_kind kinds[] = {
		[FIXTURE_NAMED] = BACKING_MEMFD,
		[FIXTURE_MEMFD] = BACKING_MEMFD,
		[FIXTURE_HUGE] = BACKING_HUGETLB,
		[FIXTURE_FILE] = BACKING_FILE,
	};
	struct backing_error error = { "" };
	struct backing_region_config config = {
		.kind = kinds[kind],
		.span = { BASE, size },
		.numa_node = 0,
		.memfs_fd = -1,
	};
	int r;

	*f = (struct fixture){ .span = config.span, .memfs = -1 };
	if (kind == FIXTURE_FILE)
		fixture_dir(f, size);
	config.path = f->path;
	if (kind == FIXTURE_NAMED)
		config.memfs_fd = f->memfs = named_fallback();
	r = backing_region_new(&f->region, &config, &error);
	if (kind == FIXTURE_HUGE && r == -ENOMEM) {
		print_message("skipped: %s\n", error.text);
		skip();
	}
	if (r < 0)
		fail_msg("%s", error.text);
}

void fixture_close(struct fixture *f)
{
	backing_region_free(f->region);
	close_fdp(&f->memfs);
	if (!*f->dir)
		return;
	unlink(f->path);
	/* Fails when a hidden file is left. */
	assert_int_equal(rmdir(f->dir), 0);
}

void dev_up(struct fixture *f, struct backing_dev *dev, uint64_t off, uint64_t len)
{
	struct dax_range range = { f->span.start + off, len };

	assert_int_equal(backing_dev_up(dev, &range, 1), 0);
	assert_int_equal(backing_dev_len(dev), len);
}

struct backing_dev *fixture_dev(struct fixture *f, uint64_t off, uint64_t len)
{
	struct backing_dev *dev;

	assert_int_equal(backing_dev_new(&dev, f->region, "dax7.0"), 0);
	assert_int_equal(backing_dev_len(dev), 0);
	dev_up(f, dev, off, len);
	return dev;
}

char *dev_map(struct backing_dev *dev, uint64_t len, bool writable)
{
	int fd = backing_dev_fd(dev, writable);
	char *map;

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	/* As the client library does: huge pages that the device has not are not to be reserved. */
	map = mmap(NULL, len, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, 0);
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_int_equal(mprotect(map, len, PROT_READ | PROT_WRITE), writable ? 0 : -1);
	return map;
}

static sigjmp_buf on_bus;

static void bus_handler(int sig)
{
	(void)sig;
	siglongjmp(on_bus, 1);
}

bool is_dead(const volatile char *p)
{
	struct sigaction action = { .sa_handler = bus_handler }, old;
	volatile bool dead = true;

	sigaction(SIGBUS, &action, &old);
	if (!sigsetjmp(on_bus, 1)) {
		(void)*p;
		dead = false;
	}
	sigaction(SIGBUS, &old, NULL);
	return dead;
}

uint64_t memory_in_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	uint64_t sum = 0;
	struct stat st, seen[256];
	size_t nr = 0;

	while ((entry = readdir(dir))) {
		size_t i = 0;

		if (fstat(atoi(entry->d_name), &st) < 0 || !S_ISREG(st.st_mode))
			continue;
		while (i < nr && (seen[i].st_ino != st.st_ino || seen[i].st_dev != st.st_dev))
			i++;
		if (i == nr && nr < ARRAY_SIZE(seen)) {
			seen[nr++] = st;
			sum += (uint64_t)st.st_blocks * 512;
		}
	}
	closedir(dir);
	return sum;
}
