#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# daxctl on an hmem region: exit status, output, and the state it leaves. Guest: 2 GiB soft-
# reserved at 0x100000000.
. "$(dirname "$0")/lib.sh"
modprobe dax_hmem
modprobe device_dax
echo offline >/sys/devices/system/memory/auto_online_blocks
modprobe kmem
# d CASE daxctl-arguments...
d() {
	local id=$1 o
	shift
	o=$(daxctl "$@" 2>&1)
	local rc=$?
	value "$id" "rc=$rc $(echo "$o" | tr -d '\n' | tr -s ' ' | sed 's#hmem_platform.0../##g')"
	value "$id.state" "$(for x in $(ls $B/devices); do
		echo "$x:$(driver_of $x):$(cat $B/devices/$x/size):$(cat $B/devices/$x/align)"
	done | tr '\n' ' ')"
}
d ctl.list list -RDM
d ctl.disable.all disable-device all
d ctl.list.disabled list -Di
d ctl.destroy0 destroy-device dax0.0
d ctl.devdax reconfigure-device -m devdax dax0.0
d ctl.devdax.again reconfigure-device -m devdax dax0.0
d ctl.resize.bound reconfigure-device -s 256M dax0.0
d ctl.disable disable-device dax0.0
d ctl.resize reconfigure-device -s 256M dax0.0
d ctl.create create-device -r 0 -s 512M
d ctl.create.align create-device -r 0 -s 1G -a 1G
d ctl.create.toobig create-device -r 0 -s 4G
d ctl.create.rest create-device -r 0
d ctl.create.full create-device -r 0 -s 2M
d ctl.list2 list -RD
d ctl.list.map list -DM -d dax0.1
d ctl.disable1 disable-device dax0.1
d ctl.align1 reconfigure-device -a 4096 -m devdax dax0.1
d ctl.sysram reconfigure-device -m system-ram -N dax0.1
d ctl.sysram.list list -d dax0.1
d ctl.online online-memory dax0.1
d ctl.online.again online-memory dax0.1
d ctl.sysram.list2 list -d dax0.1
d ctl.todev.busy reconfigure-device -m devdax dax0.1
d ctl.offline offline-memory dax0.1
d ctl.offline.again offline-memory dax0.1
d ctl.todev reconfigure-device -m devdax dax0.1
d ctl.sysram.online reconfigure-device -m system-ram dax0.1
d ctl.todev.force reconfigure-device -f -m devdax dax0.1
d ctl.disable.sysram disable-device dax0.1
d ctl.enable enable-device dax0.1
d ctl.destroy.enabled destroy-device dax0.1
d ctl.destroy.force destroy-device -f dax0.1
d ctl.destroy.disabled disable-device dax0.2
d ctl.destroy destroy-device dax0.2
d ctl.none disable-device dax0.9
d ctl.end list -RD
