#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Liveness: open files and mappings against unbind, rebind, resize, delete. Guest: 2 GiB soft-
# reserved at 0x100000000.
. "$(dirname "$0")/lib.sh"
modprobe dax_hmem
modprobe device_dax
G=$(region_of dax0.0)/dax_region
bind_to none dax0.0
put $B/devices/dax0.0/size 134217728
put $G/create 1
put $B/devices/dax0.1/size 67108864
put $G/create 1
bind_to device_dax dax0.1
value live.setup "$(driver_of dax0.1) $(geometry dax0.1)"
exec 9<>/dev/dax0.1
value live.rmmod.open "$(rmmod device_dax 2>&1 | sed 's/.*Module/Module/')"
exec 9>&-
sleep 0.3 # daxemu is asked on a socket, which may overtake the close
value live.rmmod.bound.idle "$(rmmod device_dax 2>&1 | sed 's/.*Module/Module/') $(driver_of dax0.1)"
probe live.rmmod.drivers ls $B/drivers
probe live.rmmod.open.errno o /dev/dax0.1 rw
modprobe device_dax
value live.modprobe.rebinds "$(driver_of dax0.1)"
bind_to device_dax dax0.1
live dax0.1 2097152 dax0.2
