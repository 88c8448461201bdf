#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What is in the directory of a node that has nothing but hot-plugged memory, and in those of the
# memory tiers: with none, some and all of its blocks online. Guest: as 60-numa, and
# memory_hotplug.memmap_on_memory=1.
. "$(dirname "$0")/lib.sh"
N=/sys/devices/system/node
TIERS=/sys/devices/virtual/memory_tiering
modprobe dax_hmem
modprobe device_dax
put $M/auto_online_blocks offline
D=$B/devices/dax0.0
bind_to none dax0.0
put $D/size 268435456
put $B/drivers_autoprobe 0
modprobe kmem
put $B/drivers_autoprobe 1

# lines CASE FILE [all]: a case for each line that counts something, or all; the first word that is
# not the node names it
lines() {
	local line name zero=' 0( kB)?$'
	while read -r line; do
		name=${line#Node * }
		[[ ${3-} = all || ! $line =~ $zero ]] &&
			printf '%s.%s\t%s\n' "$1" "${name%%[: ]*}" "$line"
	done <"$2"
}
tiers() {
	local tier out=
	for tier in $TIERS/memory_tier*; do
		out+="${tier##*/}:$(<"$tier/nodelist") "
	done
	value "$1.tiers" "$out"
}
node() {
	local file
	for file in meminfo numastat vmstat; do
		lines "$1.$file" $N/node1/$file "${2-}"
	done
	tiers "$1"
}
tiers start
tree tiers.start.tree $TIERS
probe tiers.bus ls /sys/bus/memory_tiering
probe tiers.bus.devices ls /sys/bus/memory_tiering/devices
for file in has_memory has_normal_memory online possible uevent; do
	file_value nodes.$file $N/$file
done
bind_to kmem dax0.0
tree none $N/node1
node none all
for file in meminfo numastat vmstat distance cpulist; do
	probe mode.$file o $N/node1/$file w
done
for x in 0 5 -1 junk ''; do
	for file in hugepages/hugepages-2048kB/nr_hugepages compact reclaim memory_failure/total; do
		probe "w.$file.$(word "$x")" w $N/node1/$file "$x"
	done
done
probe w.huge.r r $N/node1/hugepages/hugepages-2048kB/nr_hugepages
watch_events
probe some.online w $M/memory32/state online_movable
events some.ev
node some
tree some.tiers.tree $TIERS
probe some.bus.devices ls /sys/bus/memory_tiering/devices
probe some.bus.link rl /sys/bus/memory_tiering/devices/memory_tier22
probe tier.uevent w $TIERS/memory_tier22/uevent change
events tier.uevent
probe all.online w $M/memory33/state online_movable
events all.ev
node all
probe all.off w $M/memory32/state offline
events all.off.ev
put $M/memory33/state offline
events none.again.ev
tiers none.again
lines none.again.meminfo $N/node1/meminfo
bind_to none dax0.0
put $D/memmap_on_memory 1
bind_to kmem dax0.0
node mom.none
put $M/memory32/state online_movable
node mom.some
put $M/memory33/state online_movable
node mom.all
put $M/memory32/state offline
put $M/memory33/state offline
bind_to none dax0.0
tiers end
put $M/auto_online_blocks online_movable
skip_events
bind_to kmem dax0.0
events auto.ev
tiers auto
put $M/memory32/state offline
put $M/memory33/state offline
bind_to none dax0.0
events auto.end.ev
kill $WATCHER
