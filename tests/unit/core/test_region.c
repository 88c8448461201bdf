/* SPDX-License-Identifier: BSD-3-Clause */
/* Regions: create, delete, seed, minors, coming and going. Recorded: 10-region, 20-static,
 * 65-extra. */
#include <errno.h>

#include "script.h"

/* clang-format off */
static const struct row create_rows[] = {
	{ "a full region makes no device", "create 1", -ENOSPC },
	{ "only 1 creates: 0", "create 0", -EINVAL },
	{ "only 1 creates: 2", "create 2", -EINVAL },
	{ "only 1 creates: -1", "create -1", -EINVAL },
	{ "the first device is no seed", "size 0 2097152", 0, "seed", "" },
	{ "cr.avail", "", 0, "avail", "2145386496" },
	{ "cr.1 geom", "create 1", 0, "geom 1", "size=0 align=2097152" },
	{ "cr.1.read", "", 0, "youngest", "dax0.1" },
	{ "cr.1.seed", "", 0, "seed", "dax0.1" },
	{ "cr.1.driver", "", 0, "driver 1", "none" },
	{ "cr.2.read", "create 1", 0, "youngest", "dax0.2" },
	{ "cr.2.seed", "", 0, "seed", "dax0.1" },
	{ "cr.3.read", "create 1", 0, "youngest", "dax0.3" },
	{ "cr.3.dev", "", 0, "minor 3", "3" },
	{ "del.unknown", "delete 9", -ENXIO },
	{ "del.negative", "delete -1", -ENXIO },
	{ "del.id0.sized", "delete 0", -EBUSY },
	{ "del.id0.empty", "size 0 0; delete 0", -EBUSY },
	{ "del.3", "delete 3", 0, "events", "remove dax0.3" },
	{ "del.3.create.r", "", 0, "youngest", "" },
	{ "del.3.again", "delete 3", -ENXIO },
	{ "del.seed", "delete 1", 0, "seed", "" },
	{ "del.seed.devices", "", 0, "devs", "dax0.0 dax0.2" },
	{ "cr.reuse.read", "create 1", 0, "youngest", "dax0.1" },
	{ "cr.reuse.seed", "", 0, "seed", "dax0.1" },
	{ "cr.reuse minor", "", 0, "minor 1", "1" },
	{ "cr.reuse events", "delete 1; create 1", 0, "events", "remove dax0.1, add dax0.1" },
	{ "d1.size", "size 1 16777216" },
	{ "d1.delete.sized", "delete 1", -EBUSY },
	{ "d1.driver", "new_id device_dax 0.1", 0, "driver 1", "device_dax" },
	{ "d1.bound.seed", "", 0, "seed", "" },
	{ "d1.bound.create", "", 0, "youngest", "dax0.1" },
	{ "d1.delete.bound", "delete 1", -EBUSY },
	{ "a new device has the region's alignment", "align 2 4096; delete 2; create 1", 0, "geom 2", "size=0 align=2097152" },
	{ 0 },
};

static const struct row minor_rows[] = {
	{ "two regions share the minors", "region 1 200000000 40000000 hmem none", 0, "minor 1.0", "1" },
	{ "the lowest is given", "size 0 0; create 1; create 1", 0, "minor 2", "3" },
	{ "a held device keeps its minor", "size 1 2097152; new_id device_dax 0.1; open 1; unbind device_dax 1; size 1 0; delete 1; create 1", 0, "minor 1", "4" },
	{ "and is found by it", "reopen 2" },
	{ "the last close frees it", "release 2; release 2", 0, "ops", "free dax0.1 claims 0" },
	{ "no file opens it again", "reopen 2", -ENXIO },
	{ "then it is given again", "delete 1; create 1", 0, "minor 1", "2" },
	{ 0 },
};

static const struct row cycle_rows[] = {
	{ "enabled already", "enable 0", -EBUSY },
	{ "disable", "size 0 4194304; create 1; size 1 4194304; disable 0", 0, "devs", "" },
	{ "disabled already", "disable 0", -ENODEV },
	{ "no create while disabled", "create 1", -ENXIO },
	{ "no delete while disabled", "delete 0", -ENXIO },
	{ "rgn.bind.geom", "enable 0", 0, "geom 0", "size=2147483648 align=2097152 mapping0=0x100000000-0x17fffffff@0x0" },
	{ "rgn.bind.driver", "", 0, "driver 0", "kmem" },
	{ "rgn.bind.create", "", 0, "youngest", "" },
	{ "rgn.bind.seed", "", 0, "seed", "" },
	{ "rgn.bind.avail", "", 0, "avail", "0" },
	{ "rgn.bind.iomem", "", 0, "claims", "100000000-17fffffff:dax0.0,kmem" },
	{ "no autoprobe", "disable 0; autoprobe 0; enable 0", 0, "driver 0", "none" },
	{ "idle", "disable 0; autoprobe 1; idle 1; enable 0", 0, "geom 0", "size=0 align=2097152" },
	{ "idle: all is available", "", 0, "avail", "2147483648" },
	{ "idle: device_dax is probed", "size 0 4194304; probe 0", 0, "driver 0", "device_dax" },
	{ "not idle again", "disable 0; idle 0; enable 0", 0, "driver 0", "kmem" },
	{ 0 },
};

