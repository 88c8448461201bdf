/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What holds for every file of the tree: lengths of writes, open modes, chmod and chown, ids of
 * what is gone, and ids that never were.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "attr_case.h"
#include "base/util.h"
#include "rows.h"

#define NR "sys/devices/platform/e820_pmem/ndbus0/region0/"

static struct sysfs_ref find(const struct fixture *fixture, const char *path)
{
	struct sysfs_ref ref;

	assert_int_equal(fixture_find(fixture, path, &ref), 0);
	return ref;
}

static long store(const struct fixture *fixture, const char *path, const char *bytes, size_t len)
{
	return sysfs_store(&fixture->tree, find(fixture, path), bytes, len);
}

static void test_bytes(void **state)
{
	struct fixture fixture;
	char long_text[5000];

	(void)state;
	fixture_begin(&fixture, "6.12", "h");
	/* daxctl writes the NUL, too; what is behind it does not count. */
	assert_int_equal(store(&fixture, DD "unbind", "dax0.0", 7), 7);
	assert_int_equal(store(&fixture, D "size", "0x40000000\n\0junk", 16), 16);
	assert_string_equal(fixture_read(&fixture, D "size"), "1073741824\n");
	/* uevent goes by the count: a NUL inside is wrong. */
	assert_int_equal(store(&fixture, D "uevent", "add", 4), 4);
	assert_int_equal(store(&fixture, D "uevent", "add\0x", 5), -EINVAL);
	assert_int_equal(store(&fixture, D "uevent", "", 1), -EINVAL);
	/* Of a longer write the first page is the value, and the count. */
	memset(long_text, '0', sizeof(long_text));
	assert_int_equal(store(&fixture, D "size", long_text, sizeof(long_text)), 4096);
	assert_string_equal(fixture_read(&fixture, D "size"), "0\n");
	memset(long_text, ' ', sizeof(long_text));
	assert_int_equal(store(&fixture, D "size", long_text, sizeof(long_text)), -EINVAL);
	fixture_end(&fixture);
}

static const struct open_case {
	const char *name, *path;
	int flags, result;
	mode_t chmod;	     /* before; 0 for none */
	const char *regions; /* h */
} open_cases[] = {
	{ "open rw", D "size", O_RDWR, 0 },
	{ "open truncating", D "size", O_WRONLY | O_TRUNC | O_APPEND, 0 },
	{ "open write-only for reading", D "mapping", O_RDONLY, -EACCES },
	{ "open write-only for both", D "mapping", O_RDWR, -EACCES },
	{ "open read-only for writing", D "modalias", O_WRONLY, -EACCES },
	{ "open read-only for writing after chmod", D "modalias", O_WRONLY, 0, 0644 },
	{ "open readable after chmod", D "mapping", O_RDONLY, 0, 0600 },
	{ "open unreadable after chmod", D "size", O_RDONLY, -EACCES, 0200 },
	{ "open 0400", D "resource", O_RDONLY, 0 },
	{ "open direct", D "size", O_RDONLY | O_DIRECT, -EINVAL },
	{ "open direct, may not", D "modalias", O_WRONLY | O_DIRECT, -EACCES },
	{ "deep_flush needless", NR "deep_flush", O_WRONLY, -EACCES, .regions = "n" },
	{ "deep_flush read-only", NR "deep_flush", O_WRONLY, -EACCES, .regions = "r" },
	{ "deep_flush", NR "deep_flush", O_RDWR, 0, .regions = "w" },
	{ "deep_flush fails", NR "deep_flush", O_WRONLY, 0, .regions = "f" },
};

static void test_open(void **state)
{
	const struct open_case *c = *state;
	struct fixture fixture;
	struct sysfs_ref ref;

	fixture_begin(&fixture, "6.12", c->regions ? c->regions : "h");
	ref = find(&fixture, c->path);
	if (c->chmod)
		assert_int_equal(sysfs_set_meta(&fixture.tree, ref, c->chmod, (uid_t)-1, (gid_t)-1),
				 0);
	assert_int_equal(sysfs_check_open(&fixture.tree, ref, c->flags), c->result);
	fixture_end(&fixture);
}

/* chmod and chown are remembered, for the device file and its twin alike, until it is deleted. */
static void test_meta(void **state)
{
	struct fixture fixture;
	struct sysfs_ref size, node, twin;
	struct stat st;

	(void)state;
	fixture_begin(&fixture, "6.12", "h");
	assert_int_equal(fixture_write(&fixture, DD "unbind", "dax0.0"), 6);
	assert_int_equal(fixture_write(&fixture, D "size", "0"), 1);
	assert_int_equal(fixture_write(&fixture, G "create", "1"), 1);
	size = find(&fixture, D1 "size");
	node = find(&fixture, "dev/dax0.1");
	twin = find(&fixture, "dev/.daxemu/twin/252:1");
	assert_int_equal(sysfs_set_meta(&fixture.tree, size, 0600, (uid_t)-1, (gid_t)-1), 0);
	assert_int_equal(sysfs_set_meta(&fixture.tree, size, (mode_t)-1, 7, (gid_t)-1), 0);
	assert_int_equal(sysfs_set_meta(&fixture.tree, twin, 0666, (uid_t)-1, 8), 0);
	sysfs_stat(&fixture.tree, size, &st);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(st.st_uid, 7);
	sysfs_stat(&fixture.tree, node, &st);
	assert_int_equal(st.st_mode, S_IFCHR | 0666);
	assert_int_equal(st.st_gid, 8);
	assert_int_equal(fixture_write(&fixture, G "delete", "dax0.1"), 6);
	assert_int_equal(fixture.tree.meta.nr, 0);
	fixture_end(&fixture);
}

