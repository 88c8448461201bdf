/* SPDX-License-Identifier: BSD-3-Clause */
/* The range allocator, sizes, alignments and mappings, as recorded (10-region of Linux 6.12). */
#include <errno.h>

#include "script.h"

/* clang-format off */
static const struct row size_rows[] = {
	{ "size.same", "size 0 0x80000000", 0 },
	{ "size.u64max", "size 0 0xffffffffffffffff", -EINVAL },
	{ "size.u64al", "size 0 0xffffffffffe00000", -ENOSPC },
	{ "size.1g1", "size 0 1", -EINVAL },
	{ "size.4k", "size 0 4096", -EINVAL },
	{ "size.1m", "size 0 1048576", -EINVAL },
	{ "size.3m", "size 0 3145728", -EINVAL },
	{ "size.over", "size 0 2149580800", -ENOSPC },
	{ "sz.to0", "size 0 0", 0, "geom 0", "size=0 align=2097152" },
	{ "sz.0.avail", "", 0, "avail", "2147483648" },
	{ "sz.0.align1g", "align 0 1073741824", 0 },
	{ "sz.0.align4k", "align 0 4096", 0, "geom 0", "size=0 align=4096" },
	{ "sz.0.size4k", "size 0 4096", -EINVAL },
	{ "sz.0.size2m", "size 0 2097152", 0, "geom 0", "size=2097152 align=4096 mapping0=0x100000000-0x1001fffff@0x0" },
	{ "sz.alignback", "align 0 2097152", 0 },
	{ "sz.4m", "size 0 4194304", 0, "geom 0", "size=4194304 align=2097152 mapping0=0x100000000-0x1003fffff@0x0" },
	{ "sz.6m-1", "size 0 6291455", -EINVAL },
	{ "sz.down", "size 0 2097152", 0, "geom 0", "size=2097152 align=2097152 mapping0=0x100000000-0x1001fffff@0x0" },
	{ 0 },
};

static const struct row first_fit_rows[] = {
	{ "ff.start.0", "size 0 0; create 1; create 1; size 0 4194304; size 1 4194304; size 2 4194304", 0, "geom 0", "size=4194304 align=2097152 mapping0=0x100000000-0x1003fffff@0x0" },
	{ "ff.start.1", "", 0, "geom 1", "size=4194304 align=2097152 mapping0=0x100400000-0x1007fffff@0x0" },
	{ "ff.start.2", "", 0, "geom 2", "size=4194304 align=2097152 mapping0=0x100800000-0x100bfffff@0x0" },
	{ "ff.grow0", "size 0 8388608", 0, "geom 0", "size=8388608 align=2097152 mapping0=0x100000000-0x1003fffff@0x0 mapping1=0x100c00000-0x100ffffff@0x400" },
	{ "ff.grow0b", "size 0 10485760", 0, "geom 0", "size=10485760 align=2097152 mapping0=0x100000000-0x1003fffff@0x0 mapping1=0x100c00000-0x1011fffff@0x400" },
	{ "ff.shrink0", "size 0 6291456", 0, "geom 0", "size=6291456 align=2097152 mapping0=0x100000000-0x1003fffff@0x0 mapping1=0x100c00000-0x100dfffff@0x400" },
	{ "ff.shrink0b", "size 0 4194304", 0, "geom 0", "size=4194304 align=2097152 mapping0=0x100000000-0x1003fffff@0x0" },
	{ "ff.shrink0c", "size 0 2097152", 0, "geom 0", "size=2097152 align=2097152 mapping0=0x100000000-0x1001fffff@0x0" },
	{ "ff.grow2", "size 2 8388608", 0, "geom 2", "size=8388608 align=2097152 mapping0=0x100800000-0x100bfffff@0x0 mapping1=0x100200000-0x1003fffff@0x400 mapping2=0x100c00000-0x100dfffff@0x600" },
	{ "ff.free1", "size 1 0", 0 },
	{ "ff.grow2b", "size 2 20971520", 0, "geom 2", "size=20971520 align=2097152 mapping0=0x100800000-0x100bfffff@0x0 mapping1=0x100200000-0x1003fffff@0x400 mapping2=0x100c00000-0x100dfffff@0x600 mapping3=0x100400000-0x1007fffff@0x800 mapping4=0x100e00000-0x1015fffff@0xc00" },
	{ "ff.refit1", "size 1 4194304", 0, "geom 1", "size=4194304 align=2097152 mapping0=0x101600000-0x1019fffff@0x0" },
	{ "ff.id0tohole", "size 0 0", 0 },
	{ "ff.beg", "size 1 8388608", 0, "geom 1", "size=8388608 align=2097152 mapping0=0x101600000-0x1019fffff@0x0 mapping1=0x100000000-0x1001fffff@0x400 mapping2=0x101a00000-0x101bfffff@0x600" },
	{ "ff.beg2", "size 1 10485760", 0, "geom 1", "size=10485760 align=2097152 mapping0=0x101600000-0x1019fffff@0x0 mapping1=0x100000000-0x1001fffff@0x400 mapping2=0x101a00000-0x101dfffff@0x600" },
	{ "ff.avail", "", 0, "avail", "2116026368" },
	{ "ff.all0", "size 0 2116026368", 0, "geom 0", "size=2116026368 align=2097152 mapping0=0x101e00000-0x17fffffff@0x0" },
	{ "ff.avail0", "", 0, "avail", "0" },
	{ "ff.full.create", "create 1", -ENOSPC },
	{ "ff.full.grow", "size 2 4194304000", -ENOSPC },
	{ "ff.full.same", "size 2 20971520", 0 },
	{ "ff.multi.align1g", "align 0 1073741824", -EINVAL },
	{ "ff.multi.bind", "new_id device_dax 0.2", 0, "driver 2", "device_dax" },
	{ "ff.clean", "unbind device_dax 2; size 0 0; size 1 0; size 2 0", 0, "avail", "2147483648" },
	{ 0 },
};