/* 65-extra y.*: one device unbound, one under kmem with a block online, one under device_dax. */
static const struct row order_rows[] = {
	{ "y.setup", "size 0 0; create 1; create 1; map 1 140000000-147ffffff; map 2 150000000-151ffffff; autoprobe 0; bind kmem 1; new_id device_dax 0.2; set 40 online" },
	{ "ev.y.rgn.unbind", "disable 0", 0, "events", "unbind dax0.2, remove dax0.2, unbind dax0.1, remove dax0.1, remove dax0.0, unbind region0" },
	{ "y.blocks", "", 0, "blocks", "40:online" },
	{ "y.iomem", "", 0, "claims", "140000000-147ffffff:dax0.1,kmem,stuck" },
	{ "y.offline", "set 40 offline", 0, "events", "remove tier, offline memory40" },
	{ "ev.y.rgn.bind", "autoprobe 1; enable 0", 0, "events", "add dax0.0, bind region0" },
	{ "y.driver", "", 0, "driver 0", "none" },
	{ "y.geom", "", 0, "geom 0", "size=2147483648 align=2097152 mapping0=0x100000000-0x17fffffff@0x0" },
	{ "y.devdax", "size 0 0; size 0 33554432; new_id device_dax 0.0", 0, "driver 0", "device_dax" },
	{ 0 },
};

static const struct row bind_order_rows[] = {
	{ "remove sees the device still claimed", "new_id device_dax 0.0; disable 0", 0, "ops", "up dax0.0 claims 1, down dax0.0 claims 1, free dax0.0 claims 0" },
	{ "add, bind, region", "enable 0", 0, "events", "add dax0.0, bind dax0.0 device_dax, bind region0" },
	{ 0 },
};

static const struct row static_rows[] = {
	{ "st.driver", "", 0, "driver 0", "device_dax" },
	{ "no create", "create 1", -EINVAL },
	{ "no delete", "delete 0", -EINVAL },
	{ "no mapping", "map 0 100000000-1001fffff", -EINVAL },
	{ "bound", "size 0 2097152", -EBUSY },
	{ "st.unb.size", "unbind device_dax 0; size 0 0" },
	{ "st.unb.size2m", "size 0 2097152", 0, "geom 0", "size=2097152 align=2097152 mapping0=0x101200000-0x1013fffff@0x0" },
	{ "st.unb.align4k", "align 0 4096", 0, "geom 0", "size=2097152 align=4096 mapping0=0x101200000-0x1013fffff@0x0" },
	{ "st.rgn.unbind", "disable 0", 0, "events", "remove dax0.0, unbind region0" },
	{ "st.rgn.bind", "enable 0", 0, "geom 0", "size=1054867456 align=2097152 mapping0=0x101200000-0x13fffffff@0x0" },
	{ "st.rgn.bind driver", "", 0, "driver 0", "device_dax" },
	{ "kmem needs an id", "unbind device_dax 0; bind kmem 0", -ENODEV },
	{ "kmem with an id", "new_id kmem 0.0", 0, "driver 0", "kmem" },
	{ 0 },
};

/* 25-nd nd.free.* and nd.again.* */
static const struct row namespace_rows[] = {
	{ "held while enabled", "detach 0", -EBUSY },
	{ "not given back", "attach 0", -EBUSY },
	{ "given back", "disable 0; detach 0", 0, "events", "unbind dax0.0, remove dax0.0, unbind region0, remove region0" },
	{ "once", "detach 0", -ENODEV },
	{ "nothing to enable", "enable 0", -ENODEV },
	{ "nothing to disable", "disable 0", -ENODEV },
	{ "taken again", "attach 0", 0, "events", "add region0, add dax0.0, bind dax0.0 device_dax, bind region0" },
	{ "with its device", "", 0, "geom 0", "size=1054867456 align=2097152 mapping0=0x101200000-0x13fffffff@0x0" },
	{ "and held", "attach 0", -EBUSY },
	{ "only a static region has one", "region 1 200000000 40000000 hmem none; detach 1", -EINVAL },
	{ 0 },
};

