#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Which zones a block may go to, and to which it goes when nobody says: beside, between and outside of
# blocks of both kinds. Guest: as 60-numa.
. "$(dirname "$0")/lib.sh"
modprobe dax_hmem
modprobe device_dax
put $M/auto_online_blocks offline
D=$B/devices/dax0.0
bind_to none dax0.0
put $D/size 805306368
put $B/drivers_autoprobe 0
modprobe kmem
put $B/drivers_autoprobe 1
bind_to kmem dax0.0

zones() {
	local n out=
	for n in 32 33 34 35 36 37; do
		out+="$n:$(<$M/memory$n/valid_zones)|"
	done
	value "$1" "$out"
}
# set BLOCK WORD: and what all say then
set_block() {
	probe "$1.$2" w "$M/memory$1/state" "$2"
	zones "zones.$1.$2"
}
zones zones.offline
set_block 33 online_movable
set_block 35 online_movable
set_block 34 online
set_block 34 offline
set_block 34 online_kernel
set_block 36 online
set_block 35 offline
set_block 35 online
set_block 33 offline
set_block 34 offline
set_block 36 offline
set_block 35 offline
set_block 32 online_kernel
set_block 37 online_kernel
set_block 33 online_movable
set_block 36 online_movable
set_block 34 online
set_block 35 online_movable
