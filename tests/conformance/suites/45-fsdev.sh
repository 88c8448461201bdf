#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# fsdev_dax (7.x). Guest: 2 GiB soft-reserved at 0x100000000. On kernels without it: one line.
. "$(dirname "$0")/lib.sh"
modprobe dax_hmem
modprobe device_dax
if ! modprobe fsdev_dax 2>/dev/null; then
	value fsdev.module absent
	exit 0
fi
D=$B/devices/dax0.0
value fsdev.start "$(driver_of dax0.0)"
bind_to none dax0.0
put $D/size 67108864
probe fsdev.ls ls $FS
probe fsdev.bind.noid w $FS/bind dax0.0
value fsdev.bind.noid.driver "$(driver_of dax0.0)"
probe fsdev.newid w $FS/new_id dax0.0
value fsdev.driver "$(driver_of dax0.0)"
probe fsdev.uevent r $D/uevent
value fsdev.iomem "$(sed -n '/^ *100000000/p' /proc/iomem | tr '\n' '|')"
probe fsdev.size.w w $D/size 0
probe fsdev.align.w w $D/align 4096
probe fsdev.node st /dev/dax0.0
for o in r w rw; do probe fsdev.open.$o o /dev/dax0.0 $o; done
probe fsdev.mmap mm /dev/dax0.0
probe fsdev.read r /dev/dax0.0
probe fsdev.write w /dev/dax0.0 x
probe fsdev.seek seek /dev/dax0.0 5 0
probe fsdev.poll poll /dev/dax0.0
probe fsdev.bind.devdax w $DD/bind dax0.0
probe fsdev.unbind w $FS/unbind dax0.0
probe fsdev.unbound.open o /dev/dax0.0 r
probe fsdev.rebind w $FS/bind dax0.0
bind_to none dax0.0
probe fsdev.rmid w $FS/remove_id dax0.0
bind_to device_dax dax0.0
value fsdev.back "$(driver_of dax0.0)"
probe fsdev.back.open o /dev/dax0.0 rw
bind_to none dax0.0
put $D/size 0
probe fsdev.size0.newid w $FS/new_id dax0.0
value fsdev.size0.driver "$(driver_of dax0.0)"