/* The region starts at 0x101200000. */
static const struct row bad_rows[] = {
	{ "none", "", 0, "bad", "" },
	{ "some", "bad 0 4096 1024; bad 0 8192 512", 0, "bad", "4096+1024 8192+512" },
	{ "beyond the region", "bad 0 1054867456 512", -EINVAL },
	{ "of a dynamic region", "region 1 200000000 40000000 hmem none; bad 1 0 512", -EINVAL },
	{ "cleared: zeros first", "clear 0 101201000 512", 0, "ops", "region0 zero 101201000+512" },
	{ "the rest stays", "", 0, "bad", "4608+512 8192+512" },
	{ "only what is bad is zeroed", "clear 0 101200000 1048576", 0, "ops", "region0 zero 101201200+512, region0 zero 101202000+512" },
	{ "nothing is left", "", 0, "bad", "" },
	{ "nothing to clear", "clear 0 101200000 1048576", 0, "ops", "" },
	{ "blocks in part stay as they are", "bad 0 4096 1536; clear 0 101201100 1024", 0, "ops", "region0 zero 101201200+512" },
	{ "and bad", "", 0, "bad", "4096+512 5120+512" },
	{ "more than the region", "bad 0 0 512; clear 0 0 18446744073709551615", 0, "ops", "region0 zero 101200000+512, region0 zero 101201000+512, region0 zero 101201400+512" },
	{ "what cannot be zeroed", "bad 0 0 512; fail_zero 5; clear 0 101200000 512", -EIO },
	{ "stays bad", "", 0, "bad", "0+512" },
	{ "while its device is up too", "fail_zero 0; clear 0 101200000 512", 0, "bad", "" },
	{ "and while it is not", "disable 0; detach 0; bad 0 512 512; clear 0 101200200 512", 0, "ops", "down dax0.0 claims 1, free dax0.0 claims 0, region0 zero 101200200+512" },
	{ 0 },
};

static const struct row add_rows[] = {
	{ "id taken", "region 0 200000000 40000000 hmem", -EEXIST },
	{ "span taken", "region 1 17fe00000 40000000 hmem", -EBUSY },
	{ "touching spans are fine", "region 1 180000000 40000000 hmem none" },
	{ "negative id", "region -1 200000000 40000000 hmem", -EINVAL },
	{ "empty", "region 2 200000000 0 hmem", -EINVAL },
	{ "odd start", "region 2 200100000 40000000 hmem", -EINVAL },
	{ "odd length", "region 2 200000000 40100000 hmem", -EINVAL },
	{ "past the last physical address", "region 2 fffffc0000000 80000000 hmem", -EINVAL },
	{ "a driver this kernel has not", "region 2 200000000 40000000 hmem fsdev_dax", -ENODEV },
	{ "events of a default region", "region 2 200000000 40000000 hmem device_dax", 0, "events", "add dax2.0, bind dax2.0 device_dax, bind region2" },
	{ "its id is listed", "unbind device_dax 2.0; bind device_dax 2.0", 0, "driver 2.0", "device_dax" },
	{ "others are left alone", "", 0, "driver 0", "none" },
	{ "the profile's choice", "region 3 280000000 40000000 hmem", 0, "driver 3.0", "kmem" },
	{ "memory too small for kmem", "region 4 2c0000000 4000000 hmem kmem", ANY, "events", "add dax4.0, remove dax4.0, unbind region4" },
	{ "its memory is given back", "autoprobe 1; region 4 2c0000000 4000000 hmem kmem", -EINVAL, "ops", "region4 added, free dax4.0 claims 2, region4 gone" },
	{ "no alignment of x86-64", "region 4 2c0000000 4000000 hmem none 8192", -EINVAL },
	{ "not a multiple of its own alignment", "region 4 2c0000000 4000000 hmem none 1073741824", -EINVAL },
	{ "no memory for it", "fail_region 12; region 4 2c0000000 4000000 hmem none", -ENOMEM, "ops", "region4 added" },
	{ "nothing is added then", "fail_region 0", 0, "events", "" },
	{ "its region is not added", "region 4 2c0000000 4000000 hmem none", 0, "driver 4.0", "none" },
	{ "minors stay dense", "", 0, "minor 4.0", "4" },
	{ 0 },
};
/* clang-format on */

static const struct sequence sequences[] = {
	{ .name = "create", .rows = create_rows },
	{ .name = "minors", .rows = minor_rows },
	{ .name = "cycle", .rows = cycle_rows },
	{ .name = "order", .rows = order_rows },
	{ .name = "bind order", .rows = bind_order_rows },
	{ .name = "static", .rows = static_rows, .setup = "region 0 101200000 3ee00000 pmem" },
	{ .name = "namespace",
	  .rows = namespace_rows,
	  .setup = "region 0 101200000 3ee00000 pmem" },
	{ .name = "bad blocks", .rows = bad_rows, .setup = "region 0 101200000 3ee00000 pmem" },
	{ .name = "add", .rows = add_rows },
	{ 0 },
};

int main(void)
{
	return script_main("core.region", sequences);
}
