/* SPDX-License-Identifier: BSD-3-Clause */
/* System RAM: rounding, stuck ranges, blocks, nodes. Recorded: 50-kmem, 55-kmem-mom, 60-numa,
 * 65-extra. */
#include <errno.h>

#include "script.h"

/* clang-format off */
static const struct row bind_rows[] = {
	{ "ev.bind", "size 0 268435456; bind kmem 0", 0, "events", "add memory32, add memory33, add node1, bind dax0.0 kmem" },
	{ "bind.blocks", "", 0, "blocks", "32:offline 33:offline" },
	{ "bind.iomem", "", 0, "claims", "100000000-10fffffff:dax0.0,kmem" },
	{ "the node is there", "", 0, "nodes 1", "1" },
	{ "bind.again", "bind kmem 0", -EBUSY },
	{ "bind.open", "open 0", -ENXIO },
	{ "bind.size.w", "size 0 0", -EBUSY },
	{ "bind.align.w", "align 0 4096", -EBUSY },
	{ "bind.delete", "delete 0", -EBUSY },
	{ "bind.mapping.geom", "map 0 160000000-1601fffff", 0, "geom 0", "size=270532608 align=2097152 mapping0=0x100000000-0x10fffffff@0x0 mapping1=0x160000000-0x1601fffff@0x10000" },
	{ "blk.state.offline", "set 32 offline", -EINVAL },
	{ "no such block", "set 99 online", -ENODEV },
	{ "ev.blk.online", "set 32 online", 0, "events", "add tier, online memory32" },
	{ "blk.online.zones", "", 0, "zones", "32:Normal 33:Normal" },
	{ "the slow tier has the node", "", 0, "tier 1", "1" },
	{ "ev.all.ev", "set 33 online_movable", 0, "events", "online memory33" },
	{ "ev.all.off.ev", "set 33 offline", 0, "events", "offline memory33" },
	{ "blk.online.twice", "set 32 online", -EINVAL },
	{ "blk.online.movable", "set 32 online_movable", -EINVAL },
	{ "ev.blk.offline", "set 32 offline", 0, "events", "remove tier, offline memory32" },
	{ "blk.offline.twice", "set 32 offline", -EINVAL },
	{ "blk.om.zones", "set 32 online_movable", 0, "zones", "32:Movable 33:Normal" },
	{ "blk.onk.zones", "set 32 offline; set 32 online_kernel", 0, "zones", "32:Normal 33:Normal" },
	{ "ev.unbind", "set 32 offline; unbind kmem 0", 0, "events", "remove tier, offline memory32, remove memory32, remove memory33, remove node1, unbind dax0.0" },
	{ "unbind.blocks", "", 0, "blocks", "none" },
	{ "unbind.iomem", "", 0, "claims", "none" },
	{ "the node is gone", "", 0, "nodes 1", "0" },
	{ "unbind.devdax.iomem", "new_id device_dax 0.0", 0, "claims", "100000000-10fffffff:dax0.0 160000000-1601fffff:dax0.0" },
	{ "back to kmem", "unbind device_dax 0; bind kmem 0", 0, "ops", "down dax0.0 claims 2" },
	{ 0 },
};

static const struct row node_7_2_rows[] = {
	{ "the node comes first", "size 0 268435456; bind kmem 0", 0, "events", "add node1, add memory32, add memory33, bind dax0.0 kmem" },
	{ "and goes last", "unbind kmem 0", 0, "events", "remove memory32, remove memory33, remove node1, unbind dax0.0" },
	{ 0 },
};

static const struct row round_rows[] = {
	{ "rnd.setup", "size 0 0; create 1; create 1; create 1; autoprobe 0; size 0 201326592; size 1 67108864; size 2 335544320; size 3 201326592", 0, "geom 3", "size=201326592 align=2097152 mapping0=0x124000000-0x12fffffff@0x0" },
	{ "rnd.newid", "new_id kmem 0.0", 0, "blocks", "32:offline 34:offline 35:offline 37:offline" },
	{ "rnd.0.bind", "bind kmem 0", -EBUSY },
	{ "rnd.1.bind", "bind kmem 1", -EINVAL },
	{ "rnd.iomem", "", 0, "claims", "100000000-107ffffff:dax0.0,kmem 110000000-11fffffff:dax0.2,kmem 128000000-12fffffff:dax0.3,kmem" },
	{ "rnd.1.unbind", "unbind kmem 1", -ENODEV },
	{ "rnd.blocks.end", "unbind kmem 0; unbind kmem 2; unbind kmem 3", 0, "blocks", "none" },
	{ "rnd.iomem.end", "size 0 0; size 1 0; size 2 0; size 3 0", 0, "claims", "none" },
	{ "mr.geom", "map 0 100000000-107ffffff; map 0 110000000-1101fffff; map 0 120000000-12fffffff", 0, "geom 0", "size=404750336 align=2097152 mapping0=0x100000000-0x107ffffff@0x0 mapping1=0x110000000-0x1101fffff@0x8000 mapping2=0x120000000-0x12fffffff@0x8200" },
	{ "mr.blocks", "bind kmem 0", 0, "blocks", "32:offline 36:offline 37:offline" },
	{ "mr.iomem", "", 0, "claims", "100000000-107ffffff:dax0.0,kmem 120000000-12fffffff:dax0.0,kmem" },
	{ "mr.blocks.end", "unbind kmem 0; size 0 0", 0, "blocks", "none" },
	{ "al4k.blocks", "align 1 4096; size 1 134217728; bind kmem 1", 0, "blocks", "32:offline" },
	{ 0 },
};

