#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Hot-plug corner cases: BOOL spellings, some ranges online at unbind, the region's driver unbound
# under device_dax and kmem. Guest: 2 GiB soft-reserved at 0x100000000.
. "$(dirname "$0")/lib.sh"
modprobe dax_hmem
modprobe device_dax
put $M/auto_online_blocks offline
modprobe kmem
D=$B/devices/dax0.0
watch_events
io() { grep -e dax -e kmem /proc/iomem | tr '\n' '|'; }
bind_to none dax0.0
put $D/size 0
put $D/mapping 100000000-107ffffff
put $D/mapping 110000000-11fffffff
put $D/mapping 130000000-137ffffff
bind_to kmem dax0.0
value x.driver "$(driver_of dax0.0)"
value x.blocks "$(blocks)"
b=$M/memory32
for x in t T f F true false e d enable disable y 'y ' N 01 1x on off; do
	probe "bool.$(word "$x")" w $b/online "$x"
	probe "bool.$(word "$x").r" r $b/state
done
put $b/state offline
probe x.online w $M/memory34/state online_movable
value x.blocks.on "$(blocks)"
probe x.unbind w $KM/unbind dax0.0
value x.unbind.blocks "$(blocks)"
value x.unbind.iomem "$(io)"
probe x.rebind w $KM/bind dax0.0
value x.rebind.driver "$(driver_of dax0.0)"
put $KM/new_id dax0.0
value x.newid.driver "$(driver_of dax0.0)"
value x.newid.blocks "$(blocks)"
value x.newid.iomem "$(io)"
probe x.unbind2 w $KM/unbind dax0.0
value x.unbind2.blocks "$(blocks)"
value x.unbind2.iomem "$(io)"
put $KM/remove_id dax0.0
probe x.size0 w $D/size 0
G=$(region_of dax0.0)/dax_region
put $G/create 1
put $G/create 1
D1=$B/devices/dax0.1
D2=$B/devices/dax0.2
put $D1/mapping 140000000-147ffffff
put $D2/mapping 150000000-151ffffff
bind_to kmem dax0.1
bind_to device_dax dax0.2
value y.drivers "$(driver_of dax0.0) $(driver_of dax0.1) $(driver_of dax0.2)"
probe y.online w $M/memory40/state online
skip_events
probe y.rgn.unbind w /sys/bus/platform/drivers/hmem/unbind hmem.0
events y.rgn.unbind
value y.blocks "$(blocks)"
value y.iomem "$(io)"
probe y.devices ls $B/devices
probe y.offline w $M/memory40/state offline
probe y.offline.r r $M/memory40/state
probe y.rgn.bind w /sys/bus/platform/drivers/hmem/bind hmem.0
events y.rgn.bind
value y.driver "$(driver_of dax0.0)"
value y.geom "$(geometry dax0.0)"
bind_to none dax0.0
probe y.size0 w $D/size 0
probe y.size w $D/size 33554432
bind_to device_dax dax0.0
value y.devdax "$(driver_of dax0.0)"
kill $WATCHER
