/* SPDX-License-Identifier: BSD-3-Clause */
/* Which driver binds which device, kernel by kernel. Recorded: 10-region, 45-fsdev; spec 3.3, 13.
 */
#include <errno.h>

#include "script.h"

/* clang-format off */
static const struct row rows_6_1[] = {
	{ "device_dax binds by itself", "", 0, "driver 0", "device_dax" },
	{ "bind.bound", "bind device_dax 0", -EBUSY },
	{ "bind.kmem.bound", "bind kmem 0", -ENODEV },
	{ "unbind.wrongdrv", "unbind kmem 0", -ENODEV },
	{ "unbind", "unbind device_dax 0", 0, "events", "unbind dax0.0" },
	{ "unbind.again", "unbind device_dax 0", -ENODEV },
	{ "bind.noid.devdax", "bind device_dax 0", 0, "events", "bind dax0.0 device_dax" },
	{ "probe.noid.driver", "unbind device_dax 0; probe 0", 0, "driver 0", "device_dax" },
	{ "bind.kmem without id", "unbind device_dax 0; bind kmem 0", -ENODEV },
	{ "newid.unbound.dax5.5.driver", "new_id device_dax 5.5", 0, "driver 0", "device_dax" },
	{ "newid.kmem.whilebound.driver", "new_id kmem 0.0", 0, "driver 0", "device_dax" },
	{ "bind.kmem listed and bound elsewhere", "bind kmem 0", -EBUSY },
	{ "rmid.whilebound.driver", "remove_id device_dax 5.5", 0, "driver 0", "device_dax" },
	{ "bind.after.newid", "bind device_dax 0", -EBUSY },
	{ "new_id of kmem binds listed ones only", "remove_id kmem 0.0; unbind device_dax 0; new_id kmem 0.7", 0, "driver 0", "none" },
	{ "new_id of kmem", "new_id kmem 0.0", 0, "driver 0", "kmem" },
	{ "sz.0.bind2", "unbind kmem 0; size 0 0; bind device_dax 0", -ENXIO },
	{ "sz.0.newid", "new_id device_dax 0.0", 0, "driver 0", "none" },
	{ "sz.0.probe", "probe 0", 0, "driver 0", "none" },
	{ "no fsdev_dax", "size 0 2097152; new_id fsdev_dax 0.0", -ENODEV },
	{ "no fsdev_dax to load", "load fsdev_dax", -ENODEV },
	{ 0 },
};

static const struct row rows_6_12[] = {
	{ "kmem binds by itself", "", 0, "driver 0", "kmem" },
	{ "bind.devdax", "bind device_dax 0", -ENODEV },
	{ "bind.again", "bind kmem 0", -EBUSY },
	{ "bind.noid.devdax", "unbind kmem 0; bind device_dax 0", -ENODEV },
	{ "probe.noid.driver", "probe 0", 0, "driver 0", "kmem" },
	{ "new_id of device_dax elsewhere", "unbind kmem 0; new_id device_dax 5.5", 0, "driver 0", "none" },
	{ "negative ids", "new_id device_dax -1.-1", 0, "driver 0", "none" },
	{ "newid.bind.driver", "new_id device_dax 0.0", 0, "driver 0", "device_dax" },
	{ "newid.again.bound", "new_id device_dax 0.0" },
	{ "bind.devdax listed", "bind device_dax 0", -EBUSY },
	{ "bind.kmem.bound", "bind kmem 0", -EBUSY },
	{ "newid.kmem.whilebound.driver", "new_id kmem 0.0", 0, "driver 0", "device_dax" },
	{ "rmid.whilebound.driver", "remove_id device_dax 0.0", 0, "driver 0", "device_dax" },
	{ "bind.after.newid", "bind device_dax 0", -ENODEV },
	{ "an id survives its device", "unbind device_dax 0; size 0 0; new_id device_dax 0.1; create 1; size 1 2097152; bind device_dax 1; unbind device_dax 1; size 1 0; delete 1; create 1; size 1 2097152; bind device_dax 1", 0, "driver 1", "device_dax" },
	{ "sz.0.bind", "bind device_dax 0", -ENODEV },
	{ "sz.0.bind2", "new_id device_dax 0.0; bind device_dax 0", -ENXIO },
	{ "sz.0 under kmem", "bind kmem 0", -ENXIO },
	{ "any new_id of kmem binds all of the type", "remove_id device_dax 0.0; size 0 268435456; new_id kmem 7.7", 0, "driver 0", "kmem" },
	{ "but not the bound ones", "", 0, "driver 1", "device_dax" },
	{ "a range in use", "unbind kmem 0; fail_up 12; new_id device_dax 0.0; fail_up 0", 0, "driver 0", "none" },
	{ "what probe says is what bind says", "fail_up 12; bind device_dax 0", -ENOMEM },
	{ "a failed probe leaves no claim", "", 0, "claims", "100000000-1001fffff:dax0.1" },
	{ "and no trace", "fail_up 0; bind device_dax 0", 0, "driver 0", "device_dax" },
	{ 0 },
};