static const struct row several_rows[] = {
	{ "x.blocks", "size 0 0; map 0 100000000-107ffffff; map 0 110000000-11fffffff; map 0 130000000-137ffffff; bind kmem 0", 0, "blocks", "32:offline 34:offline 35:offline 38:offline" },
	{ "x.blocks.on", "set 34 online_movable", 0, "blocks", "32:offline 34:online 35:offline 38:offline" },
	{ "x.unbind", "unbind kmem 0", 0, "events", "remove memory32, remove memory38, unbind dax0.0" },
	{ "x.unbind.blocks", "", 0, "blocks", "34:online 35:offline" },
	{ "x.unbind.iomem", "", 0, "claims", "110000000-11fffffff:dax0.0,kmem,stuck" },
	{ "x.rebind", "bind kmem 0", 0, "events", "add memory32, add memory38, bind dax0.0 kmem" },
	{ "x.newid.blocks", "", 0, "blocks", "32:offline 34:online 35:offline 38:offline" },
	{ "x.newid.iomem", "", 0, "claims", "100000000-107ffffff:dax0.0,kmem 110000000-11fffffff:dax0.0,kmem,stuck 130000000-137ffffff:dax0.0,kmem" },
	{ "x.unbind2.blocks", "unbind kmem 0", 0, "blocks", "34:online 35:offline" },
	{ "x.unbind2.iomem", "", 0, "claims", "110000000-11fffffff:dax0.0,kmem,stuck" },
	{ "offline later is too late", "set 34 offline; bind kmem 0; unbind kmem 0", 0, "blocks", "34:offline 35:offline" },
	{ "x.size0", "size 0 0", 0, "claims", "110000000-11fffffff:dax0.0,kmem,stuck" },
	{ "the first range stuck", "map 0 110000000-11fffffff; map 0 100000000-107ffffff; bind kmem 0", -EBUSY },
	{ "nothing of it was kept", "", 0, "claims", "110000000-11fffffff:dax0.0,kmem,stuck" },
	{ 0 },
};

static const struct row stuck_rows[] = {
	{ "on.blocks", "size 0 268435456; bind kmem 0; set 33 online", 0, "blocks", "32:offline 33:online" },
	{ "ev.on.unbind", "unbind kmem 0", 0, "events", "unbind dax0.0" },
	{ "on.unbind.blocks", "", 0, "blocks", "32:offline 33:online" },
	{ "on.unbind.iomem", "", 0, "claims", "100000000-10fffffff:dax0.0,kmem,stuck" },
	{ "on.devdax.driver", "new_id device_dax 0.0", 0, "driver 0", "none" },
	{ "on.devdax.bind", "bind device_dax 0", -EBUSY },
	{ "on.kmem.bind", "bind kmem 0", -EBUSY },
	{ "on.off.blocks", "set 33 offline", 0, "blocks", "32:offline 33:offline" },
	{ "on.off.kmem.bind", "bind kmem 0", -EBUSY },
	{ "on.off.kmem.unbind", "unbind kmem 0", -ENODEV },
	{ "on.size.0", "size 0 0", 0, "claims", "100000000-10fffffff:dax0.0,kmem,stuck" },
	{ "a new device over it", "create 1; size 1 268435456; bind kmem 1", -EBUSY },
	{ "part of it under device_dax", "size 1 2097152; new_id device_dax 0.1; bind device_dax 1", -EBUSY },
	{ "a free range before it", "size 1 0; map 1 120000000-1201fffff; map 1 100000000-1001fffff; bind device_dax 1", -EBUSY },
	{ "is let go again", "", 0, "claims", "100000000-10fffffff:dax0.0,kmem,stuck" },
	{ "rgn.unbind", "disable 0", 0, "claims", "100000000-10fffffff:dax0.0,kmem,stuck" },
	{ "rgn.bind.driver", "enable 0", 0, "driver 0", "none" },
	{ "rgn.bind.kmem", "bind kmem 0", -EBUSY },
	{ "rgn.bind.blocks", "", 0, "blocks", "32:offline 33:offline" },
	{ "on.rmmod", "unload kmem", 0, "claims", "100000000-10fffffff:dax0.0,kmem,stuck" },
	{ 0 },
};

