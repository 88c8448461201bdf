#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# kmem / system-ram with offline default policy. Guest: 2 GiB soft-reserved at 0x100000000, 128 MiB
# memory blocks (32..47).
. "$(dirname "$0")/lib.sh"
value kmem.default.policy "$(cat $M/auto_online_blocks)"
modprobe dax_hmem
modprobe device_dax
put $M/auto_online_blocks offline
watch_events
io() { sed -n '/^ *1[0-7][0-9a-f]\{7\}-/p' /proc/iomem | grep -v -i kernel | tr '\n' '|'; }
G=$(region_of dax0.0)/dax_region
D=$B/devices/dax0.0
bind_to none dax0.0
echo "# global memory files"
for f in $(ls $M | grep -v '^memory[0-9]'); do
	[ -d $M/$f ] && value "mem.$f" "dir" || file_value "mem.$f" $M/$f
done
probe mem.dir st $M
probe mem.subsystem rl /sys/bus/memory/devices/memory0
value mem.first "$(ls $M | grep '^memory[0-9]' | sort -V | head -1)"
for x in offline online online_kernel online_movable $'online\n' 'online ' ' online' ONLINE junk \
	'' 1 0; do
	probe "policy.$(word "$x")" w $M/auto_online_blocks "$x"
	probe "policy.$(word "$x").r" r $M/auto_online_blocks
done
put $M/auto_online_blocks offline
value blocks.start "$(blocks)"
probe probe.file o $M/probe w
probe block_size.write o $M/block_size_bytes w
echo "# bind, 1 GiB"
put $D/size 1073741824
events setup
probe bind.noid w $KM/bind dax0.0
modprobe kmem
events modprobe
value modprobe.driver "$(driver_of dax0.0)"
bind_to none dax0.0
value bind.pre "$(geometry dax0.0) $(driver_of dax0.0)"
skip_events
probe bind.newid w $KM/new_id dax0.0
value bind.driver "$(driver_of dax0.0)"
value bind.blocks "$(blocks)"
value bind.iomem "$(io)"
events bind
probe bind.again w $KM/bind dax0.0
probe bind.node st /dev/dax0.0
probe bind.open o /dev/dax0.0 rw
probe bind.uevent r $D/uevent
probe bind.size.r r $D/size
probe bind.size.w w $D/size 0
probe bind.align.w w $D/align 4096
probe bind.delete w $G/delete dax0.0
probe bind.target_node r $D/target_node
probe bind.devdax w $DD/bind dax0.0
probe bind.ls ls $D/
value bind.sysdevchar "$(ls -d /sys/dev/char/$(cat $D/dev) 2>&1 | sed 's/.*char.[0-9]*/M/')"
probe bind.mapping w $D/mapping 160000000-1601fffff
value bind.mapping.geom "$(geometry dax0.0)"
echo "# a memory block"
b=$M/memory32
probe blk.ls ls $b
for f in $(ls $b); do
	if [ -L $b/$f ]; then
		value "blk.$f" "lnk -> $(readlink $b/$f)"
	elif [ -d $b/$f ]; then
		value "blk.$f" dir
	else
		file_value "blk.$f" $b/$f
	fi
done
probe blk.nodelink rl /sys/devices/system/node/node0/memory32
probe blk.bus rl /sys/bus/memory/devices/memory32
value blk.driver "$(readlink $b/driver || echo none)"
for x in offline junk '' $'\n' Online online_foo 'online ' 1 0 removed keep; do
	probe "blk.state.$(word "$x")" w $b/state "$x"
	probe "blk.state.$(word "$x").r" r $b/state
	echo offline >$b/state 2>/dev/null
done
skip_events
probe blk.online w $b/state online
probe blk.online.r r $b/state
probe blk.online.online r $b/online
probe blk.online.zones r $b/valid_zones
probe blk.online.removable r $b/removable
value blk.online.iomem "$(io)"
events blk.online
probe blk.online.twice w $b/state online
probe blk.online.movable w $b/state online_movable
probe blk.offline w $b/state offline
events blk.offline
probe blk.offline.r r $b/state
probe blk.offline.zones r $b/valid_zones
probe blk.offline.removable r $b/removable
probe blk.offline.twice w $b/state offline
for x in 0 1 1 0 y n on off 2 junk '' $'1\n'; do
	probe "blk.onl.$(word "$x")" w $b/online "$x"
	probe "blk.onl.$(word "$x").r" r $b/state
