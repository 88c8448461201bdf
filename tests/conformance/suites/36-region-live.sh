#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Region driver: the region_idle parameter, module unload, unbind under an open mapping. Guest: 2
# GiB soft-reserved at 0x100000000.
. "$(dirname "$0")/lib.sh"
modprobe dax_hmem region_idle=1 2>/dev/null
P=/sys/module/dax_hmem/parameters/region_idle
probe idle.param st $P
probe idle.param.r r $P
value idle.geom "$(geometry dax0.0)"
value idle.driver "$(driver_of dax0.0)"
R=$(region_of dax0.0)
probe idle.seed r $R/dax_region/seed
probe idle.create r $R/dax_region/create
probe idle.avail r $R/dax_region/available_size
modprobe device_dax
value idle.devdax.driver "$(driver_of dax0.0)"
modprobe kmem
value idle.kmem.driver "$(driver_of dax0.0)"
probe idle.size w $B/devices/dax0.0/size 268435456
probe idle.probe w $B/drivers_probe dax0.0
value idle.probe.driver "$(driver_of dax0.0)"
probe idle.bind w $DD/bind dax0.0
bind_to none dax0.0
value unload.rc "$(rmmod dax_hmem 2>&1 | sed 's/.*ERROR: //')"
probe unload.devices ls $B/devices
value unload.region "$(ls -d /sys/devices/platform/hmem* | tr '\n' ' ')"
value unload.rmmod.kmem "$(rmmod kmem 2>&1)"
modprobe dax_hmem
value reload.geom "$(geometry dax0.0)"
value reload.driver "$(driver_of dax0.0)"
bind_to device_dax dax0.0
value reload.driver2 "$(driver_of dax0.0)"
live -r dax0.0 2097152