static const struct row auto_rows[] = {
	{ "ev.auto.bind", "size 0 268435456; policy online_movable; bind kmem 0", 0, "events", "add memory32, add memory33, add node1, add tier, online memory32, online memory33, bind dax0.0 kmem" },
	{ "auto.online_movable.zones", "", 0, "zones", "32:Movable 33:Movable" },
	{ "auto.online.zones", "set 32 offline; set 33 offline; unbind kmem 0; policy online; bind kmem 0", 0, "zones", "32:Normal 33:Normal" },
	{ "auto.online_kernel.blocks", "set 32 offline; set 33 offline; unbind kmem 0; policy online_kernel; bind kmem 0", 0, "blocks", "32:online 33:online" },
	{ "range by range", "set 32 offline; set 33 offline; unbind kmem 0; size 0 0; map 0 100000000-107ffffff; map 0 110000000-117ffffff; bind kmem 0", 0, "events", "offline memory32, remove tier, offline memory33, remove memory32, remove memory33, remove node1, unbind dax0.0, add memory32, add node1, add tier, online memory32, add memory34, online memory34, bind dax0.0 kmem" },
	{ "between movable blocks is movable", "set 32 offline; set 34 offline; unbind kmem 0; size 0 0; size 0 402653184; policy offline; bind kmem 0; set 32 online_movable; set 34 online_movable; set 33 online", 0, "zones", "32:Movable 33:Movable 34:Movable" },
	{ 0 },
};

static const struct row no_mom_rows[] = {
	{ "mom.0", "mom 0 0" },
	{ "mom.1", "mom 0 1", -EOPNOTSUPP },
	{ "mom.devdax.1", "new_id device_dax 0.0; mom 0 1", -EOPNOTSUPP },
	{ 0 },
};

static const struct row mom_rows[] = {
	{ "unbound", "mom 0 1", 0, "mom 0", "1" },
	{ "its blocks have it", "size 0 134217728; bind kmem 0", 0, "zones", "32:Normal+memmap" },
	{ "mom.kmem1.same", "mom 0 1" },
	{ "mom.kmem1.change", "mom 0 0", -EBUSY },
	{ "unbound again", "unbind kmem 0; mom 0 0; bind kmem 0", 0, "zones", "32:Normal" },
	{ "mom.kmem0.same", "mom 0 0" },
	{ "mom.kmem0.change", "mom 0 1", -EBUSY },
	{ "mom.devdax.1", "unbind kmem 0; new_id device_dax 0.0; mom 0 1", 0, "mom 0", "1" },
	{ "created devices have it off", "unbind device_dax 0; create 1", 0, "mom 1", "0" },
	{ 0 },
};
static const struct row fault_rows[] = {
	{ "block", "size 0 402653184; bind kmem 0; set 32 online; set 33 online; set 34 online; fault offline 16 0 33; set 33 offline", -EBUSY },
	{ "it stays online, nobody hears", "set 33 offline", -EBUSY, "events", "" },
	{ "another goes", "set 32 offline", 0, "events", "offline memory32" },
	{ "already so comes first", "set 32 offline", -EINVAL },
	{ "taken back", "no_fault offline 33; set 33 offline", 0, "blocks", "32:offline 33:offline 34:online" },
	{ "every block", "fault offline 4 0; set 34 offline", -EINTR },
	{ "the very block comes first", "fault offline 12 1 34; set 34 offline", -ENOMEM },
	{ "counted down", "set 34 offline", -EINTR },
	{ "all taken back", "fault offline 1 5 34; no_fault offline; set 34 offline", 0, "events", "remove tier, offline memory34" },
	{ "twice", "fault online 12 2; set 32 online", -ENOMEM },
	{ "offline is another point", "set 33 offline", -EINVAL },
	{ "the second time", "set 33 online_movable", -ENOMEM },
	{ "used up", "set 33 online", 0, "events", "add tier, online memory33" },
	{ "replaced", "set 33 offline; fault online 12 0 33; fault online 1 0 33; set 33 online", -EPERM },
	{ "the policy passes over it", "unbind kmem 0; policy online; bind kmem 0", 0, "blocks", "32:online 33:offline 34:online" },
	{ 0 },
};
/* clang-format on */

static const struct sequence sequences[] = {
	{ .name = "bind", .rows = bind_rows },
	{ .name = "node, 7.2", .abi = "7.2", .rows = node_7_2_rows },
	{ .name = "rounding", .rows = round_rows },
	{ .name = "several ranges", .rows = several_rows },
	{ .name = "stuck", .rows = stuck_rows },
	{ .name = "auto online", .rows = auto_rows },
	{ .name = "faults", .rows = fault_rows },
	{ .name = "no memmap_on_memory", .rows = no_mom_rows },
	{ .name = "memmap_on_memory", .rows = mom_rows, .memmap_on_memory = true },
	{ 0 },
};

int main(void)
{
	return script_main("core.kmem", sequences);
}
