/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes belong to addresses; mappings live and die with the device. Every rule on every kind. */
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define SIZE (8 * MIB)

struct row {
	const char *rule;
	void (*check)(struct fixture *f);
	unsigned kinds; /* bit N: enum fixture_kind N */
	uint64_t size;	/* of the region, 0: SIZE */
};

#define MEMORY ((1u << FIXTURE_NAMED) | (1u << FIXTURE_MEMFD) | (1u << FIXTURE_HUGE))
#define SMALL  ((1u << FIXTURE_NAMED) | (1u << FIXTURE_MEMFD))
#define ALL    (MEMORY | (1u << FIXTURE_FILE))

static void mappings_die_and_revive(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true), *view = dev_map(dev, SIZE, false);

	strcpy(map, "first");
	strcpy(map + SIZE - 8, "last");
	assert_string_equal(view, "first");
	backing_dev_down(dev);
	assert_int_equal(backing_dev_len(dev), 0);
	assert_true(is_dead(map));
	assert_true(is_dead(view + SIZE - 8));
	assert_int_equal(backing_dev_fd(dev, true), -ENXIO);
	dev_up(f, dev, 0, SIZE);
	assert_string_equal(map, "first");
	assert_string_equal(view + SIZE - 8, "last");
	assert_int_equal(map[SIZE / 2], 0);
	munmap(map, SIZE);
	munmap(view, SIZE);
	backing_dev_free(dev);
}

static void reader_dies_too(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *view = dev_map(dev, SIZE, false);

	assert_int_equal(view[4096], 0);
	backing_dev_down(dev);
	assert_true(is_dead(view));
	dev_up(f, dev, 0, SIZE);
	assert_false(is_dead(view));
	munmap(view, SIZE);
	backing_dev_free(dev);
}

