/* SPDX-License-Identifier: BSD-3-Clause */
/* The real tree, played by a directory of the test's own: no way out of it, nothing kept too long.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "daxemu/proto.h"
#include "sysfs-emu/real.h"
#include "sysfs-emu/ref.h"

struct real_fixture {
	char path[64];
	int dir;
	struct real *real;
};

static void put(int dir, const char *name, const char *text)
{
	_cleanup_fd_ int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static int set_up(void **state)
{
	struct real_fixture *f = calloc(1, sizeof(*f));
	int fds[REAL_NR_ROOTS];

	strcpy(f->path, "/tmp/daxemu-real.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	f->dir = open(f->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->dir >= 0);
	assert_int_equal(mkdirat(f->dir, "a", 0755), 0);
	assert_int_equal(mkdirat(f->dir, "a/b", 0755), 0);
	put(f->dir, "a/b/file", "text");
	assert_int_equal(symlinkat("b/file", f->dir, "a/link"), 0);
	assert_int_equal(symlinkat("/etc", f->dir, "a/out"), 0);
	assert_int_equal(symlinkat("b", f->dir, "a/in"), 0);
	fds[REAL_SYS] = f->dir;
	fds[REAL_DEV] = -1;
	assert_int_equal(real_new(&f->real, fds), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "a/b/file", "a/link", "a/out", "a/in" };
	struct real_fixture *f = *state;

	real_free(f->real);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unlinkat(f->dir, names[i], 0);
	unlinkat(f->dir, "a/b", AT_REMOVEDIR);
	unlinkat(f->dir, "a", AT_REMOVEDIR);
	close(f->dir);
	rmdir(f->path);
	free(f);
	return 0;
}

static int lookup(const struct real_fixture *f, const char *dir, const char *name, uint64_t *id)
{
	struct stat st;

	return real_lookup(f->real, REAL_SYS, dir, name, &st, id);
}

static void test_lookup(void **state)
{
	struct real_fixture *f = *state;
	_cleanup_strbuf_ struct strbuf path = { 0 };
	enum real_root root = REAL_DEV;
	uint64_t id, again;

	assert_int_equal(lookup(f, "a/b", "file", &id), 0);
	assert_true(id > 1 && !(id & SYSFS_REF_EMULATED));
	assert_int_equal(lookup(f, "a/b", "file", &again), 0);
	assert_true(id == again);
	assert_int_equal(real_path(f->real, id, &root, &path), 0);
	assert_string_equal(path.text, "a/b/file");
	assert_int_equal(root, REAL_SYS);
	assert_int_equal(lookup(f, "", "nosuch", &id), -ENOENT);
	assert_int_equal(lookup(f, "nosuch", "file", &id), -ENOENT);
}

static void test_forget(void **state)
{
	struct real_fixture *f = *state;
	_cleanup_strbuf_ struct strbuf path = { 0 };
	enum real_root root;
	uint64_t id, again;

	assert_int_equal(lookup(f, "a", "b", &id), 0);
	assert_int_equal(lookup(f, "a", "b", &again), 0);
	real_forget(f->real, id, 1);
	assert_int_equal(real_count(f->real), 1);
	/* More than it holds, and what it never held. */
	real_forget(f->real, id, UINT64_MAX);
	real_forget(f->real, id, 1);
	real_forget(f->real, 12345, 1);
	assert_int_equal(real_count(f->real), 0);
	assert_int_equal(real_path(f->real, id, &root, &path), -ENOENT);
	assert_int_equal(lookup(f, "a", "b", &again), 0);
	assert_true(id != again);
}

/* Enough names to make the table grow, forgotten in another order. */
static void test_many(void **state)
{
	enum { MANY = 5000 };
	static uint64_t ids[MANY];
	struct real_fixture *f = *state;
	char name[32];

	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		put(f->dir, name, "");
		assert_int_equal(lookup(f, "", name, &ids[i]), 0);
		unlinkat(f->dir, name, 0);
	}
	assert_int_equal(real_count(f->real), MANY);
	for (int i = 0; i < MANY; i++)
		real_forget(f->real, ids[(i * 7 + 3) % MANY], 1);
	assert_int_equal(real_count(f->real), 0);
}

/* A name that leads to another inode is another file. */
static void test_replaced(void **state)
{
	struct real_fixture *f = *state;
	uint64_t before, after;

	assert_int_equal(lookup(f, "a", "link", &before), 0);
	/* Both exist for a moment: so the inodes differ. */
	assert_int_equal(symlinkat("b", f->dir, "a/link2"), 0);
	assert_int_equal(renameat(f->dir, "a/link2", f->dir, "a/link"), 0);
	assert_int_equal(lookup(f, "a", "link", &after), 0);
	assert_true(before != after);
}

static void test_no_way_out(void **state)
{
	struct real_fixture *f = *state;
	_cleanup_strbuf_ struct strbuf text = { 0 };
	uint64_t id;
	struct stat st;

	/* The link itself is seen, and never followed, whatever its place in the path. */
	assert_int_equal(real_stat(f->real, REAL_SYS, "a/out", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(real_readlink(f->real, REAL_SYS, "a/out", &text), 0);
	assert_string_equal(text.text, "/etc");
	assert_true(lookup(f, "a/out", "passwd", &id) < 0);
	assert_true(lookup(f, "a/in", "file", &id) < 0);
	assert_true(real_open(f->real, REAL_SYS, "a/out/passwd", 0) < 0);
	assert_true(real_open(f->real, REAL_SYS, "a/link", 0) < 0);
	assert_true(real_stat(f->real, REAL_SYS, "../../etc/passwd", &st) < 0);
	assert_true(real_stat(f->real, REAL_SYS, "/etc/passwd", &st) < 0);
	assert_int_equal(real_stat(f->real, REAL_DEV, "", &st), -ENOENT);
}

static int note(void *user, const char *name, uint64_t ino, unsigned char type)
{
	(void)type;
	assert_false(daxemu_ino_kind(ino));
	strcat(user, name);
	return 0;
}

static void test_open(void **state)
{
	struct real_fixture *f = *state;
	_cleanup_fd_ int fd = real_open(f->real, REAL_SYS, "a/b/file", 0);
	char text[64] = "";

	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof(text)), 4);
	assert_int_equal(write(fd, "x", 1), -1);
	text[0] = '\0';
	assert_int_equal(real_list(f->real, REAL_SYS, "a/b", note, text), 0);
	assert_string_equal(text, "file");
	text[0] = '\0';
	assert_int_equal(real_list(f->real, REAL_SYS, "", note, text), 0);
	assert_string_equal(text, "a");
	assert_int_equal(real_list(f->real, REAL_SYS, "a/b/file", note, text), -ENOTDIR);
}

/* Opening a pipe must not wait for its other end. */
static void test_pipe(void **state)
{
	struct real_fixture *f = *state;

	assert_int_equal(mkfifoat(f->dir, "pipe", 0600), 0);
	assert_int_equal(real_open(f->real, REAL_SYS, "pipe", 0), -EACCES);
	unlinkat(f->dir, "pipe", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lookup, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_forget, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_way_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pipe, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("sysfs.real", tests, NULL, NULL);
}