/* Ids of what is gone say so, and never mean what came after. */
static void test_stale(void **state)
{
	struct fixture fixture;
	struct sysfs_ref dir, size, start, again;
	struct strbuf text = { 0 };
	struct stat st;

	(void)state;
	fixture_begin(&fixture, "6.12", "h");
	assert_int_equal(fixture_write(&fixture, DD "unbind", "dax0.0"), 6);
	start = find(&fixture, D "mapping0/start");
	assert_int_equal(fixture_write(&fixture, D "size", "0"), 1);
	assert_int_equal(sysfs_show(&fixture.tree, start, &text), -ENODEV);
	assert_int_equal(fixture_write(&fixture, G "create", "1"), 1);
	dir = find(&fixture, R "dax0.1");
	size = find(&fixture, D1 "size");
	assert_int_equal(fixture_write(&fixture, G "delete", "dax0.1"), 6);
	assert_int_equal(fixture_write(&fixture, G "create", "1"), 1);
	assert_int_equal(sysfs_show(&fixture.tree, size, &text), -ENODEV);
	assert_int_equal(sysfs_store(&fixture.tree, size, "0", 1), -ENODEV);
	assert_int_equal(sysfs_check_open(&fixture.tree, size, O_RDWR), -ENODEV);
	assert_int_equal(sysfs_lookup(&fixture.tree, dir, "size", &again), -ENODEV);
	sysfs_stat(&fixture.tree, size, &st);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	assert_int_equal(st.st_size, 4096);
	strbuf_free(&text);
	fixture_end(&fixture);
}

/* A block that was hot-plugged again is another one. */
static void test_stale_block(void **state)
{
	struct fixture fixture;
	struct sysfs_ref file, link, dir, again;
	struct strbuf text = { 0 };

	(void)state;
	fixture_begin(&fixture, "6.12", "H");
	dir = find(&fixture, M "memory32");
	file = find(&fixture, M "memory32/state");
	link = find(&fixture, N "node1/memory32");
	assert_int_equal(sysfs_show(&fixture.tree, file, &text), 0);
	assert_int_equal(fixture_write(&fixture, KM "unbind", "dax0.0"), 6);
	assert_int_equal(sysfs_show(&fixture.tree, file, &text), -ENODEV);
	assert_int_equal(sysfs_readlink(&fixture.tree, link, &text), -ENOENT);
	assert_int_equal(fixture_write(&fixture, KM "bind", "dax0.0"), 6);
	assert_int_equal(sysfs_show(&fixture.tree, file, &text), -ENODEV);
	assert_int_equal(sysfs_store(&fixture.tree, file, "online", 6), -ENODEV);
	assert_int_equal(sysfs_lookup(&fixture.tree, dir, "state", &again), -ENODEV);
	assert_string_equal(fixture_read(&fixture, M "memory32/state"), "offline\n");
	assert_string_equal(fixture_read(&fixture, N "node1/memory32"), "../../memory/memory32");
	strbuf_free(&text);
	fixture_end(&fixture);
}

/* Any 64 bits may come from the kernel: no crash, no answer that makes no sense. */
static void test_forged(void **state)
{
	uint64_t random = 88172645463325252u;
	struct fixture fixture;

	(void)state;
	fixture_begin(&fixture, "7.2", "hp");
	for (int i = 0; i < 300000; i++) {
		_cleanup_strbuf_ struct strbuf text = { 0 };
		struct sysfs_ref ref, child;
		struct stat st;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		/* Small numbers reach what exists. */
		if (!sysfs_ref_decode((random & (i & 1 ? UINT64_MAX : 0xfff8000000000003u)) |
					      SYSFS_REF_EMULATED,
				      &ref))
			continue;
		sysfs_stat(&fixture.tree, ref, &st);
		sysfs_lookup(&fixture.tree, ref, "size", &child);
		if (sysfs_type(ref) == SYSFS_TYPE_LINK)
			sysfs_readlink(&fixture.tree, ref, &text);
		if (sysfs_type(ref) == SYSFS_TYPE_ATTR) {
			sysfs_check_open(&fixture.tree, ref, O_RDWR);
			sysfs_show(&fixture.tree, ref, &text);
		}
	}
	fixture_end(&fixture);
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(open_cases) + 5];
	size_t n = 0;

	n += row_tests(&tests[n], ROWS(open_cases, name), test_open);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_bytes);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_meta);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_stale);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_stale_block);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_forged);
	return cmocka_run_group_tests_name("sysfs.files", tests, NULL, NULL);
}