static void beyond_the_end_is_dead(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE / 2);
	char *map = dev_map(dev, SIZE, true);

	assert_false(is_dead(map + SIZE / 2 - 1));
	assert_true(is_dead(map + SIZE / 2));
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static void shrink_and_regrow(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);

	for (uint64_t at = 0; at < SIZE; at += HUGE)
		map[at + 5] = (char)(at / HUGE + 1);
	backing_dev_down(dev);
	dev_up(f, dev, 0, HUGE);
	assert_int_equal(map[5], 1);
	assert_true(is_dead(map + HUGE));
	backing_dev_down(dev);
	dev_up(f, dev, 0, SIZE);
	for (uint64_t at = 0; at < SIZE; at += HUGE)
		assert_int_equal(map[at + 5], at / HUGE + 1);
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static void delete_and_create(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *old = dev_map(dev, SIZE, true), *map;

	strcpy(old + HUGE, "kept");
	backing_dev_free(dev);
	assert_true(is_dead(old + HUGE));
	dev = fixture_dev(f, 0, SIZE);
	map = dev_map(dev, SIZE, true);
	assert_string_equal(map + HUGE, "kept");
	assert_true(is_dead(old + HUGE));
	munmap(old, SIZE);
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static void offsets_follow_ranges(struct fixture *f)
{
	struct dax_range ranges[] = {
		{ f->span.start + 3 * HUGE, HUGE },
		{ f->span.start, HUGE },
		{ f->span.start + HUGE, HUGE },
	};
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);

	for (uint64_t i = 0; i < 4; i++)
		map[i * HUGE + 9] = (char)('a' + i);
	backing_dev_down(dev);
	assert_int_equal(backing_dev_up(dev, ranges, 3), 0);
	assert_int_equal(backing_dev_len(dev), 3 * HUGE);
	assert_int_equal(map[9], 'd');
	assert_int_equal(map[HUGE + 9], 'a');
	assert_int_equal(map[2 * HUGE + 9], 'b');
	assert_true(is_dead(map + 3 * HUGE));
	map[9] = 'D';
	backing_dev_down(dev);
	dev_up(f, dev, 0, SIZE);
	assert_int_equal(map[2 * HUGE + 9], 'c');
	assert_int_equal(map[3 * HUGE + 9], 'D');
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static void two_devices_share_nothing(struct fixture *f)
{
	struct backing_dev *a = fixture_dev(f, 0, SIZE / 2), *b;
	char *map_a = dev_map(a, SIZE / 2, true), *map_b;

	assert_int_equal(backing_dev_new(&b, f->region, "dax7.1"), 0);
	dev_up(f, b, SIZE / 2, SIZE / 2);
	map_b = dev_map(b, SIZE / 2, true);
	strcpy(map_a, "a");
	strcpy(map_b, "b");
	backing_dev_down(a);
	assert_true(is_dead(map_a));
	assert_string_equal(map_b, "b");
	map_b[4096] = 1;
	backing_dev_free(b);
	backing_dev_free(a);
	a = fixture_dev(f, 0, SIZE);
	map_a = dev_map(a, SIZE, false);
	assert_string_equal(map_a, "a");
	assert_string_equal(map_a + SIZE / 2, "b");
	munmap(map_a, SIZE);
	backing_dev_free(a);
}

static void ranges_outside_are_refused(struct fixture *f)
{
	struct dax_range bad[] = {
		{ f->span.start - HUGE, HUGE },
		{ f->span.start, SIZE + HUGE },
		{ f->span.start + SIZE, HUGE },
		{ f->span.start, 1000 },
	};
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);

	strcpy(map, "here");
	assert_int_equal(backing_dev_up(dev, bad, 1), -EBUSY);
	backing_dev_down(dev);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(backing_dev_up(dev, &bad[i], 1), -EINVAL);
	dev_up(f, dev, 0, SIZE);
	assert_string_equal(map, "here");
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static void readers_cannot_write(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	int fd = backing_dev_fd(dev, false);
	struct stat st;

	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_ptr_equal(mmap(NULL, HUGE, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	assert_int_equal(fcntl(backing_dev_fd(dev, true), F_GETFL) & O_ACCMODE, O_RDWR);
	assert_int_equal(fstat(fd, &st), 0);
	/* Nobody else may open it through /proc. */
	assert_int_equal(st.st_mode & 07, 0);
	backing_dev_free(dev);
}

static void holes_stay_holes(struct fixture *f)
{
	uint64_t before = memory_in_files();
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);
	uint64_t page = backing_region_page_size(f->region);

	map[0] = 1;
	map[3 * HUGE] = 1;
	for (int i = 0; i < 3; i++) {
		backing_dev_down(dev);
		dev_up(f, dev, 0, SIZE);
	}
	assert_int_equal(map[3 * HUGE], 1);
	assert_in_range(memory_in_files() - before, 2 * page, 2 * page + 4096);
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static void bytes_are_in_one_place(struct fixture *f)
{
	uint64_t before = memory_in_files();
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);

	memset(map, 7, SIZE);
	assert_in_range(memory_in_files() - before, SIZE, SIZE + 4096);
	backing_dev_down(dev);
	assert_in_range(memory_in_files() - before, SIZE, SIZE + 4096);
	dev_up(f, dev, 0, SIZE);
	assert_in_range(memory_in_files() - before, SIZE, SIZE + 4096);
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static void every_byte_comes_back(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);
	uint32_t x = 1;

	for (int round = 0; round < 4; round++) {
		uint32_t seed = x;

		for (uint64_t i = 0; i < SIZE / 4; i++)
			((uint32_t *)(void *)map)[i] = x = x * 1664525 + 1013904223;
		/* Holes of every shape between. */
		if (backing_region_page_size(f->region) == 4096 && *f->dir == '\0')
			madvise(map + HUGE, 4096u << round, MADV_REMOVE);
		backing_dev_down(dev);
		dev_up(f, dev, 0, SIZE);
		x = seed;
		for (uint64_t i = 0; i < SIZE / 4; i++) {
			x = x * 1664525 + 1013904223;
			bool hole = backing_region_page_size(f->region) == 4096 &&
				    *f->dir == '\0' && i * 4 >= HUGE &&
				    i * 4 < HUGE + (4096u << round);

			if (((uint32_t *)(void *)map)[i] != (hole ? 0 : x))
				fail_msg("word %llu of round %d", (unsigned long long)i, round);
		}
	}
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static uint64_t number_of(uint64_t at)
{
	return (at + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

/*
 * More than is moved at a time, of a size that has no round halves: a filesystem with large pages
 * in its cache zeroes the part of one that is cut off.
 */
static void odd_size_comes_back(struct fixture *f)
{
	uint64_t len = f->span.len;
	struct backing_dev *dev = fixture_dev(f, 0, len);
	uint64_t *map = (uint64_t *)(void *)dev_map(dev, len, true);

	for (uint64_t i = 0; i < len / 8; i++)
		map[i] = number_of(i);
	backing_dev_down(dev);
	dev_up(f, dev, 0, len);
	for (uint64_t i = 0; i < len / 8; i++)
		if (map[i] != number_of(i))
			fail_msg("word %llu", (unsigned long long)i);
	munmap(map, len);
	backing_dev_free(dev);
}

/* Ranges of a page or so: a cut takes several, and holes reach from one into the next. */
static void small_ranges_keep_their_bytes(struct fixture *f)
{
	struct dax_range ranges[64];
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);
	uint64_t at = 0;

	backing_dev_down(dev);
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		ranges[i] = (struct dax_range){ f->span.start + (63 - i) * 16384,
						i % 2 ? 8192 : 12288 };
	assert_int_equal(backing_dev_up(dev, ranges, ARRAY_SIZE(ranges)), 0);
	for (size_t i = 0; i < ARRAY_SIZE(ranges); at += ranges[i++].len)
		if (i % 3)
			memset(map + at, (int)i, 4096);
	backing_dev_down(dev);
	dev_up(f, dev, 0, SIZE);
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		assert_int_equal(map[(63 - i) * 16384 + 4095], i % 3 ? i : 0);
		assert_int_equal(map[(63 - i) * 16384 + 4096], 0);
	}
	munmap(map, SIZE);
	backing_dev_free(dev);
}

/* What a client does to the file it was given harms nobody but users of that device. */
static void client_cuts_the_file(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);

	strcpy(map, "stays");
	strcpy(map + 2 * HUGE, "goes");
	assert_int_equal(ftruncate(backing_dev_fd(dev, true), HUGE), 0);
	backing_dev_down(dev);
	assert_true(is_dead(map));
	dev_up(f, dev, 0, SIZE);
	assert_string_equal(map, "stays");
	assert_int_equal(map[2 * HUGE], 0);
	assert_int_equal(ftruncate(backing_dev_fd(dev, true), SIZE + 16 * HUGE), 0);
	backing_dev_down(dev);
	dev_up(f, dev, 0, SIZE);
	assert_string_equal(map, "stays");
	munmap(map, SIZE);
	backing_dev_free(dev);
}

/* A bind that fails half way leaves the device dead and every byte in its place. */
static void failed_bind_loses_nothing(struct fixture *f)
{
	struct rlimit limit, small = { 3 * MIB, RLIM_INFINITY };
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);
	struct dax_range range = f->span;

	memset(map, 3, SIZE);
	backing_dev_down(dev);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	small.rlim_max = limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(backing_dev_up(dev, &range, 1), -EFBIG);
	assert_int_equal(backing_dev_len(dev), 0);
	assert_true(is_dead(map));
	setrlimit(RLIMIT_FSIZE, &limit);
	dev_up(f, dev, 0, SIZE);
	for (uint64_t at = 0; at < SIZE; at += 4096)
		assert_int_equal(map[at], 3);
	munmap(map, SIZE);
	backing_dev_free(dev);
}

/* The user's share of pipe memory is not ours to keep while nothing moves. */
static void pipes_are_small_at_rest(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);

	for (int round = 0; round < 2; round++) {
		for (int fd = 3; fd < backing_dev_fd(dev, true); fd++)
			/* Others are inherited. */
			if (fcntl(fd, F_GETFD) == FD_CLOEXEC)
				assert_true(fcntl(fd, F_GETPIPE_SZ) <= 4096);
		memset(map, 1, SIZE);
		backing_dev_down(dev);
		dev_up(f, dev, 0, SIZE);
	}
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static void name_is_in_maps(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char link[100], path[200] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", backing_dev_fd(dev, true));
	assert_true(readlink(link, path, sizeof(path) - 1) > 0);
	assert_string_equal(path, "/dev/dax7.0");
	backing_dev_free(dev);
}

static void zero(struct fixture *f, const struct backing_dev *dev, uint64_t off, uint64_t len,
		 int result)
{
	struct dax_range range = { f->span.start + off, len };

	assert_int_equal(backing_zero(f->region, dev, range), result);
}

/* Whether [off, off + len) of the map is all that is zero in the pages of it. */
static void assert_zero(const char *map, uint64_t off, uint64_t len)
{
	assert_int_equal(map[off - 1], 'x');
	for (uint64_t i = 0; i < len; i++)
		assert_int_equal(map[off + i], 0);
	assert_int_equal(map[off + len], 'x');
}

static void lost_bytes_are_zero(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);

	memset(map, 'x', SIZE);
	zero(f, dev, 4096 + 512, 512, 0);
	assert_zero(map, 4096 + 512, 512);
	zero(f, dev, HUGE - 512, 1024, 0);
	assert_zero(map, HUGE - 512, 1024);
	backing_dev_down(dev);
	zero(f, dev, 3 * HUGE - 512, 1024, 0);
	zero(f, NULL, SIZE - 8192, 4096, 0);
	for (int i = 0; i < 2; i++) {
		dev_up(f, dev, 0, SIZE);
		assert_zero(map, 4096 + 512, 512);
		assert_zero(map, HUGE - 512, 1024);
		assert_zero(map, 3 * HUGE - 512, 1024);
		assert_zero(map, SIZE - 8192, 4096);
		backing_dev_down(dev);
	}
	munmap(map, SIZE);
	backing_dev_free(dev);
}

