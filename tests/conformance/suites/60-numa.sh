#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# kmem into a node of its own. Guest: node 1 is the 3 GiB, all soft-reserved, from 0x100000000,
# offline policy.
. "$(dirname "$0")/lib.sh"
N=/sys/devices/system/node
modprobe dax_hmem
modprobe device_dax
put $M/auto_online_blocks offline
D=$B/devices/dax0.0
bind_to none dax0.0
for a in possible online has_memory has_normal_memory has_cpu; do probe numa.start.$a r $N/$a; done
probe numa.start.ls ls $N
value numa.geom "$(geometry dax0.0)"
probe numa.target r $D/target_node
probe numa.node r $D/numa_node
probe numa.region.node r $(region_of dax0.0)/numa_node
put $D/size 268435456
watch_events
put $B/drivers_autoprobe 0
modprobe kmem
put $B/drivers_autoprobe 1
sleep 0.5
skip_events
bind_to kmem dax0.0
value numa.kmem.driver "$(driver_of dax0.0)"
for a in possible online has_memory has_normal_memory; do probe numa.kmem.$a r $N/$a; done
probe numa.kmem.ls ls $N/node1
probe numa.kmem.link rl $M/memory32/node1
events numa.ev 1
probe numa.online w $M/memory32/state online_movable
for a in online has_memory has_normal_memory; do probe numa.on.$a r $N/$a; done
probe numa.on.ls ls $N/node1
value numa.on.meminfo "$(grep -e MemTotal $N/node1/meminfo)"
probe numa.on.distance r $N/node1/distance
probe numa.on.cpulist r $N/node1/cpulist
events numa.on.ev 1
value numa.on.tiers "$(ls /sys/devices/virtual/memory_tiering 2>/dev/null | tr '\n' ' ')"
probe numa.on.access ls $N/node1/access0
put $M/memory32/state offline
for a in online has_memory; do probe numa.off.$a r $N/$a; done
bind_to none dax0.0
for a in online has_memory; do probe numa.end.$a r $N/$a; done
probe numa.end.ls ls $N
events numa.end.ev 1
kill $WATCHER
