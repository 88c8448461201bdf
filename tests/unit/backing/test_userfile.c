/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The user's file is complete under its path at every instant, also if the process that revokes
 * it is killed; and what is wrong with a file is said in a sentence before anything happens.
 */
#include "fixture.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#define SIZE	 (4 * MIB)
#define NR_WORDS (SIZE / 8)

/* --- contents --------------------------------------------------------------------------- */

static void read_file(const struct fixture *f, uint64_t *words)
{
	_cleanup_fd_ int fd = open(f->path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, SIZE);
	assert_int_equal(pread(fd, words, SIZE, 0), SIZE);
}

static void fill_file(const struct fixture *f, uint64_t value)
{
	_cleanup_fd_ int fd = open(f->path, O_WRONLY | O_CLOEXEC);
	_cleanup_free_ uint64_t *words = malloc(SIZE);

	for (size_t i = 0; i < NR_WORDS; i++)
		words[i] = value;
	assert_int_equal(write(fd, words, SIZE), SIZE);
}

static uint64_t inode(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? 0 : st.st_ino;
}

static void stores_are_in_the_file(void **state)
{
	_cleanup_free_ uint64_t *words = malloc(SIZE);
	struct backing_dev *dev;
	struct fixture f;
	uint64_t *map;

	(void)state;
	fixture_open(&f, FIXTURE_FILE, SIZE);
	dev = fixture_dev(&f, 0, SIZE);
	map = (uint64_t *)(void *)dev_map(dev, SIZE, true);
	map[1] = 1;
	map[NR_WORDS - 1] = 2;
	read_file(&f, words);
	assert_int_equal(words[1], 1);
	backing_dev_down(dev);
	read_file(&f, words);
	assert_int_equal(words[1], 1);
	assert_int_equal(words[NR_WORDS - 1], 2);
	dev_up(&f, dev, 0, SIZE);
	map[1] = 3;
	read_file(&f, words);
	assert_int_equal(words[1], 3);
	backing_dev_free(dev);
	read_file(&f, words);
	assert_int_equal(words[1], 3);
	munmap(map, SIZE);
	fixture_close(&f);
}