done
echo offline >$b/state 2>/dev/null
probe blk.om w $b/state online_movable
probe blk.om.zones r $b/valid_zones
probe blk.om.r r $b/state
probe blk.om33.zones r $M/memory33/valid_zones
probe blk.om34k w $M/memory34/state online_kernel
probe blk.om34k.zones r $M/memory34/valid_zones
probe blk.om.off w $b/state offline
probe blk.ok.off w $M/memory34/state offline
probe blk.onk w $b/state $'online_kernel\n'
probe blk.onk.zones r $b/valid_zones
probe blk.33.zones.after r $M/memory33/valid_zones
probe blk.onk.off w $b/state offline
probe blk.rem.w w $b/removable 1
probe blk.phys.w w $b/phys_index 1
probe blk.node.state ls /sys/devices/system/node/node0/memory32/
probe blk.uevent.r r $b/uevent
probe blk.uevent.w w $b/uevent change
value blk.final "$(blocks)"
echo "# unbind when offline"
skip_events
probe unbind w $KM/unbind dax0.0
value unbind.driver "$(driver_of dax0.0)"
value unbind.blocks "$(blocks)"
value unbind.iomem "$(io)"
events unbind
probe unbind.devdax w $DD/new_id dax0.0
value unbind.devdax.driver "$(driver_of dax0.0)"
events rebind.devdax
probe unbind.devdax.open o /dev/dax0.0 rw
value unbind.devdax.iomem "$(io)"
probe newid.kmem.bound w $KM/new_id dax0.0
value newid.kmem.bound.driver "$(driver_of dax0.0)"
bind_to none dax0.0
put $DD/remove_id dax0.0
put $KM/remove_id dax0.0
value dev.geom.after "$(geometry dax0.0)"
echo "# rounding to memory blocks"
skip_events
put $D/size 0
events size.0
put $D/size 2097152
events size.grow
put $G/create 1
events create
put $G/delete dax0.1
events delete
put $D/size 0
for i in 1 2 3; do put $G/create 1; done
skip_events
put $D/size 201326592
put $B/devices/dax0.1/size 67108864
put $B/devices/dax0.2/size 335544320
put $B/devices/dax0.3/size 201326592
for i in 0 1 2 3; do
	value rnd.$i.geom "$(geometry dax0.$i)"
	probe rnd.$i.newid w $KM/new_id dax0.$i
	value rnd.$i.driver "$(driver_of dax0.$i)"
	probe rnd.$i.bind w $KM/bind dax0.$i
	value rnd.$i.blocks "$(blocks)"
done
value rnd.iomem "$(io)"
for i in 0 1 2 3; do
	probe rnd.$i.unbind w $KM/unbind dax0.$i
	put $KM/remove_id dax0.$i