/* Nobody has it mapped: a user's file is not copied then. */
static void lost_bytes_are_zero_for_the_next(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map = dev_map(dev, SIZE, true);

	memset(map, 'x', SIZE);
	munmap(map, SIZE);
	backing_dev_free(dev);
	zero(f, NULL, 4096, 512, 0);
	dev = fixture_dev(f, 0, SIZE);
	zero(f, dev, HUGE, 512, 0);
	map = dev_map(dev, SIZE, false);
	assert_zero(map, 4096, 512);
	assert_zero(map, HUGE, 512);
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static void zeros_cost_no_memory(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	uint64_t before = memory_in_files();

	zero(f, dev, 0, SIZE, 0);
	backing_dev_down(dev);
	zero(f, dev, 0, SIZE, 0);
	assert_int_equal(memory_in_files(), before);
	backing_dev_free(dev);
}

static void zeros_are_refused_elsewhere(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, HUGE);

	zero(f, dev, 0, HUGE, -EINVAL);
	backing_dev_down(dev);
	zero(f, dev, SIZE, 512, -EINVAL);
	zero(f, dev, SIZE - 512, 1024, -EINVAL);
	zero(f, dev, 0, SIZE, 0);
	backing_dev_free(dev);
}

static void zeros_meet_a_file_that_was_cut(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);

	assert_int_equal(ftruncate(backing_dev_fd(dev, true), HUGE), 0);
	zero(f, dev, HUGE - 512, 1024, 0);
	zero(f, dev, SIZE - 512, 512, 0);
	backing_dev_free(dev);
}