static void same_file_comes_back(void **state)
{
	struct backing_dev *dev;
	struct fixture f;
	uint64_t first;
	char *map, value[10] = "";
	struct stat st;

	(void)state;
	fixture_open(&f, FIXTURE_FILE, SIZE);
	setxattr(f.path, "user.note", "mine", 4, 0);
	first = inode(f.path);
	dev = fixture_dev(&f, 0, SIZE);
	map = dev_map(dev, SIZE, true);
	backing_dev_down(dev);
	assert_int_not_equal(inode(f.path), first);
	assert_int_equal(stat(f.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	if (getxattr(f.path, "user.note", value, sizeof(value)) >= 0)
		assert_string_equal(value, "mine");
	dev_up(&f, dev, 0, SIZE);
	assert_int_equal(inode(f.path), first);
	munmap(map, SIZE);
	backing_dev_free(dev);
	fixture_close(&f);
}

/* Unbinding costs nothing when nobody has the file any more. */
static void unused_file_is_left_alone(void **state)
{
	struct backing_dev *dev;
	struct fixture f;
	uint64_t first;

	(void)state;
	fixture_open(&f, FIXTURE_FILE, SIZE);
	first = inode(f.path);
	dev = fixture_dev(&f, 0, SIZE);
	backing_dev_down(dev);
	assert_int_equal(inode(f.path), first);
	dev_up(&f, dev, 0, SIZE);
	munmap(dev_map(dev, SIZE, true), SIZE);
	munmap(dev_map(dev, SIZE, false), SIZE);
	backing_dev_down(dev);
	assert_int_equal(inode(f.path), first);
	backing_dev_free(dev);
	fixture_close(&f);
}

static void file_put_there_meanwhile_is_safe(void **state)
{
	struct backing_dev *dev;
	struct dax_range range;
	struct fixture f;
	char *map, other[120];
	uint64_t theirs;
	int fd;

	(void)state;
	fixture_open(&f, FIXTURE_FILE, SIZE);
	range = f.span;
	dev = fixture_dev(&f, 0, SIZE);
	map = dev_map(dev, SIZE, true);
	backing_dev_down(dev);
	snprintf(other, sizeof(other), "%s.new", f.path);
	fd = open(other, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(rename(other, f.path), 0);
	theirs = inode(f.path);
	assert_int_equal(backing_dev_up(dev, &range, 1), -ESTALE);
	assert_true(is_dead(map));
	munmap(map, SIZE);
	backing_dev_free(dev);
	assert_int_equal(inode(f.path), theirs);
	fixture_close(&f);
}

/* --- killed ----------------------------------------------------------------------------- */

#define OLD UINT64_C(0x1111111111111111)
#define NEW UINT64_C(0x2222222222222222)

/* The daemon and its client in one: stores NEW over OLD, dies and lives until it is killed. */
static void revoke_for_ever(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	uint64_t *map = (uint64_t *)(void *)dev_map(dev, SIZE, true);

	for (;;) {
		for (size_t i = 0; i < NR_WORDS; i++)
			map[i] = NEW;
		backing_dev_down(dev);
		dev_up(f, dev, 0, SIZE);
	}
}

static void kill_after(struct fixture *f, unsigned us)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		struct backing_error error = { "" };
		struct backing_region_config config = { .kind = BACKING_FILE,
							.path = f->path,
							.span = f->span,
							.numa_node = -1,
							.memfs_fd = -1 };

		if (!backing_region_new(&f->region, &config, &error))
			revoke_for_ever(f);
		print_error("%s\n", error.text);
		_exit(1);
	}
	usleep(us);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static size_t count_neither(const uint64_t *words)
{
	size_t n = 0;

	for (size_t i = 0; i < NR_WORDS; i++)
		n += words[i] != OLD && words[i] != NEW;
	return n;
}

static void killed_at_any_instant(void **state)
{
	_cleanup_free_ uint64_t *words = malloc(SIZE);
	struct fixture f = { .span = { BASE, SIZE } };

	(void)state;
	fixture_dir(&f, SIZE);
	for (unsigned i = 0; i < 120; i++) {
		fill_file(&f, OLD);
		kill_after(&f, 500 + i * 331);
		read_file(&f, words);
		assert_int_equal(count_neither(words), 0);
	}
	/* The next one clears away what the killed ones left, and says nothing of it. */
	kill_after(&f, 20000);
	struct backing_error error = { "" };
	struct backing_region_config config = {
		.kind = BACKING_FILE, .path = f.path, .span = f.span, .memfs_fd = -1
	};

	assert_int_equal(backing_region_new(&f.region, &config, &error), 0);
	fixture_close(&f);
}

/* The instant between the link and the rename: the file has its hidden name as a second one. */
static void killed_between_link_and_rename(void **state)
{
	struct fixture f = { .span = { BASE, SIZE } };
	struct backing_error error = { "" };
	struct backing_region_config config = {
		.kind = BACKING_FILE, .span = f.span, .numa_node = -1, .memfs_fd = -1
	};
	char leftover[PATH_MAX];

	(void)state;
	fixture_dir(&f, SIZE);
	fill_file(&f, OLD);
	snprintf(leftover, sizeof(leftover), "%.*s/.file.daxemu-old",
		 (int)(strrchr(f.path, '/') - f.path), f.path);
	assert_int_equal(link(f.path, leftover), 0);
	config.path = f.path;
	assert_int_equal(backing_region_new(&f.region, &config, &error), 0);
	assert_int_equal(access(leftover, F_OK), -1);
	fixture_close(&f);
}

/* --- refusals --------------------------------------------------------------------------- */

struct refusal {
	const char *name;
	void (*prepare)(struct fixture *f); /* what is at f->path, or another f->path */
	int result;
	const char *says;
	bool unprivileged; /* root may do everything */
};

static void nothing_there(struct fixture *f)
{
	unlink(f->path);
}

static void a_directory(struct fixture *f)
{
	unlink(f->path);
	strcpy(f->path, f->dir);
}

static void a_device(struct fixture *f)
{
	unlink(f->path);
	strcpy(f->path, "/dev/null");
}

static void shorter(struct fixture *f)
{
	assert_int_equal(truncate(f->path, SIZE - 4096), 0);
}

static void longer(struct fixture *f)
{
	assert_int_equal(truncate(f->path, SIZE + 1), 0);
}

static void no_permission(struct fixture *f)
{
	assert_int_equal(chmod(f->path, 0444), 0);
}

static void no_directory_permission(struct fixture *f)
{
	assert_int_equal(chmod(f->dir, 0555), 0);
}

static void two_names(struct fixture *f)
{
	char other[120];

	snprintf(other, sizeof(other), "%s.link", f->path);
	assert_int_equal(link(f->path, other), 0);
}

static const struct refusal refusals[] = {
	{ "no such file", nothing_there, -ENOENT, "No such file", false },
	{ "a directory", a_directory, -EISDIR, "is a directory", false },
	{ "a device", a_device, -EINVAL, "not a regular file", false },
	{ "too short", shorter, -EINVAL, "truncate -s 4194304", false },
	{ "too long", longer, -EINVAL, "truncate -s 4194304", false },
	{ "read-only", no_permission, -EACCES, "for reading and writing", true },
	{ "in a directory that is read-only", no_directory_permission, -EACCES, "must be writable",
	  true },
	{ "with two names", two_names, -EMLINK, "hard links", false },
};

static int try_open(const struct fixture *f, struct backing_error *error)
{
	struct backing_region *region;
	struct backing_region_config config = {
		.kind = BACKING_FILE, .path = f->path, .span = f->span, .memfs_fd = -1
	};
	int r = backing_region_new(&region, &config, error);

	if (!r)
		backing_region_free(region);
	return r;
}

/* Root may open everything, as long as his capabilities are in effect. */
static int try_open_unprivileged(const struct fixture *f, struct backing_error *error)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2], none[2];
	int r;

	assert_int_equal(syscall(SYS_capget, &header, caps), 0);
	memcpy(none, caps, sizeof(none));
	none[0].effective = none[1].effective = 0;
	assert_int_equal(syscall(SYS_capset, &header, none), 0);
	r = try_open(f, error);
	assert_int_equal(syscall(SYS_capset, &header, caps), 0);
	return r;
}