done
value rnd.blocks.end "$(blocks)"
value rnd.iomem.end "$(io)"
for i in 0 1 2 3; do put $B/devices/dax0.$i/size 0; done
put $D/mapping 100000000-107ffffff
put $D/mapping 110000000-1101fffff
put $D/mapping 120000000-12fffffff
value mr.geom "$(geometry dax0.0)"
probe mr.newid w $KM/new_id dax0.0
value mr.driver "$(driver_of dax0.0)"
value mr.blocks "$(blocks)"
value mr.iomem "$(io)"
probe mr.unbind w $KM/unbind dax0.0
value mr.blocks.end "$(blocks)"
put $KM/remove_id dax0.0
put $D/size 0
put $B/devices/dax0.1/align 4096
put $B/devices/dax0.1/size 134217728
probe al4k.newid w $KM/new_id dax0.1
value al4k.driver "$(driver_of dax0.1)"
value al4k.blocks "$(blocks)"
probe al4k.unbind w $KM/unbind dax0.1
put $KM/remove_id dax0.1
put $B/devices/dax0.1/size 0
echo "# stale fd and mapping from device_dax while under kmem"
put $D/size 268435456
bind_to device_dax dax0.0
exec 9<>/dev/dax0.0
bind_to kmem dax0.0
value stale.driver "$(driver_of dax0.0)"
probe stale.open o /dev/dax0.0 r
probe stale.procfd.open o /proc/$$/fd/9 r
exec 9<&-
probe stale.open.closed o /dev/dax0.0 r
bind_to none dax0.0
value stale.blocks "$(blocks)"
echo "# online automatically"
for p in online online_movable online_kernel; do
	put $M/auto_online_blocks $p
	bind_to kmem dax0.0
	value "auto.$p.driver" "$(driver_of dax0.0)"
	value "auto.$p.blocks" "$(blocks)"
	value "auto.$p.zones" "$(cat $M/memory32/valid_zones | tr '\n' ' ')"
	offline_all
	value "auto.$p.off" "$(blocks)"
	bind_to none dax0.0
	value "auto.$p.end" "$(blocks)"
done
put $M/auto_online_blocks online_movable
skip_events
bind_to kmem dax0.0
events auto.bind
value auto.iomem "$(io)"
value auto.daxctl "$(daxctl list -d dax0.0 2>/dev/null | tr -d ' \n')"
echo "# unbind while a block is online"
put $M/memory32/state offline
value on.blocks "$(blocks)"
skip_events
probe on.unbind w $KM/unbind dax0.0
value on.unbind.driver "$(driver_of dax0.0)"
value on.unbind.blocks "$(blocks)"
value on.unbind.iomem "$(io)"
events on.unbind
probe on.devdax.newid w $DD/new_id dax0.0
value on.devdax.driver "$(driver_of dax0.0)"
probe on.devdax.bind w $DD/bind dax0.0
probe on.kmem.newid w $KM/new_id dax0.0
value on.kmem.driver "$(driver_of dax0.0)"
probe on.kmem.bind w $KM/bind dax0.0
probe on.open o /dev/dax0.0 r
probe on.size.r r $D/size
probe on.align w $D/align 4096
put $D/align 2097152
offline_all
value on.off.blocks "$(blocks)"
value on.off.iomem "$(io)"
probe on.off.kmem.bind w $KM/bind dax0.0
value on.off.kmem.driver "$(driver_of dax0.0)"
value on.off.kmem.blocks "$(blocks)"
probe on.off.kmem.unbind w $KM/unbind dax0.0
value on.off.end.blocks "$(blocks)"
probe on.off.devdax.bind w $DD/bind dax0.0
value on.off.devdax.driver "$(driver_of dax0.0)"
bind_to none dax0.0
probe on.size.0 w $D/size 0
value on.size.0.geom "$(geometry dax0.0)"
value on.size.0.iomem "$(io)"
put $D/size 268435456
for i in 1 2 3; do put $G/delete dax0.$i; done
skip_events
probe rgn.unbind w /sys/bus/platform/drivers/hmem/unbind hmem.0
events rgn.unbind
value rgn.unbind.iomem "$(io)"
probe rgn.bind w /sys/bus/platform/drivers/hmem/bind hmem.0
events rgn.bind
value rgn.bind.driver "$(driver_of dax0.0)"
value rgn.bind.geom "$(geometry dax0.0)"
value rgn.bind.blocks "$(blocks)"
value rgn.bind.iomem "$(io)"
probe rgn.bind.kmem w $KM/bind dax0.0
probe rgn.bind.devdax w $DD/bind dax0.0
probe on.rmmod.kmem r /sys/module/kmem/initstate
value on.rmmod "$(
	rmmod kmem 2>&1 | sed 's/.*ERROR: //'
	ls $B/drivers | tr '\n' ' '
)"
dmesg | grep -i -e 'cannot be hotremoved' -e 'could not reserve' -e 'too small' \
	-e 'truncated by' -e 'rejecting' | sed 's/^\[[^]]*\] //' | sort | uniq -c | sed 's/^ *//' |
	while read -r l; do value dmesg "$l"; done
kill $WATCHER