static const struct row rows_7_2[] = {
	{ "fsdev.start", "", 0, "driver 0", "none" },
	{ "fsdev.bind.noid", "bind fsdev_dax 0", -ENODEV },
	{ "fsdev.newid", "new_id fsdev_dax 0.0", 0, "driver 0", "fsdev_dax" },
	{ "fsdev.iomem", "", 0, "claims", "100000000-17fffffff:dax0.0" },
	{ "fsdev.size.w", "size 0 0", -EBUSY },
	{ "fsdev.align.w", "align 0 4096", -EBUSY },
	{ "fsdev.open", "open 0" },
	{ "fsdev.bind.devdax", "bind device_dax 0", -ENODEV },
	{ "fsdev.unload while open", "unload fsdev_dax", -EBUSY },
	{ "its module is held", "", 0, "opens fsdev_dax", "1" },
	{ "the other one is not", "", 0, "opens device_dax", "0" },
	{ "held dead as well", "unbind fsdev_dax 0; unload fsdev_dax", -EBUSY, "opens fsdev_dax", "1" },
	{ "fsdev.unbind", "bind fsdev_dax 0; release 0; unbind fsdev_dax 0", 0, "claims", "none" },
	{ "fsdev.unbound.open", "open 0", -ENXIO },
	{ "fsdev.rebind", "bind fsdev_dax 0", 0, "ops", "" },
	{ "fsdev.back", "unbind fsdev_dax 0; remove_id fsdev_dax 0.0; new_id device_dax 0.0", 0, "driver 0", "device_dax" },
	{ "pmem goes to device_dax", "region 1 200000000 40000000 pmem", 0, "driver 1.0", "device_dax" },
	{ "not to fsdev_dax", "unbind device_dax 1.0; bind fsdev_dax 1.0", -ENODEV },
	{ "whose new_id takes what is listed only", "new_id fsdev_dax 0.7", 0, "driver 1.0", "none" },
	{ "and to it by name", "new_id fsdev_dax 1.0", 0, "driver 1.0", "fsdev_dax" },
	{ "the order of loading counts", "unbind fsdev_dax 1.0; unload device_dax; load device_dax; unbind device_dax 1.0; probe 1.0", 0, "driver 1.0", "fsdev_dax" },
	{ 0 },
};

static const struct row module_rows[] = {
	{ "unload unbinds, youngest first", "size 0 4194304; create 1; size 1 4194304; new_id device_dax 0.0; new_id device_dax 0.1; unload device_dax", 0, "events", "add dax0.1, bind dax0.0 device_dax, bind dax0.1 device_dax, unbind dax0.1, unbind dax0.0, remove driver device_dax" },
	{ "unloaded already", "unload device_dax" },
	{ "no bind", "bind device_dax 0", -ENODEV },
	{ "no new_id", "new_id device_dax 0.0", -ENODEV },
	{ "its ids are forgotten", "load device_dax", 0, "events", "add driver device_dax" },
	{ "loaded already", "load device_dax", 0, "events", "" },
	{ "an open file keeps the module", "new_id device_dax 0.0; open 0; unload device_dax", -EBUSY },
	{ "every open counts", "open 0", 0, "opens device_dax", "2" },
	{ "of a dead device too", "release 0; unbind device_dax 0; unload device_dax", -EBUSY, "opens device_dax", "1" },
	{ "live.rmmod.bound.idle", "release 0; bind device_dax 0; unload device_dax", 0, "driver 0", "none" },
	{ "kmem binds as it is loaded", "unload kmem; size 0 0x20000000; load kmem", 0, "events", "remove driver kmem, add memory33, add memory34, add memory35, add node1, bind dax0.0 kmem, add driver kmem" },
	{ "not without autoprobe", "unload kmem; autoprobe 0; load kmem", 0, "driver 0", "none" },
	{ "new_id binds without autoprobe", "new_id kmem 9.9", 0, "driver 0", "kmem" },
	{ 0 },
};
/* clang-format on */

static const struct sequence sequences[] = {
	{ .name = "6.1",
	  .abi = "6.1",
	  .rows = rows_6_1,
	  .setup = "region 0 100000000 80000000 hmem" },
	{ .name = "6.12", .rows = rows_6_12, .setup = "region 0 100000000 80000000 hmem" },
	{ .name = "7.2", .abi = "7.2", .rows = rows_7_2 },
	{ .name = "modules", .rows = module_rows },
	{ 0 },
};

int main(void)
{
	return script_main("core.driver", sequences);
}
