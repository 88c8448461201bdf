/* SPDX-License-Identifier: BSD-3-Clause */
/* The policy of mmap(2). Recorded: 30-chardev a2m.mmap.*, a4k.mmap.*, 35-live, 45-fsdev. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>

#include "base/util.h"
#include "rows.h"
#include "script.h"

#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 3
#endif
#ifndef MAP_SYNC
#define MAP_SYNC 0x80000
#endif
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

#define A    (2 * MIB)
#define S    (64 * MIB)
#define RW   (PROT_READ | PROT_WRITE)
#define RX   (PROT_READ | PROT_EXEC)
#define SH   MAP_SHARED
#define VAL  MAP_SHARED_VALIDATE
#define PRI  MAP_PRIVATE
#define BIT  (1 << 24) /* a flag nobody knows */
#define ADDR UINT64_C(0x7f0000000000)

enum state { ALIVE, ALIVE_4K, DEAD, FSDEV };

struct map_case {
	const char *name;
	enum state state;
	struct dax_map_request request;
	int result;
};

/* clang-format off */
static const struct map_case cases[] = {
	{ "shared.rw", ALIVE, { 0, A, 0, RW, SH, O_RDWR }, 0 },
	{ "shared.r", ALIVE, { 0, A, 0, PROT_READ, SH, O_RDWR }, 0 },
	{ "shared.w", ALIVE, { 0, A, 0, PROT_WRITE, SH, O_RDWR }, 0 },
	{ "shared.none", ALIVE, { 0, A, 0, PROT_NONE, SH, O_RDWR }, 0 },
	{ "shared.rx", ALIVE, { 0, A, 0, RX, SH, O_RDWR }, 0 },
	{ "shared.ro.r", ALIVE, { 0, A, 0, PROT_READ, SH, O_RDONLY }, 0 },
	{ "shared.ro.rw", ALIVE, { 0, A, 0, RW, SH, O_RDONLY }, -EACCES },
	{ "shared.ro.none", ALIVE, { 0, A, 0, PROT_NONE, SH, O_RDONLY }, 0 },
	{ "shared.wo.w", ALIVE, { 0, A, 0, PROT_WRITE, SH, O_WRONLY }, -EACCES },
	{ "shared.wo.none", ALIVE, { 0, A, 0, PROT_NONE, SH, O_WRONLY }, -EACCES },
	{ "shared, open mode 3", ALIVE, { 0, A, 0, PROT_READ, SH, 3 }, -EACCES },
	{ "shared.path", ALIVE, { 0, A, 0, RW, SH, O_PATH }, -EBADF },
	{ "other open flags", ALIVE, { 0, A, 0, RW, SH, O_RDWR | O_NONBLOCK | O_APPEND | O_CLOEXEC }, 0 },
	{ "validate.rw", ALIVE, { 0, A, 0, RW, VAL, O_RDWR }, 0 },
	{ "validate.sync.rw", ALIVE, { 0, A, 0, RW, VAL | MAP_SYNC, O_RDWR }, 0 },
	{ "validate.sync.ro", ALIVE, { 0, A, 0, PROT_READ, VAL | MAP_SYNC, O_RDONLY }, 0 },
	{ "validate.unknown", ALIVE, { 0, A, 0, RW, VAL | BIT, O_RDWR }, -EOPNOTSUPP },
	{ "validate.noreplace", ALIVE, { ADDR, A, 0, RW, VAL | MAP_FIXED_NOREPLACE, O_RDWR }, -EOPNOTSUPP },
	{ "validate.hugebits", ALIVE, { 0, A, 0, RW, VAL | 21 << 26, O_RDWR }, 0 },
	{ "validate.locked", ALIVE, { 0, A, 0, RW, VAL | MAP_LOCKED, O_RDWR }, 0 },
	{ "validate.populate", ALIVE, { 0, A, 0, RW, VAL | MAP_POPULATE, O_RDWR }, 0 },
	{ "validate.ro.rw", ALIVE, { 0, A, 0, RW, VAL, O_RDONLY }, -EACCES },
	{ "validate: unknown beats the right to write", ALIVE, { 0, A, 0, RW, VAL | BIT, O_RDONLY }, -EOPNOTSUPP },
	{ "shared.sync", ALIVE, { 0, A, 0, RW, SH | MAP_SYNC, O_RDWR }, 0 },
	{ "shared.unknown", ALIVE, { 0, A, 0, RW, SH | BIT, O_RDWR }, 0 },
	{ "private.rw", ALIVE, { 0, A, 0, RW, PRI, O_RDWR }, -EINVAL },
	{ "private.r", ALIVE, { 0, A, 0, PROT_READ, PRI, O_RDWR }, -EINVAL },
	{ "private.none", ALIVE, { 0, A, 0, PROT_NONE, PRI, O_RDWR }, -EINVAL },
	{ "private.ro.rw", ALIVE, { 0, A, 0, RW, PRI, O_RDONLY }, -EINVAL },
	{ "private.wo.r", ALIVE, { 0, A, 0, PROT_READ, PRI, O_WRONLY }, -EACCES },
	{ "private.sync", ALIVE, { 0, A, 0, RW, PRI | MAP_SYNC, O_RDWR }, -EINVAL },
	{ "typeless", ALIVE, { 0, A, 0, RW, 0, O_RDWR }, -EINVAL },
	{ "type4", ALIVE, { 0, A, 0, RW, 4, O_RDWR }, -EINVAL },
	{ "typeless beats the open mode", ALIVE, { 0, A, 0, RW, 0, O_WRONLY }, -EINVAL },
	{ "populate", ALIVE, { 0, A, 0, RW, SH | MAP_POPULATE, O_RDWR }, 0 },
	{ "noreserve", ALIVE, { 0, A, 0, RW, SH | MAP_NORESERVE, O_RDWR }, 0 },
	{ "32bit", ALIVE, { 0, A, 0, RW, SH | MAP_32BIT, O_RDWR }, 0 },
	{ "hugetlb", ALIVE, { 0, A, 0, RW, SH | MAP_HUGETLB, O_RDWR }, -EINVAL },
	{ "hugetlb beats the open mode", ALIVE, { 0, A, 0, RW, SH | MAP_HUGETLB, O_WRONLY }, -EINVAL },
	{ "growsdown", ALIVE, { 0, A, 0, RW, SH | MAP_GROWSDOWN, O_RDWR }, -EINVAL },
	{ "growsdown beats dead", DEAD, { 0, A, 0, RW, SH | MAP_GROWSDOWN, O_RDWR }, -EINVAL },

	{ "len0", ALIVE, { 0, 0, 0, RW, SH, O_RDWR }, -EINVAL },
	{ "len1", ALIVE, { 0, 1, 0, RW, SH, O_RDWR }, -EINVAL },
	{ "len4096", ALIVE, { 0, 4096, 0, RW, SH, O_RDWR }, -EINVAL },
	{ "lenA-1", ALIVE, { 0, A - 1, 0, RW, SH, O_RDWR }, 0 },
	{ "lenA-4095", ALIVE, { 0, A - 4095, 0, RW, SH, O_RDWR }, 0 },
	{ "lenA-4096", ALIVE, { 0, A - 4096, 0, RW, SH, O_RDWR }, -EINVAL },
	{ "lenA+1", ALIVE, { 0, A + 1, 0, RW, SH, O_RDWR }, -EINVAL },
	{ "len3A/2", ALIVE, { 0, A + A / 2, 0, RW, SH, O_RDWR }, -EINVAL },
	{ "len2A", ALIVE, { 0, 2 * A, 0, RW, SH, O_RDWR }, 0 },
	{ "lenS+A", ALIVE, { 0, S + A, 0, RW, SH, O_RDWR }, 0 },
	{ "len16T", ALIVE, { 0, UINT64_C(1) << 44, 0, RW, SH, O_RDWR }, 0 },
	{ "lenmax", ALIVE, { 0, UINT64_MAX - 4095, 0, RW, SH, O_RDWR }, -ENOMEM },
	{ "length that wraps to nothing", ALIVE, { 0, UINT64_MAX, 0, RW, SH, O_RDWR }, -ENOMEM },
	{ "offA", ALIVE, { 0, A, A, RW, SH, O_RDWR }, 0 },
	{ "off1", ALIVE, { 0, A, 1, RW, SH, O_RDWR }, -EINVAL },
	{ "off4096", ALIVE, { 0, A, 4096, RW, SH, O_RDWR }, -EINVAL },
	{ "offA/2", ALIVE, { 0, A, A / 2, RW, SH, O_RDWR }, -EINVAL },
	{ "offA/2.2A", ALIVE, { 0, 2 * A, A / 2, RW, SH, O_RDWR }, -EINVAL },
	{ "off4096.fixed", ALIVE, { ADDR, A, 4096, RW, SH | MAP_FIXED, O_RDWR }, 0 },
	{ "offS", ALIVE, { 0, A, S, RW, SH, O_RDWR }, 0 },
	{ "off1T", ALIVE, { 0, A, UINT64_C(1) << 40, RW, SH, O_RDWR }, 0 },
	{ "offneg", ALIVE, { 0, A, -A, RW, SH, O_RDWR }, -EOVERFLOW },
	{ "offneg beats the right to write", ALIVE, { 0, A, -A, RW, SH, O_RDONLY }, -EOVERFLOW },
	{ "offmax", ALIVE, { 0, A, 0x7ffffffffffff000, RW, SH, O_RDWR }, -EINVAL },
	{ "fixed", ALIVE, { ADDR, A, 0, RW, SH | MAP_FIXED, O_RDWR }, 0 },
	{ "fixed.0", ALIVE, { 0, A, 0, RW, SH | MAP_FIXED, O_RDWR }, 0 },
	{ "fixed+4096", ALIVE, { ADDR + 4096, A, 0, RW, SH | MAP_FIXED, O_RDWR }, -EINVAL },
	{ "fixed+1", ALIVE, { ADDR + 1, A, 0, RW, SH | MAP_FIXED, O_RDWR }, -EINVAL },
	{ "fixed.noreplace", ALIVE, { ADDR, A, 0, RW, SH | MAP_FIXED_NOREPLACE, O_RDWR }, 0 },
	{ "noreplace+4096", ALIVE, { ADDR + 4096, A, 0, RW, SH | MAP_FIXED_NOREPLACE, O_RDWR }, -EINVAL },
	{ "fixed past user space", ALIVE, { UINT64_C(1) << 47, A, 0, RW, SH | MAP_FIXED, O_RDWR }, -ENOMEM },

	{ "4k: len1", ALIVE_4K, { 0, 1, 0, RW, SH, O_RDWR }, 0 },
	{ "4k: lenA+4096", ALIVE_4K, { 0, A + 4096, 0, RW, SH, O_RDWR }, 0 },
	{ "4k: off4096", ALIVE_4K, { 0, 4096, 4096, RW, SH, O_RDWR }, 0 },
	{ "4k: fixed+4096", ALIVE_4K, { ADDR + 4096, 4096, 0, RW, SH | MAP_FIXED, O_RDWR }, 0 },
	{ "4k: private", ALIVE_4K, { 0, 4096, 0, RW, PRI, O_RDWR }, -EINVAL },
	{ "4k: off1", ALIVE_4K, { 0, 4096, 1, RW, SH, O_RDWR }, -EINVAL },

	{ "dead: shared", DEAD, { 0, A, 0, RW, SH, O_RDWR }, -ENXIO },
	{ "dead: private", DEAD, { 0, A, 0, RW, PRI, O_RDWR }, -ENXIO },
	{ "dead: unaligned", DEAD, { 0, 4096, 0, RW, SH, O_RDWR }, -ENXIO },
	{ "dead: length 0", DEAD, { 0, 0, 0, RW, SH, O_RDWR }, -EINVAL },
	{ "dead: the right to write first", DEAD, { 0, A, 0, RW, SH, O_RDONLY }, -EACCES },

	{ "fsdev: shared", FSDEV, { 0, A, 0, RW, SH, O_RDWR }, -ENODEV },
	{ "fsdev: the right to write first", FSDEV, { 0, A, 0, RW, SH, O_RDONLY }, -EACCES },
	{ "fsdev: no MAP_SYNC", FSDEV, { 0, A, 0, RW, VAL | MAP_SYNC, O_RDWR }, -EOPNOTSUPP },
};
/* clang-format on */

static const char *const set_ups[] = {
	[ALIVE] = "new_id device_dax 0.0",
	[ALIVE_4K] = "align 0 4096; new_id device_dax 0.0",
	[DEAD] = "align 0 2097152",
	[FSDEV] = "new_id fsdev_dax 0.0",
};

static void test_map(void **state)
{
	const struct map_case *c = *state;
	const struct sequence sequence = { .abi = "7.2" };
	struct script s;

	script_begin(&s, &sequence);
	assert_int_equal(script_run(&s, set_ups[c->state]), 0);
	assert_int_equal(dax_dev_check_map(script_dev(&s, "0"), &c->request), c->result);
	script_end(&s);
}

int main(void)
{
	static struct CMUnitTest units[ARRAY_SIZE(cases)];

	row_tests(units, ROWS(cases, name), test_map);
	return cmocka_run_group_tests_name("core.map", units, NULL, NULL);
}