static const struct row align_rows[] = {
	{ "al.setup", "size 0 1073741824; create 1; create 1", 0 },
	{ "al.4096", "align 0 4096", 0 },
	{ "al.2097152", "align 0 2097152", 0 },
	{ "al.1073741824", "align 0 1073741824", 0 },
	{ "al.back", "align 0 2097152", 0 },
	{ "al.8192", "align 0 8192", -EINVAL },
	{ "al.4194304", "align 0 4194304", -EINVAL },
	{ "al.0", "align 0 0", -EINVAL },
	{ "al.1", "align 0 1", -EINVAL },
	{ "al.2097153", "align 0 2097153", -EINVAL },
	{ "al.1048576", "align 0 1048576", -EINVAL },
	{ "al.2147483648", "align 0 2147483648", -EINVAL },
	{ "al.6m", "size 0 6291456", 0 },
	{ "al.6m.1g", "align 0 1073741824", -EINVAL },
	{ "al.6m.4k", "align 0 4096", 0 },
	{ "al.4k.sz4k", "size 0 4096", -EINVAL },
	{ "al.4k.sz6m+4k", "size 0 6295552", -EINVAL },
	{ "al.4k.sz4m", "size 0 4194304", 0 },
	{ "al.empty", "size 0 0", 0 },
	{ "al.0.1g", "align 0 1073741824", 0 },
	{ "al.1g.sz2m", "size 0 2097152", -EINVAL },
	{ "al.1g.sz1g", "size 0 1073741824", 0, "geom 0", "size=1073741824 align=1073741824 mapping0=0x100000000-0x13fffffff@0x0" },
	{ "al.1g.sz1.5g", "size 0 1610612736", -EINVAL },
	{ "al.1g.to2m", "align 0 2097152", 0 },
	{ "al.kept", "size 0 0", 0, "geom 0", "size=0 align=2097152" },
	{ "al.1g.off", "size 2 2097152; align 0 1073741824", 0 },
	{ "al.1g.off.sz", "size 0 1073741824", 0, "geom 0", "size=1073741824 align=1073741824 mapping0=0x100200000-0x1401fffff@0x0" },
	{ "al.1g.off.bind", "new_id device_dax 0.0", 0, "driver 0", "device_dax" },
	{ "bound: a bad value beats busy", "align 0 8192", -EINVAL },
	{ "bound: the same value is busy", "align 0 1073741824", -EBUSY },
	{ "bound: an odd size beats busy", "size 0 4097", -EINVAL },
	{ "bound: the same size is busy", "size 0 1073741824", -EBUSY },
	{ "bound: busy beats too large", "size 0 0x100000000000", -EBUSY },
	{ 0 },
};