static void clear(struct fixture *f)
{
	char other[120];

	chmod(f->dir, 0755);
	snprintf(f->path, sizeof(f->path), "%s/file", f->dir);
	snprintf(other, sizeof(other), "%s.link", f->path);
	unlink(other);
	unlink(f->path);
	assert_int_equal(rmdir(f->dir), 0);
}

static void is_refused(void **state)
{
	const struct refusal *c = *state;
	struct fixture f = { .span = { BASE, SIZE } };
	struct backing_error error = { "" };
	int r;

	fixture_dir(&f, SIZE);
	c->prepare(&f);
	r = c->unprivileged ? try_open_unprivileged(&f, &error) : try_open(&f, &error);
	clear(&f);
	assert_int_equal(r, c->result);
	if (!strstr(error.text, c->says))
		fail_msg("says: %s", error.text);
}

static void one_daemon_only(void **state)
{
	struct backing_error error = { "" };
	struct backing_dev *dev;
	struct fixture f;
	char *map;

	(void)state;
	fixture_open(&f, FIXTURE_FILE, SIZE);
	assert_int_equal(try_open(&f, &error), -EBUSY);
	assert_non_null(strstr(error.text, "in use by another daxemu"));
	dev = fixture_dev(&f, 0, SIZE);
	map = dev_map(dev, SIZE, true);
	backing_dev_down(dev);
	/* Now the path names the copy. */
	assert_int_equal(try_open(&f, &error), -EBUSY);
	dev_up(&f, dev, 0, SIZE);
	assert_int_equal(try_open(&f, &error), -EBUSY);
	munmap(map, SIZE);
	backing_dev_free(dev);
	fixture_close(&f);
}

static void too_few_huge_pages(void **state)
{
	struct backing_region *region;
	struct backing_error error = { "" };
	struct backing_region_config config = { .kind = BACKING_HUGETLB,
						.span = { BASE, UINT64_C(1) << 46 },
						.memfs_fd = -1 };

	(void)state;
	assert_int_equal(backing_region_new(&region, &config, &error), -ENOMEM);
	assert_non_null(strstr(error.text, "needs 33554433 huge pages of 2 MiB"));
	assert_non_null(strstr(error.text, "/proc/sys/vm/nr_hugepages"));
}

/* Where there is no room for a copy, the file is not cut: its mappings live on. */
static void full_filesystem_is_safe(void **state)
{
	_cleanup_free_ uint64_t *words = malloc(SIZE);
	struct fixture f = { .span = { BASE, SIZE } };
	struct backing_error error = { "" };
	struct backing_region_config config = { .kind = BACKING_FILE, .span = f.span };
	struct backing_dev *dev;
	uint64_t *map;
	int fd;

	(void)state;
	fixture_dir(&f, 0);
	if (mount("tmpfs", f.dir, "tmpfs", 0, "size=5m") < 0) {
		rmdir(f.dir);
		print_message("skipped: no mount is allowed here\n");
		skip();
	}
	fd = open(f.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(ftruncate(fd, SIZE), 0);
	close(fd);
	fill_file(&f, OLD);
	config.path = f.path;
	assert_int_equal(backing_region_new(&f.region, &config, &error), 0);
	dev = fixture_dev(&f, 0, SIZE);
	map = (uint64_t *)(void *)dev_map(dev, SIZE, true);
	map[3] = NEW;
	backing_dev_down(dev);
	read_file(&f, words);
	assert_int_equal(words[0], OLD);
	assert_int_equal(words[3], NEW);
	dev_up(&f, dev, 0, SIZE);
	assert_int_equal(map[3], NEW);
	munmap(map, SIZE);
	backing_dev_free(dev);
	backing_region_free(f.region);
	assert_int_equal(umount(f.dir), 0);
	assert_int_equal(rmdir(f.dir), 0);
}

int main(void)
{
	struct CMUnitTest units[ARRAY_SIZE(refusals) + 9] = {
		cmocka_unit_test(stores_are_in_the_file),
		cmocka_unit_test(same_file_comes_back),
		cmocka_unit_test(unused_file_is_left_alone),
		cmocka_unit_test(file_put_there_meanwhile_is_safe),
		cmocka_unit_test(killed_at_any_instant),
		cmocka_unit_test(killed_between_link_and_rename),
		cmocka_unit_test(one_daemon_only),
		cmocka_unit_test(too_few_huge_pages),
		cmocka_unit_test(full_filesystem_is_safe),
	};

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		units[9 + i] =
			(struct CMUnitTest){ .name = refusals[i].name,
					     .test_func = is_refused,
					     .initial_state = (void *)(uintptr_t)&refusals[i] };
	return cmocka_run_group_tests_name("userfile", units, fixture_setup, fixture_teardown);
}
