#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Dynamic (hmem) region and device sysfs. Guest: 2 GiB soft-reserved at 0x100000000.
. "$(dirname "$0")/lib.sh"
probe bus.nomod.ls ls $B
probe bus.nomod.devices ls $B/devices
probe bus.nomod.drivers ls $B/drivers
modprobe dax_hmem
D=$B/devices/dax0.0
R=$(region_of dax0.0)
G=$R/dax_region
value region.path "${R#/sys/devices/}"
value region.driver "$(readlink $R/driver)"
probe hmem.only.devices ls $B/devices
probe hmem.only.drivers ls $B/drivers
value hmem.only.driver "$(driver_of dax0.0)"
probe hmem.only.devnode st /dev/dax0.0
probe hmem.only.open o /dev/dax0.0 rw
probe hmem.only.uevent r $D/uevent
value hmem.only.geom "$(geometry dax0.0)"
modprobe device_dax
value devdax.loaded.driver "$(driver_of dax0.0)"
value devdax.loaded.open "$(dx o /dev/dax0.0 rw)"
value autobind.class "$(driver_of dax0.0)"
put $B/drivers_autoprobe 0
modprobe kmem
modprobe fsdev_dax 2>/dev/null
put $B/drivers_autoprobe 1
probe bus.drivers ls $B/drivers
value kmem.loaded.driver "$(driver_of dax0.0)"
bind_to device_dax dax0.0
value setup.driver "$(driver_of dax0.0)"

echo "# tree, modes, contents"
tree tree.bus $B
tree tree.region $R
probe tree.power ls $D/power
probe tree.mapping.power ls $D/mapping0/power
for f in $(ls $D/power); do file_value "power.$f" $D/power/$f; done
for f in $R $G $D/ $D/mapping0 $D/power $G/create $G/delete $D/size $D/mapping $B $DD $DD/bind \
	$D/dev $D/driver $D/subsystem $B/devices/dax0.0; do
	probe "stat.${f#/sys/}" st $f
done
probe devnode.stat st /dev/dax0.0
value devnode.sysdevchar "$(readlink /sys/dev/char/$(cat $D/dev))"
value dev.major.devices "$(grep -w dax /proc/devices | sed 's/^ *[0-9]* /M /')"
value driver.module "$(readlink $DD/module)"

echo "# generic attribute file behaviour"
probe read.size r $D/size
probe read.size.off3 r $D/size 3 4
probe read.size.1byte r $D/size 0 1
probe read.size.eof r $D/size 100 10
probe read.size.at4096 r $D/size 4096 10
probe read.size.atend r $D/size 11 10
probe read.zero r $D/size 0 0
probe seek.set seek $D/size 100 0
probe seek.end seek $D/size 0 2
probe seek.data seek $D/size 0 3
probe seek.neg seek $D/size -1 0
probe seek.big seek $D/size 5000 0
probe poll.size poll $D/size
probe mmap.size mm $D/size
probe open.size.w o $D/size w
probe open.size.rw o $D/size rw
probe open.size.trunc o $D/size w+t
probe open.size.append o $D/size w+a
probe open.size.direct o $D/size r+D
probe open.size.dir o $D/size r+d
probe open.size.creat o $D/size w+c
probe open.size.excl o $D/size w+c+x
probe open.size.path o $D/size r+p
probe open.modalias.w o $D/modalias w
probe open.modalias.rw o $D/modalias rw
probe open.delete.r o $G/delete r
probe open.delete.rw o $G/delete rw
probe open.resource.r o $D/resource r
probe open.bind.r o $DD/bind r
probe trunc.size tr $D/size 0
probe trunc.size.big tr $D/size 9999
probe trunc.modalias tr $D/modalias 0
probe unlink.size rm $D/size
probe rmdir.mapping rmdir $D/mapping0
probe mkdir.dev mkdir $D/x
probe creat.dev creat $D/x
probe mv.size mv $D/size $D/size2
probe link.size ln $D/size $D/size3
probe symlink.dev sym $D/x
probe xattr.size xa $D/size
probe tmpfile.dir o $D/ rw+T
probe chmod.size chmod $D/size 0600
probe chmod.size.after st $D/size
probe chmod.size.back chmod $D/size 0644
probe chown.size chown $D/size 1
probe chown.after st $D/size
probe chown.back chown $D/size 0
probe chmod.ro.modalias chmod $D/modalias 0644
probe chmod.ro.modalias.openw o $D/modalias w
probe chmod.ro.modalias.write w $D/modalias x
probe chmod.ro.back chmod $D/modalias 0444
probe nobody.read.size -u r $D/size
probe nobody.read.resource -u r $D/resource
probe nobody.read.start -u r $D/mapping0/start
probe nobody.read.region.align -u r $G/align
probe nobody.write.size -u w $D/size 0
probe nobody.write.create -u w $G/create 1
probe nobody.bind -u w $DD/bind dax0.0
probe nobody.open.dev -u o /dev/dax0.0 r
probe nobody.access.size -u acc $D/size 2
probe root.access.modalias.w acc $D/modalias 2
probe root.access.delete.r acc $G/delete 4
probe nonexist.attr r $D/nosuch
probe nonexist.dev st $B/devices/dax0.9

