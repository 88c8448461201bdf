#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The NVDIMM view around a static region. Guest: 1 GiB persistent memory at 4 GiB.
. "$(dirname "$0")/lib.sh"
OURS='SUBSYSTEM=\(dax\|nd\)\>'
modprobe nd_e820
modprobe nd_pmem
modprobe device_dax
modprobe dax_pmem
modprobe kmem
ndctl create-namespace -f -e namespace0.0 -m devdax -a 2M \
	-u 11111111-2222-3333-4444-555555555555 >/dev/null 2>&1
bind_to device_dax dax0.0
P=/sys/devices/platform/e820_pmem
NB=$P/ndbus0
NR=$NB/region0
N=/sys/bus/nd
BLANK=$'\n'

# view CASE DIR: its tree; a uuid as UUID
view() { tree "$1" "$2" | sed 's/[0-9a-f-]\{36\}/UUID/'; }

# changing CASE: what follows from who holds the namespace, and how
changing() {
	local file
	probe "$1.region" ls $NR
	probe "$1.dax" ls $NR/dax0.0
	for file in $NR/dax0.0/{mode,namespace,resource,size,uevent,uuid} \
		$NR/namespace0.0/{holder,holder_class,mode,resource,size,uevent} $NR/*_seed; do
		probe "$1${file#$NR}" r $file | sed 's/[0-9a-f-]\{36\}/UUID/'
	done
}

echo "# objects"
view nd.dev $P
view nd.bus $N
view nd.class /sys/class/nd
for name in bus/nd class/nd devices/platform/e820_pmem/ndbus0/region0/dax0.0; do
	probe nd.dir.$name st /sys/$name
done

echo "# numbers"
for link in $NR/dax0.0/dax0.0 $NB/nd/ndctl0; do
	number=$(cat $link/dev)
	value nd.number.${link##*/} "$number"
	probe nd.char.${link##*/} rl "/sys/dev/char/$number"
done
value nd.proc "$(grep -e dax -e ctl /proc/devices | tr '\n' '|')"

echo "# modules"
for module in libnvdimm nd_e820 nd_pmem nd_btt dax_pmem device_dax; do
	probe nd.module.$module r /sys/module/$module/initstate
done

echo "# the bus's device file"
F=/dev/ndctl0
probe nd.file st $F
for mode in r w rw r+D w+a r+n w+t rw+c; do probe nd.file.open.$mode o $F $mode; done
probe nd.file.user -u o $F r
probe nd.file.read r $F
probe nd.file.write w $F x
probe nd.file.poll poll $F
probe nd.file.mmap mm $F
probe nd.file.truncate tr $F 0
for whence in 0 1 2 3 4; do probe nd.file.seek.$whence seek $F 1 $whence; done
# Commands of a bus, and of a DIMM, and what is no command: size << 16 and 'N' << 8 and number.
for nr in 0 1 2 3 4 5 9 10 11 63 255; do
	for size in 0 32; do
		probe nd.file.ioctl.$nr.$size io $F $((3 << 30 | size << 16 | 0x4e << 8 | nr))
	done
done
for request in 0 0x4e01 0x80084e01 0x5401 0x5421 0x5451 0x5460 0x80081272 0x1269 0xffffffff; do
	probe nd.file.ioctl.$request io $F $request
done

echo "# what is in use cannot be changed"
for text in 0 4096 2097152 1073741824 8192 x ''; do
	probe "nd.dax.align.w.$(word "$text")" w $NR/dax0.0/align "$text$BLANK"
done
for text in ram pmem none x ''; do
	probe "nd.dax.mode.w.$(word "$text")" w $NR/dax0.0/mode "$text$BLANK"
done
for text in 66666666-2222-3333-4444-555555555555 x ''; do
	probe "nd.dax.uuid.w.$(word "$text")" w $NR/dax0.0/uuid "$text$BLANK"
done
for text in namespace0.0 namespace0.1 x ''; do
	probe "nd.dax.namespace.w.$(word "$text")" w $NR/dax0.0/namespace "$text$BLANK"
	for seed in dax0.1 pfn0.0 btt0.0; do
		probe "nd.$seed.namespace.w.$(word "$text")" w $NR/$seed/namespace "$text$BLANK"
	done
done
for text in x 2 ''; do
	probe "nd.ns.force_raw.w.$(word "$text")" w $NR/namespace0.0/force_raw "$text$BLANK"
done
for text in x ''; do
	probe "nd.ns.holder_class.w.$(word "$text")" w $NR/namespace0.0/holder_class "$text$BLANK"
done
for text in x 2 ''; do
	probe "nd.region.read_only.w.$(word "$text")" w $NR/read_only "$text$BLANK"
done
for text in 0 1000 0x1000000 3 0x100000000 x ''; do
	probe "nd.region.align.w.$(word "$text")" w $NR/align "$text$BLANK"
done
for seed in dax0.1 pfn0.0; do
	for text in 8192 x ''; do
		probe "nd.$seed.align.w.$(word "$text")" w $NR/$seed/align "$text$BLANK"
	done
	probe "nd.$seed.mode.w.x" w $NR/$seed/mode "x$BLANK"
	for text in x ''; do
		probe "nd.$seed.uuid.w.$(word "$text")" w $NR/$seed/uuid "$text$BLANK"
	done
done
for text in 511 x ''; do
	probe "nd.btt0.0.sector_size.w.$(word "$text")" w $NR/btt0.0/sector_size "$text$BLANK"
done
for seed in pfn0.0 btt0.0 dax0.1 namespace0.0; do
	probe nd.$seed.uevent.w w $NR/$seed/uevent change
	probe nd.$seed.uevent.bad w $NR/$seed/uevent nonsense
done
probe nd.region.uevent.w w $NR/uevent change
probe nd.bus.uevent.w w $NB/uevent change
probe nd.ndctl.uevent.w w $NB/nd/ndctl0/uevent change

echo "# drivers"
for driver in dax_pmem nd_bus nd_pmem nd_region nvdimm; do
	for name in x region9 ''; do
		for file in bind unbind; do
			probe "nd.$driver.$file.$(word "$name")" w $N/drivers/$driver/$file "$name"
		done
	done
	probe nd.$driver.uevent w $N/drivers/$driver/uevent change
done
probe nd.bind.dax_pmem.twice w $N/drivers/dax_pmem/bind dax0.0
probe nd.bind.dax_pmem.region w $N/drivers/dax_pmem/bind region0
probe nd.bind.dax_pmem.seed w $N/drivers/dax_pmem/bind dax0.1
probe nd.bind.dax_pmem.pfn w $N/drivers/dax_pmem/bind pfn0.0
probe nd.bind.nd_region.twice w $N/drivers/nd_region/bind region0
probe nd.bind.nd_bus.twice w $N/drivers/nd_bus/bind ndbus0
probe nd.bind.nd_pmem.dax w $N/drivers/nd_pmem/bind dax0.0
probe nd.bind.nd_pmem.claimed w $N/drivers/nd_pmem/bind namespace0.0
probe nd.bind.nd_pmem.pfn w $N/drivers/nd_pmem/bind pfn0.0
probe nd.bind.nd_pmem.btt w $N/drivers/nd_pmem/bind btt0.0
probe nd.bind.nvdimm.region w $N/drivers/nvdimm/bind region0
probe nd.unbind.dax_pmem.seed w $N/drivers/dax_pmem/unbind dax0.1
probe nd.unbind.nd_pmem.ns w $N/drivers/nd_pmem/unbind namespace0.0
probe nd.unbind.nd_region.dax w $N/drivers/nd_region/unbind dax0.0
for name in x dax0.0 dax0.1 namespace0.0 ''; do
	probe "nd.drivers_probe.$(word "$name")" w $N/drivers_probe "$name"
done
changing nd.same

echo "# the dax device's driver is unbound"
probe nd.off.unbind w $N/drivers/dax_pmem/unbind dax0.0
changing nd.off
probe nd.off.devices ls $N/devices
probe nd.off.driver ls $N/drivers/dax_pmem
probe nd.off.holder r $NR/namespace0.0/holder
probe nd.off.char st "/sys/dev/char/$(cat $NB/nd/ndctl0/dev)"
probe nd.off.bind w $N/drivers/dax_pmem/bind dax0.0
bind_to device_dax dax0.0
changing nd.on

echo "# and its namespace given back, as ndctl disable-namespace does"
watch_events
probe nd.free.unbind w $N/drivers/dax_pmem/unbind dax0.0
for text in x namespace0.1; do
	probe nd.free.namespace.$text w $NR/dax0.0/namespace "$text$BLANK"
done
probe nd.free.namespace w $NR/dax0.0/namespace "$BLANK"
events nd.free
changing nd.free
probe nd.free.devices ls $N/devices
probe nd.free.driver ls $N/drivers/dax_pmem
probe nd.free.dev st /sys/bus/dax/devices/dax0.0
probe nd.free.holder_class w $NR/namespace0.0/holder_class x
value nd.free.iomem "$(grep -e Persistent -e namespace -e dax /proc/iomem | tr '\n' '|')"
probe nd.free.bind.dax w $N/drivers/dax_pmem/bind dax0.0
echo "# taken again, as ndctl enable-namespace does"
probe nd.again.bind w $N/drivers/nd_pmem/bind namespace0.0
events nd.again
kill $WATCHER
bind_to device_dax dax0.0
changing nd.again
value nd.again.geom "$(geometry dax0.0)"
probe nd.again.bind.twice w $N/drivers/nd_pmem/bind namespace0.0

echo "# what a kernel changes"
probe nd.change.region.read_only w $NR/read_only 1
probe nd.change.region.align w $NR/align 4096
probe nd.change.ns.force_raw w $NR/namespace0.0/force_raw 1
probe nd.keep.ns.force_raw w $NR/namespace0.0/force_raw 0
for seed in dax0.1 pfn0.0; do
	probe nd.change.$seed.uuid w $NR/$seed/uuid 77777777-2222-3333-4444-555555555555
	probe nd.change.$seed.align.4096 w $NR/$seed/align 4096
	probe nd.keep.$seed.align w $NR/$seed/align 2097152
	probe nd.change.$seed.align.1073741824 w $NR/$seed/align 1073741824
	for mode in ram pmem; do probe nd.change.$seed.mode.$mode w $NR/$seed/mode $mode; done
	probe nd.keep.$seed.mode w $NR/$seed/mode none
done
probe nd.change.btt0.0.uuid w $NR/btt0.0/uuid 77777777-2222-3333-4444-555555555555
for size in 512 4096; do probe nd.change.btt0.0.sector_size.$size w $NR/btt0.0/sector_size $size; done
probe nd.change.autoprobe w $N/drivers_autoprobe 0
probe nd.keep.autoprobe w $N/drivers_autoprobe 1
probe nd.keep.dax.unbind w $N/drivers/dax_pmem/unbind dax0.0
for file in align uuid mode; do
	probe nd.change.dax.$file w $NR/dax0.0/$file "$(cat $NR/dax0.0/$file)"
done
probe nd.change.region.unbind w $N/drivers/nd_region/unbind region0
