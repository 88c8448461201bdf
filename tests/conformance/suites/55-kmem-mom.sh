#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# memmap_on_memory. Guest: 2 GiB soft-reserved at 0x100000000, memory_hotplug.memmap_on_memory=1.
. "$(dirname "$0")/lib.sh"
value mom.param "$(cat /sys/module/memory_hotplug/parameters/memmap_on_memory)"
modprobe dax_hmem
modprobe device_dax
put $M/auto_online_blocks offline
D=$B/devices/dax0.0
bind_to none dax0.0
put $D/size 268435456
put $B/drivers_autoprobe 0
modprobe kmem
put $B/drivers_autoprobe 1
probe mom.mode st $D/memmap_on_memory
probe mom.r r $D/memmap_on_memory
for x in 1 0 y on true yes t T Y oN ON $'1\n' n N no nope off OF of f 0 $'0\n' 01 1x o O 2 -1 +1 \
	' 1' '' $'\n' tr null; do
	probe "mom.w.$(word "$x")" w $D/memmap_on_memory "$x"
	probe "mom.w.$(word "$x").r" r $D/memmap_on_memory
done
probe mom.long.1 wz $D/memmap_on_memory 100 1
probe mom.nobody -u w $D/memmap_on_memory 1
put $D/memmap_on_memory 0
bind_to device_dax dax0.0
value mom.devdax.driver "$(driver_of dax0.0)"
probe mom.devdax.1 w $D/memmap_on_memory 1
probe mom.devdax.1.r r $D/memmap_on_memory
probe mom.devdax.0 w $D/memmap_on_memory 0
bind_to none dax0.0
st() {
	value "$1.driver" "$(driver_of dax0.0)"
	for i in 32 33; do
		value "$1.blk$i" "$(cat $M/memory$i/state $M/memory$i/valid_zones 2>&1 | tr '\n' ' ')"
	done
	value "$1.iomem" "$(sed -n '/^ *10[0-9a-f]*-.*\(dax\|RAM (k\)/p' /proc/iomem | tr '\n' '|')"
}
put $D/memmap_on_memory 0
bind_to kmem dax0.0
st mom.kmem0
probe mom.kmem0.same w $D/memmap_on_memory 0
probe mom.kmem0.change w $D/memmap_on_memory 1
probe mom.kmem0.junk w $D/memmap_on_memory junk
probe mom.kmem0.r r $D/memmap_on_memory
put $M/memory32/state online_movable
a=$(grep -m1 -A20 'zone *Movable' /proc/zoneinfo | awk '$1=="present"{print $2}')
value mom.kmem0.present "$a"
put $M/memory32/state offline
bind_to none dax0.0
put $D/memmap_on_memory 1
probe mom.set1.r r $D/memmap_on_memory
bind_to kmem dax0.0
st mom.kmem1
probe mom.kmem1.same w $D/memmap_on_memory 1
probe mom.kmem1.change w $D/memmap_on_memory 0
probe mom.kmem1.r r $D/memmap_on_memory
probe mom.kmem1.online w $M/memory32/state online_movable
st mom.kmem1.on
a=$(grep -m1 -A20 'zone *Movable' /proc/zoneinfo | awk '$1=="present"{print $2}')
value mom.kmem1.present "$a"
a=$(grep -m1 -A20 'zone *Movable' /proc/zoneinfo | awk '$1=="managed"{print $2}')
value mom.kmem1.managed "$a"
probe mom.kmem1.offline w $M/memory32/state offline
bind_to none dax0.0
st mom.kmem1.unbound
probe mom.unbound.0 w $D/memmap_on_memory 0
G=$(region_of dax0.0)/dax_region
put $G/create 1
probe mom.created r $B/devices/dax0.1/memmap_on_memory
probe mom.param.off w /sys/module/memory_hotplug/parameters/memmap_on_memory N
probe mom.param.open o /sys/module/memory_hotplug/parameters/memmap_on_memory w