echo "# bound to device_dax: writes refused"
probe bound.size.same w $D/size "$(cat $D/size)"
probe bound.size.0 w $D/size 0
probe bound.size.huge w $D/size 0x100000000000
probe bound.size.odd w $D/size 4097
probe bound.size.junk w $D/size junk
probe bound.align.same w $D/align 2097152
probe bound.align.4k w $D/align 4096
probe bound.align.bad w $D/align 8192
probe bound.align.junk w $D/align junk
probe bound.create w $G/create 1
probe bound.delete w $G/delete dax0.0
probe bound.region.avail r $G/available_size
probe bound.mapping.inuse w $D/mapping 100000000-1001fffff
probe bound.mapping.odd w $D/mapping 100000000-100000fff
value bound.geom "$(geometry dax0.0)"

echo "# bus and driver files"
probe bus.autoprobe r $B/drivers_autoprobe
probe bus.autoprobe.x w $B/drivers_autoprobe x
probe bus.autoprobe.x.r r $B/drivers_autoprobe
probe bus.autoprobe.0 w $B/drivers_autoprobe 0
probe bus.autoprobe.0.r r $B/drivers_autoprobe
probe bus.autoprobe.empty w $B/drivers_autoprobe ''
probe bus.autoprobe.nl w $B/drivers_autoprobe $'\n'
probe bus.autoprobe.nl.r r $B/drivers_autoprobe
put $B/drivers_autoprobe 1
probe bus.probe.unknown w $B/drivers_probe dax9.9
probe bus.probe.bound w $B/drivers_probe dax0.0
probe bus.probe.bound.nl w $B/drivers_probe $'dax0.0\n'
probe bus.probe.empty w $B/drivers_probe ''
probe bus.probe.two w $B/drivers_probe $'dax0.0\ndax0.0'
probe bus.probe.space w $B/drivers_probe 'dax0.0 '
for f in $B/uevent $DD/uevent $D/uevent $D/mapping0/uevent; do
	n=$(echo ${f#/sys/bus/dax/} | tr / .)
	for x in add change remove move online offline bind unbind $'change\n' bogus '' ' add' \
		'add ' 'ADD' 'add fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed A=1' \
		'add fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed A=1 B' 'add not-a-uuid'; do
		probe "uevent.$n.$(word "$x" | cut -c1-9,40-)" w $f "$x"
	done
done
probe bind.bound w $DD/bind dax0.0
probe bind.unknown w $DD/bind dax9.9
probe bind.empty w $DD/bind ''
probe bind.junk w $DD/bind /
probe bind.kmem.bound w $KM/bind dax0.0
probe unbind.wrongdrv w $KM/unbind dax0.0
probe unbind.unknown w $DD/unbind dax9.9
probe unbind.space w $DD/unbind 'dax0.0 '
probe unbind.empty w $DD/unbind ''
probe unbind.nlonly w $DD/unbind $'\n'
probe unbind w $DD/unbind dax0.0
value unbind.driver "$(driver_of dax0.0)"
probe unbind.again w $DD/unbind dax0.0
probe unbound.devnode st /dev/dax0.0
probe unbound.open o /dev/dax0.0 rw
probe unbound.open.ro o /dev/dax0.0 r
probe unbound.open.path o /dev/dax0.0 r+p
value unbound.sysdevchar "$(readlink /sys/dev/char/$(cat $D/dev))"
probe unbound.uevent r $D/uevent
probe bind.noid.devdax w $DD/bind dax0.0
value bind.noid.devdax.driver "$(driver_of dax0.0)"
bind_to none dax0.0
probe bind.noid.kmem.dup w $KM/remove_id dax0.0
probe probe.noid w $B/drivers_probe dax0.0
value probe.noid.driver "$(driver_of dax0.0)"
d=$(driver_of dax0.0)
if [ $d != none ]; then
	[ $d = kmem ] && offline_all
	bind_to none dax0.0
fi

bind_to device_dax dax0.0
probe unbind.nl w $DD/unbind $'dax0.0\n'
probe bind.nl w $DD/bind $'dax0.0\n'
probe bind.2nl w $DD/bind $'dax0.0\n\n'
probe bind.prefix w $DD/bind dax0
bind_to none dax0.0
echo "# ids"
for x in dax0.0 $'dax0.0\n' $'dax0.0\n\n' ' dax0.0' 'dax0.0 ' dax0 dax0. dax.0 dax0.0x dax00.0 \
	dax0.00 dax-1.0 dax0.-1 dax4294967295.0 dax4294967296.0 dax2147483648.0 dax5.5 DAX0.0 '' \
	$'\n' 'dax0.0 dax0.1' dax123456789.123456789 dax+1.0; do
	n=$(word "$x")
	put $B/drivers_autoprobe 0
	probe "newid.unbound.$n" w $DD/new_id "$x"
	value "newid.unbound.$n.driver" "$(driver_of dax0.0)"
	probe "rmid.$n" w $DD/remove_id "$x"
	bind_to none dax0.0
	put $B/drivers_autoprobe 1
done
probe newid.twice1 w $DD/new_id dax5.5
probe newid.twice2 w $DD/new_id dax5.5
probe rmid.once w $DD/remove_id dax5.5
probe rmid.twice w $DD/remove_id dax5.5
probe rmid.never w $DD/remove_id dax6.6
probe newid.bind w $DD/new_id dax0.0
value newid.bind.driver "$(driver_of dax0.0)"
probe newid.again.bound w $DD/new_id dax0.0
probe newid.kmem.whilebound w $KM/new_id dax0.0
value newid.kmem.whilebound.driver "$(driver_of dax0.0)"
probe rmid.whilebound w $DD/remove_id dax0.0
value rmid.whilebound.driver "$(driver_of dax0.0)"
probe rmid.kmem w $KM/remove_id dax0.0
probe bind.after.newid w $DD/bind dax0.0
bind_to none dax0.0

echo "# size: parsing (unbound, region 2 GiB)"
value size.unbound.geom "$(geometry dax0.0)"
probe size.same w $D/size 2147483648
probe size.hex w $D/size 0x80000000
probe size.HEX w $D/size 0X80000000
probe size.oct w $D/size 020000000000
probe size.plus w $D/size +2147483648
probe size.nl w $D/size $'2147483648\n'
probe size.2nl w $D/size $'2147483648\n\n'
probe size.trailsp w $D/size '2147483648 '
probe size.leadsp w $D/size ' 2147483648'
probe size.suffix w $D/size 2G
probe size.neg w $D/size -1
probe size.negz w $D/size -0
probe size.empty w $D/size ''
probe size.nlonly w $D/size $'\n'
probe size.sponly w $D/size ' '
probe size.0x w $D/size 0x
probe size.float w $D/size 1.0
probe size.u64max w $D/size 18446744073709551615
probe size.u64over w $D/size 18446744073709551616
probe size.u64al w $D/size 0xffffffffffe00000
probe size.1g1 w $D/size 1
probe size.4k w $D/size 4096
probe size.1m w $D/size 1048576
probe size.3m w $D/size 3145728
probe size.over w $D/size 2149580800
probe size.nulend wz $D/size 11 2147483648
probe size.long0 wz $D/size 64 0
value size.geom.afterlong "$(geometry dax0.0)"
put $D/size 2147483648
probe size.long4096 wz $D/size 4096 ' '
probe size.long5000.sp wz $D/size 5000 '2147483648 '
probe size.long5000.0 wz $D/size 5000 '0'
value size.geom.after5000 "$(geometry dax0.0)"
put $D/size 2147483648
probe size.long9000 wz $D/size 9000 1
probe size.two two $D/size 2147483648 2147483648
probe size.pwrite.off pw $D/size 2 2147483648
value size.geom.end "$(geometry dax0.0)"
echo "# size: allocator"
probe sz.to0 w $D/size 0
value sz.0.geom "$(geometry dax0.0)"
probe sz.0.resource r $D/resource
probe sz.0.avail r $G/available_size
probe sz.0.bind w $DD/bind dax0.0
probe sz.0.newid w $DD/new_id dax0.0
value sz.0.newid.driver "$(driver_of dax0.0)"
probe sz.0.probe w $B/drivers_probe dax0.0
probe sz.0.bind2 w $DD/bind dax0.0
put $DD/remove_id dax0.0
probe sz.0.open o /dev/dax0.0 r
probe sz.0.align1g w $D/align 1073741824
probe sz.0.align4k w $D/align 4096
value sz.0.geom2 "$(geometry dax0.0)"
probe sz.0.size4k w $D/size 4096
probe sz.0.size2m w $D/size 2097152
value sz.2m.geom "$(geometry dax0.0)"
probe sz.alignback w $D/align 2097152
probe sz.4m w $D/size 4194304
value sz.4m.geom "$(geometry dax0.0)"
probe sz.6m-1 w $D/size 6291455
probe sz.stale stale $D/size 6291456
probe sz.down w $D/size 2097152
value sz.down.geom "$(geometry dax0.0)"
echo "# create, delete, seed"
probe cr.read r $G/create
probe cr.seed r $G/seed
probe cr.avail r $G/available_size
for x in 0 2 -1 1x '' $'\n' ' 1' '1 ' 0x2 4294967297 99999999999 junk true dax0.1; do
	probe "cr.$(word "$x")" w $G/create "$x"
done
probe cr.1 w $G/create 1
probe cr.1.read r $G/create
probe cr.1.seed r $G/seed
probe cr.1.devices ls $B/devices
value cr.1.geom "$(geometry dax0.1)"
probe cr.1.resource r $B/devices/dax0.1/resource
value cr.1.driver "$(driver_of dax0.1)"
probe cr.1.node st /dev/dax0.1
probe cr.1.open o /dev/dax0.1 r
probe cr.2 w $G/create 0x1
probe cr.2.read r $G/create
probe cr.2.seed r $G/seed
probe cr.3 w $G/create $'01\n'
probe cr.3.read r $G/create
value cr.3.dev "$(cat $B/devices/dax0.{0,1,2,3}/dev | cut -d: -f2 | tr '\n' ' ')"
probe del.unknown w $G/delete dax0.9
probe del.junk w $G/delete junk
probe del.empty w $G/delete ''
probe del.sp w $G/delete 'dax0.3 '
probe del.id0.sized w $G/delete dax0.0
put $D/size 0
probe del.id0.empty w $G/delete dax0.0
probe del.3 w $G/delete $'dax0.3\n'
probe del.3.create.r r $G/create
probe del.3.again w $G/delete dax0.3
probe del.3.node st /dev/dax0.3
probe del.power w $G/delete power
probe del.seed w $G/delete dax0.1
probe del.seed.seed r $G/seed
probe del.seed.create r $G/create
probe del.seed.devices ls $B/devices
probe cr.reuse w $G/create 1
probe cr.reuse.read r $G/create
probe cr.reuse.seed r $G/seed
probe cr.reuse.devices ls $B/devices
D1=$B/devices/dax0.1
D2=$B/devices/dax0.2
probe d1.size w $D1/size 16777216
probe d1.delete.sized w $G/delete dax0.1
bind_to device_dax dax0.1
value d1.driver "$(driver_of dax0.1)"
probe d1.bound.seed r $G/seed
probe d1.bound.create r $G/create
probe d1.delete.bound w $G/delete dax0.1
bind_to none dax0.1
value d1.geom "$(geometry dax0.1)"
echo "# first fit, growth, several ranges"
put $D1/size 0
put $D/size 4194304
put $D1/size 4194304
put $D2/size 4194304
value ff.start "$(geometry dax0.0) | $(geometry dax0.1) | $(geometry dax0.2)"
probe ff.grow0 w $D/size 8388608
value ff.grow0.geom "$(geometry dax0.0)"
probe ff.grow0b w $D/size 10485760
value ff.grow0b.geom "$(geometry dax0.0)"
probe ff.shrink0 w $D/size 6291456
value ff.shrink0.geom "$(geometry dax0.0)"
probe ff.shrink0b w $D/size 4194304
value ff.shrink0b.geom "$(geometry dax0.0)"
probe ff.shrink0c w $D/size 2097152
value ff.shrink0c.geom "$(geometry dax0.0)"
probe ff.grow2 w $D2/size 8388608
value ff.grow2.geom "$(geometry dax0.2)"
probe ff.free1 w $D1/size 0
probe ff.grow2b w $D2/size 20971520
value ff.grow2b.geom "$(geometry dax0.2)"
probe ff.refit1 w $D1/size 4194304
value ff.refit1.geom "$(geometry dax0.1)"
probe ff.id0tohole w $D/size 0
probe ff.beg w $D1/size 8388608
value ff.beg.geom "$(geometry dax0.1)"
probe ff.beg2 w $D1/size 10485760
value ff.beg2.geom "$(geometry dax0.1)"
probe ff.avail r $G/available_size
probe ff.all0 w $D/size "$(cat $G/available_size)"
value ff.all0.geom "$(geometry dax0.0)"
probe ff.avail0 r $G/available_size
probe ff.full.create w $G/create 1
probe ff.full.grow w $D2/size 4194304000
probe ff.full.same w $D2/size "$(cat $D2/size)"
probe ff.multi.align1g w $D/align 1073741824
probe ff.multi.resource r $D/resource
bind_to device_dax dax0.2
value ff.multi.bind "$(driver_of dax0.2)"
value ff.iomem "$(grep -c dax0.2 /proc/iomem)"
for i in 0 1 2; do bind_to none dax0.$i; done
put $D1/size 0
put $D2/size 0
put $D/size 0
value ff.clean "$(geometry dax0.0) | $(geometry dax0.1) | $(geometry dax0.2)"
echo "# align"
put $D/size 1073741824
for x in 4096 2097152 1073741824 0x200000 010000000 $'2097152\n' 8192 4194304 0 1 2097153 \
	1048576 2147483648 junk '' $'\n' -1 18446744073709551616 99999999999999999999 '2097152 ' \
	4K; do
	probe "al.$(word "$x")" w $D/align "$x"
	probe "al.$(word "$x").r" r $D/align
done
put $D/align 2097152
put $D/size 6291456
probe al.6m.1g w $D/align 1073741824
probe al.6m.4k w $D/align 4096
probe al.4k.sz4k w $D/size 4096
probe al.4k.sz6m+4k w $D/size 6295552
probe al.4k.sz4m w $D/size 4194304
put $D/size 0
probe al.0.1g w $D/align 1073741824
probe al.1g.sz2m w $D/size 2097152
probe al.1g.sz1g w $D/size 1073741824
value al.1g.geom "$(geometry dax0.0)"
probe al.1g.sz1.5g w $D/size 1610612736
probe al.1g.to2m w $D/align 2097152
put $D/size 0
probe al.kept r $D/align
put $D2/size 2097152
probe al.1g.off w $D/align 1073741824
probe al.1g.off.sz w $D/size 1073741824
value al.1g.off.geom "$(geometry dax0.0)"
bind_to device_dax dax0.0
value al.1g.off.bind "$(driver_of dax0.0)"
bind_to none dax0.0
put $D/size 0
put $D/align 2097152
put $D2/size 0
echo "# mapping"
for x in 100000000-1001fffff 0x100200000-0x1003fffff $'100400000-1005fffff\n' \
	100000000-1001fffff 100600000-100600fff 100600000-1007ffffe 100800000 100800000- \
	-100800000 100800000-100a00000-1 100800000:1009fffff junk '' $'\n' 90000000-901fffff \
	17fe00000-1801fffff 180000000-1801fffff 17fe00000-17fffffff 100900000-100afffff \
	100a00001-100c00000 1009fffff-100800000 101000000-100ffffff; do
	probe "map.$(word "$x")" w $D/mapping "$x"
done
value map.geom "$(geometry dax0.0)"
probe map.avail r $G/available_size
probe map.m0.start r $D/mapping0/start
probe map.m0.dir ls $D/mapping0
probe map.bind w $DD/new_id dax0.0
value map.driver "$(driver_of dax0.0)"
probe map.bound.add w $D/mapping 120000000-1201fffff
value map.bound.geom "$(geometry dax0.0)"
bind_to none dax0.0
put $DD/remove_id dax0.0
probe map.grow w $D/size "$(($(cat $D/size) + 2097152))"
value map.grow.geom "$(geometry dax0.0)"
probe map.shrink w $D/size 2097152
value map.shrink.geom "$(geometry dax0.0)"
probe map.readd w $D/mapping 140000000-1401fffff
value map.readd.geom "$(geometry dax0.0)"
put $D/size 0
probe map.reverse1 w $D/mapping 140000000-1401fffff
probe map.reverse2 w $D/mapping 130000000-1301fffff
value map.reverse.geom "$(geometry dax0.0)"
probe map.reverse.resource r $D/resource
probe map.reverse.grow w $D/size 8388608
value map.reverse.grow.geom "$(geometry dax0.0)"
put $D/size 0
echo "# memmap_on_memory without kernel support"
probe mom.r r $D/memmap_on_memory
put $D/size 1073741824
for x in 0 1 y n Y N t f on off ON OFF oN of o '' $'\n' 2 10 0x1 true $'1\n' ' 1' yes no; do
	probe "mom.$(word "$x")" w $D/memmap_on_memory "$x"
done
bind_to device_dax dax0.0
probe mom.devdax.0 w $D/memmap_on_memory 0
probe mom.devdax.1 w $D/memmap_on_memory 1
bind_to none dax0.0
echo "# static-attribute checks and removed devices"
probe uevent.dev.unbound r $D/uevent
probe target_node r $D/target_node
probe numa_node r $D/numa_node
probe modalias r $D/modalias
probe region.id r $G/id
probe region.size r $G/size
probe region.align r $G/align
echo "# open attribute of a deleted device"
exec 9<$D2/size 8<$D1/resource
probe zap.del w $G/delete dax0.2
value zap.read "$(cat <&9 2>&1 | sed 's/.*: //')"
exec 9<&-
put $D1/size 4194304
exec 7<$D1/mapping0/start
put $D1/size 0
value zap.mapping.read "$(cat <&7 2>&1 | sed 's/.*: //')"
exec 7<&- 8<&-
probe deldup w $G/delete dax0.1
probe final.devices ls $B/devices
echo "# region driver unbind"
RD=/sys/bus/platform/drivers/hmem
bind_to none dax0.0
put $D/size 4194304
put $G/create 1
put $B/devices/dax0.1/size 4194304
bind_to device_dax dax0.0
exec 9<$D/size 8>$D/size 7>$D/align 6>$G/create
probe rgn.unbind w $RD/unbind hmem.0
value rgn.unbind.read "$(cat <&9 2>&1 | sed 's/.*: //')"
value rgn.unbind.write "$( (echo 0 >&8) 2>&1 | sed 's/.*: //')"
value rgn.unbind.create "$( (echo 1 >&6) 2>&1 | sed 's/.*: //')"
exec 9<&- 8>&- 7>&- 6>&-
probe rgn.unbind.devices ls $B/devices
probe rgn.unbind.region ls $R
probe rgn.unbind.node st /dev/dax0.0
probe rgn.unbind.again w $RD/unbind hmem.0
probe rgn.unbind.iomem r /sys/devices/nosuch
value rgn.iomem "$(grep -A2 -e hmem -e Soft /proc/iomem | tr '\n' '|')"
probe rgn.bind w $RD/bind hmem.0
probe rgn.bind.devices ls $B/devices
value rgn.bind.geom "$(geometry dax0.0)"
value rgn.bind.driver "$(driver_of dax0.0)"
probe rgn.bind.create r $G/create
probe rgn.bind.seed r $G/seed
probe rgn.bind.avail r $G/available_size
value rgn.bind.iomem "$(sed -n '/^100000000/,/^18/p' /proc/iomem | tr '\n' '|')"
