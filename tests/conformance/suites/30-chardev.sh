#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The character device. Guest: 2 GiB soft-reserved at 0x100000000, cut into four devices.
. "$(dirname "$0")/lib.sh"
modprobe dax_hmem
modprobe device_dax
modprobe loop 2>/dev/null
G=$(region_of dax0.0)/dax_region
# Something that takes O_DIRECT: a loop device, or a plain file where none may be made.
truncate -s 1M "$T/disk"
DIRECT=${DIRECT:-$(losetup --find --show "$T/disk" 2>/dev/null)}
[ -n "$DIRECT" ] || {
	DIRECT=$(mktemp /var/tmp/conformance.XXXXXX)
	truncate -s 1M "$DIRECT"
	trap 'rm -rf "$T" "$DIRECT"' EXIT
}
export DIRECT
bind_to none dax0.0
put $B/devices/dax0.0/size 0
for i in 1 2 3; do put $G/create 1; done
put $B/devices/dax0.0/align 1073741824
put $B/devices/dax0.0/size 1073741824
put $B/devices/dax0.1/size 67108864
put $B/devices/dax0.2/align 4096
put $B/devices/dax0.2/size 16777216
put $B/devices/dax0.3/mapping 160000000-1603fffff
put $B/devices/dax0.3/mapping 150000000-1503fffff
for i in 0 1 2 3; do
	bind_to device_dax dax0.$i
	value setup.dax0.$i "$(driver_of dax0.$i) $(geometry dax0.$i)"
done
value dev.numbers "$(for i in 0 1 2 3; do cut -d: -f2 $B/devices/dax0.$i/dev; done | tr '\n' ' ')"
chardev /dev/dax0.1 a2m 2097152 67108864
chardev /dev/dax0.2 a4k 4096 16777216
chardev /dev/dax0.3 frag 2097152 8388608
chardev /dev/dax0.0 a1g 1073741824 1073741824
