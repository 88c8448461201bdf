#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Static (pmem namespace) region. Guest: 1 GiB persistent memory at 4 GiB.
. "$(dirname "$0")/lib.sh"
modprobe nd_e820
modprobe nd_pmem
modprobe device_dax
modprobe dax_pmem
modprobe kmem
# namespace ALIGN: the pmem region as one device-dax namespace
namespace() {
	ndctl create-namespace -f -e namespace0.0 -m devdax -a "$1" \
		-u 11111111-2222-3333-4444-555555555555 >/dev/null 2>&1
}
namespace 2M
D=$B/devices/dax0.0
R=$(region_of dax0.0)
G=$R/dax_region
value st.region.path "${R#/sys/devices/}"
value st.region.driver "$(readlink $R/driver)"
value st.driver "$(driver_of dax0.0)"
value st.geom "$(geometry dax0.0)"
value st.iomem "$(grep -A2 Persistent /proc/iomem | tr '\n' '|')"
tree st.region $R | sed 's/[0-9a-f-]\{36\}/UUID/'
probe st.ls ls $D/
probe st.region.ls ls $G
probe st.node st /dev/dax0.0
probe st.open o /dev/dax0.0 rw
for a in create delete seed available_size; do probe st.absent.$a st $G/$a; done
probe st.absent.mapping st $D/mapping
probe st.size.w w $D/size 0
probe st.align.w w $D/align 4096
probe st.size.open o $D/size rw
probe st.align.open o $D/align w
probe st.chmod.size chmod $D/size 0644
probe st.size.w2 w $D/size 0
probe st.size.w2.bad w $D/size 5
probe st.chmod.align chmod $D/align 0644
probe st.align.w2 w $D/align 4096
for x in 0 1; do probe st.mom.$x w $D/memmap_on_memory $x; done
probe st.bind.kmem.noid w $KM/bind dax0.0
probe st.unbind w $DD/unbind dax0.0
value st.unbind.driver "$(driver_of dax0.0)"
probe st.unbind.open o /dev/dax0.0 rw
probe st.unb.size w $D/size 0
probe st.unb.size2m w $D/size 2097152
value st.unb.geom "$(geometry dax0.0)"
probe st.unb.align4k w $D/align 4096
value st.unb.geom2 "$(geometry dax0.0)"
probe st.unb.align2m w $D/align 2097152
put $D/size 1054867456
probe st.rebind w $DD/bind dax0.0
value st.rebind.driver "$(driver_of dax0.0)"
[ "$(driver_of dax0.0)" = none ] && bind_to device_dax dax0.0
value st.rebind.geom "$(geometry dax0.0)"
probe st.kmem.newid.bound w $KM/new_id dax0.0
value st.kmem.newid.bound.driver "$(driver_of dax0.0)"
probe st.unbind2 w $DD/unbind dax0.0
put /sys/devices/system/memory/auto_online_blocks offline
probe st.kmem.bind w $KM/bind dax0.0
value st.kmem.driver "$(driver_of dax0.0)"
value st.kmem.blocks "$(ls -d $M/memory3[2-9] 2>/dev/null | sed 's/.*memory//' | tr '\n' ' ')"
value st.kmem.iomem "$(grep -e Persistent -e namespace -e dax -e kmem /proc/iomem | tr '\n' '|')"
probe st.kmem.unbind w $KM/unbind dax0.0
value st.kmem.unbind.driver "$(driver_of dax0.0)"
value st.kmem.unbind.iomem "$(grep -e Persistent -e namespace -e dax -e kmem /proc/iomem | tr '\n' '|')"
probe st.kmem.rmid w $KM/remove_id dax0.0
bind_to device_dax dax0.0
value st.end.driver "$(driver_of dax0.0)"
echo "# region driver"
N=$(basename $R)
exec 9<>/dev/dax0.0
probe st.rgn.unbind w /sys/bus/nd/drivers/dax_pmem/unbind $N
exec 9>&-
probe st.rgn.unbind.devices ls $B/devices
probe st.rgn.unbind.region st $G
probe st.rgn.unbind.node st /dev/dax0.0
probe st.rgn.bind w /sys/bus/nd/drivers/dax_pmem/bind $N
probe st.rgn.bind.devices ls $B/devices
value st.rgn.bind.driver "$(driver_of dax0.0)"
value st.rgn.geom "$(geometry dax0.0)"
for a in 4096 1G; do
	namespace $a
	value st.al.$a.rc $?
	value st.al.$a.geom "$(geometry dax0.0 2>/dev/null)"
	probe st.al.$a.region r $(region_of dax0.0)/dax_region/align
done