/* Looks at one hole after the other; SIGBUS ends it. */
static pid_t start_looker(const volatile char *map, uint64_t len)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGBUS, SIG_DFL);
	for (uint64_t at = 0; at < len; at += HUGE) {
		(void)map[at];
		usleep(500);
	}
	_exit(0);
}

static void others_keep_their_holes(struct fixture *f)
{
	uint64_t len = f->span.len - SIZE;
	struct backing_dev *dev = fixture_dev(f, 0, SIZE), *other = fixture_dev(f, SIZE, len);
	char *map = dev_map(dev, SIZE, true), *others = dev_map(other, len, true);

	for (char round = 0; round < 5; round++) {
		pid_t looker = start_looker(others, len);
		int status;

		map[SIZE - 1] = round;
		while (!waitpid(looker, &status, WNOHANG)) {
			backing_dev_down(dev);
			dev_up(f, dev, 0, SIZE);
		}
		assert_int_equal(status, 0);
		assert_int_equal(map[SIZE - 1], round);
		/* What has only been looked at is a hole again. */
		backing_dev_down(other);
		dev_up(f, other, SIZE, len);
	}
	munmap(map, SIZE);
	munmap(others, len);
	backing_dev_free(dev);
	backing_dev_free(other);
}

/* Clients of another sort than ours may reserve the pages that they map. */
static void reserved_pages_keep_their_bytes(struct fixture *f)
{
	struct backing_dev *dev = fixture_dev(f, 0, SIZE);
	char *map =
		mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, backing_dev_fd(dev, true), 0);

	assert_ptr_not_equal(map, MAP_FAILED);
	for (char i = 0; i < 3; i++) {
		map[HUGE * (uint64_t)i] = i;
		backing_dev_down(dev);
		dev_up(f, dev, 0, SIZE);
		for (char j = 0; j <= i; j++)
			assert_int_equal(map[HUGE * (uint64_t)j], j);
	}
	munmap(map, SIZE);
	backing_dev_free(dev);
}