static const struct row map_rows[] = {
	{ "map.setup", "size 0 0; create 1; create 1", 0 },
	{ "map.100000000-1001fffff", "map 0 100000000-1001fffff", 0 },
	{ "map.0x100200000-0x1003fffff", "map 0 100200000-1003fffff", 0 },
	{ "map.100400000-1005fffff$", "map 0 100400000-1005fffff", 0 },
	{ "map.100000000-1001fffff#2", "map 0 100000000-1001fffff", -ENOMEM },
	{ "map.100600000-100600fff", "map 0 100600000-100600fff", 0 },
	{ "map.100600000-1007ffffe", "map 0 100600000-1007ffffe", 0 },
	{ "map.90000000-901fffff", "map 0 90000000-901fffff", -ENOMEM },
	{ "map.17fe00000-1801fffff", "map 0 17fe00000-1801fffff", -ENOMEM },
	{ "map.180000000-1801fffff", "map 0 180000000-1801fffff", -ENOMEM },
	{ "map.17fe00000-17fffffff", "map 0 17fe00000-17fffffff", 0 },
	{ "map.100900000-100afffff", "map 0 100900000-100afffff", 0 },
	{ "map.100a00001-100c00000", "map 0 100a00001-100c00000", -ENOMEM },
	{ "map.1009fffff-100800000", "map 0 1009fffff-100800000", 0 },
	{ "map.101000000-100ffffff", "map 0 101000000-100ffffff", -EBUSY },
	{ "map.geom", "", 0, "geom 0", "size=10485760 align=2097152 mapping0=0x100000000-0x1001fffff@0x0 mapping1=0x100200000-0x1003fffff@0x200 mapping2=0x100400000-0x1005fffff@0x400 mapping3=0x17fe00000-0x17fffffff@0x600 mapping4=0x100900000-0x100afffff@0x800" },
	{ "map.avail", "", 0, "avail", "2136997888" },
	{ "map.bind", "new_id device_dax 0.0", 0, "driver 0", "none" },
	{ "map.bind2", "bind device_dax 0", -EINVAL, "claims", "none" },
	{ "but a few bytes into an aligned page", "create 1; map 1 140000001-140200000; new_id device_dax 0.1", 0, "claims", "140000001-140200000:dax0.1" },
	{ "gone again", "unbind device_dax 1; remove_id device_dax 0.1; size 1 0; delete 1" },
	{ "map.bound.add", "map 0 120000000-1201fffff", 0, "geom 0", "size=12582912 align=2097152 mapping0=0x100000000-0x1001fffff@0x0 mapping1=0x100200000-0x1003fffff@0x200 mapping2=0x100400000-0x1005fffff@0x400 mapping3=0x17fe00000-0x17fffffff@0x600 mapping4=0x100900000-0x100afffff@0x800 mapping5=0x120000000-0x1201fffff@0xa00" },
	{ "map.grow", "remove_id device_dax 0.0; size 0 14680064", 0, "geom 0", "size=14680064 align=2097152 mapping0=0x100000000-0x1001fffff@0x0 mapping1=0x100200000-0x1003fffff@0x200 mapping2=0x100400000-0x1005fffff@0x400 mapping3=0x17fe00000-0x17fffffff@0x600 mapping4=0x100900000-0x100afffff@0x800 mapping5=0x120000000-0x1201fffff@0xa00 mapping6=0x100600000-0x1007fffff@0xc00" },
	{ "map.shrink", "size 0 2097152", 0, "geom 0", "size=2097152 align=2097152 mapping0=0x100000000-0x1001fffff@0x0" },
	{ "map.readd", "map 0 140000000-1401fffff", 0, "geom 0", "size=4194304 align=2097152 mapping0=0x100000000-0x1001fffff@0x0 mapping1=0x140000000-0x1401fffff@0x200" },
	{ "map.bindable", "new_id device_dax 0.0", 0, "driver 0", "device_dax" },
	{ "map.bound.odd", "map 0 100000000-100000fff", 0, "geom 0", "size=4194304 align=2097152 mapping0=0x100000000-0x1001fffff@0x0 mapping1=0x140000000-0x1401fffff@0x200" },
	{ "map.bound.inuse", "map 0 100000000-1001fffff", -ENOMEM },
	{ "map.bound.new", "map 0 150000000-1501fffff", 0, "geom 0", "size=6291456 align=2097152 mapping0=0x100000000-0x1001fffff@0x0 mapping1=0x140000000-0x1401fffff@0x200 mapping2=0x150000000-0x1501fffff@0x400" },
	{ "map.unbind", "unbind device_dax 0", 0, "claims", "none" },
	{ "map.size0", "size 0 0", 0 },
	{ "map.reverse1", "map 0 140000000-1401fffff", 0 },
	{ "map.reverse2", "map 0 130000000-1301fffff", 0, "geom 0", "size=4194304 align=2097152 mapping0=0x140000000-0x1401fffff@0x0 mapping1=0x130000000-0x1301fffff@0x200" },
	{ "map.reverse.grow", "size 0 8388608", 0, "geom 0", "size=8388608 align=2097152 mapping0=0x140000000-0x1401fffff@0x0 mapping1=0x130000000-0x1301fffff@0x200 mapping2=0x100000000-0x1003fffff@0x400" },
	{ "map.size0 again", "size 0 0", 0 },
	{ "an empty range is fine on an empty device", "map 0 100000000-ffffffff", 0, "geom 0", "size=0 align=2097152" },
	{ "all but nothing is outside", "map 0 100000000-0ffdfffff", -ENOMEM },
	{ 0 },
};

static const struct row old_map_rows[] = {
	{ "odd length", "map 0 100600000-100600fff", -ENXIO },
	{ "in use", "map 0 100000000-1001fffff", -ENOMEM },
	{ 0 },
};

/* clang-format on */

static const struct sequence sequences[] = {
	{ .name = "size", .rows = size_rows },
	{ .name = "first fit", .rows = first_fit_rows },
	{ .name = "align", .rows = align_rows },
	{ .name = "mapping", .rows = map_rows },
	{ .name = "mapping, 6.1", .abi = "6.1", .rows = old_map_rows },
	{ 0 },
};

int main(void)
{
	return script_main("core.alloc", sequences);
}