static const struct row rows[] = {
	{ "mappings die and revive with their bytes", mappings_die_and_revive, ALL },
	{ "read-only mappings die too", reader_dies_too, ALL },
	{ "beyond the end is SIGBUS", beyond_the_end_is_dead, MEMORY },
	{ "shrunk and grown again: old bytes", shrink_and_regrow, MEMORY },
	{ "deleted and created again: old bytes, old mappings dead", delete_and_create, ALL },
	{ "offsets follow the ranges' order", offsets_follow_ranges, MEMORY },
	{ "devices share nothing", two_devices_share_nothing, MEMORY },
	{ "ranges outside the region are refused", ranges_outside_are_refused, ALL },
	{ "a read-only fd cannot be written", readers_cannot_write, ALL },
	{ "holes stay holes", holes_stay_holes, MEMORY },
	{ "others keep their holes", others_keep_their_holes, MEMORY, 64 * MIB },
	{ "pages that a client reserved keep their bytes", reserved_pages_keep_their_bytes,
	  MEMORY },
	{ "bytes are in one place only", bytes_are_in_one_place, MEMORY },
	{ "every byte comes back", every_byte_comes_back, ALL },
	{ "every byte of an odd size comes back", odd_size_comes_back, SMALL | (1u << FIXTURE_FILE),
	  25 * MIB + 4096 },
	{ "small ranges keep their bytes", small_ranges_keep_their_bytes, SMALL },
	{ "a client cuts or extends its file", client_cuts_the_file, MEMORY },
	{ "a bind that fails loses nothing", failed_bind_loses_nothing,
	  SMALL | (1u << FIXTURE_FILE) },
	{ "pipes are small at rest", pipes_are_small_at_rest, SMALL },
	{ "lost bytes are zero, and stay so", lost_bytes_are_zero, ALL },
	{ "lost bytes are zero for who maps next", lost_bytes_are_zero_for_the_next, ALL },
	{ "zeros cost no memory", zeros_cost_no_memory, SMALL | (1u << FIXTURE_FILE) },
	{ "zeros are refused elsewhere", zeros_are_refused_elsewhere, MEMORY },
	{ "zeros meet a file that was cut", zeros_meet_a_file_that_was_cut, MEMORY },
	{ "/proc/PID/maps says /dev/daxX.Y", name_is_in_maps, 1u << FIXTURE_NAMED },
};

static const char *const kind_names[] = { "named", "memfd", "hugetlb", "file" };

struct test {
	const struct row *row;
	enum fixture_kind kind;
	char name[100];
};

static void run(void **state)
{
	const struct test *test = *state;
	struct fixture f;

	fixture_open(&f, test->kind, test->row->size ? test->row->size : SIZE);
	test->row->check(&f);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	bool small_pipes = argc > 1 && !strcmp(argv[1], "--small-pipes");
	bool no_mounts = argc > 1 && !strcmp(argv[1], "--no-mounts");
	static struct test tests[ARRAY_SIZE(rows) * ARRAY_SIZE(kind_names)];
	static struct CMUnitTest units[ARRAY_SIZE(tests)];
	size_t n = 0;

	/* ctest hands down its own log, which grows while memory_in_files() counts. */
	close_range(3, ~0U, 0);
	/* As for a user whose pipes have too many pages already. */
	if (small_pipes)
		fixture_refuse(SYS_fcntl, F_SETPIPE_SZ);
	if (no_mounts)
		fixture_refuse(SYS_fsopen, -1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (unsigned k = 0; k < ARRAY_SIZE(kind_names); k++) {
			if (!(rows[i].kinds & (1u << k)) || (no_mounts && k != FIXTURE_HUGE) ||
			    (small_pipes && rows[i].check == pipes_are_small_at_rest))
				continue;
			tests[n] = (struct test){ &rows[i], (enum fixture_kind)k, "" };
			snprintf(tests[n].name, sizeof(tests[n].name), "%s: %s", kind_names[k],
				 rows[i].rule);
			units[n] = (struct CMUnitTest){ .name = tests[n].name,
							.test_func = run,
							.initial_state = &tests[n] };
			n++;
		}
	/* The macro counts by sizeof, the table is not full. */
	return _cmocka_run_group_tests("backing", units, n, fixture_setup, fixture_teardown);
}
