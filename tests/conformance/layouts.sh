# SPDX-License-Identifier: BSD-3-Clause
# Sourced by run and record: which memory a suite needs, on a real kernel and from daxemu.

ALL_SUITES='10-region 20-static 25-nd 30-chardev 35-live 36-region-live 45-fsdev 50-kmem 55-kmem-mom
60-numa 61-node 62-zones 65-extra 70-daxctl'

# layout SUITE PROFILE: sets KERNEL_ARGS and QEMU_ARGS for vmrun, DAXEMU_ARGS for daxemu run.
# PMEM is the file behind a static region, made by the caller.
layout() {
	local region='size=2G,start=0x100000000,numa-node=0,target-node=0,driver=none'
	KERNEL_ARGS='memmap=2G%0x100000000-1+0xefffffff'
	QEMU_ARGS=
	DAXEMU_ARGS=(--memblock-size 128M --uevents private)
	# Debian's kernels of 6.12 and later online new memory by themselves.
	[ "$2" = 6.1 ] || DAXEMU_ARGS+=(--auto-online online)
	case $1 in
	20-static | 25-nd)
		KERNEL_ARGS='memmap=1G!4G'
		# ndctl keeps 18 MiB at the start for itself
		region="type=static,size=$STATIC_SIZE,start=0x101200000,backing=file:$PMEM"
		region+=,numa-node=0,target-node=0,driver=none
		;;
	55-kmem-mom)
		KERNEL_ARGS="memory_hotplug.memmap_on_memory=1 $KERNEL_ARGS"
		DAXEMU_ARGS+=(--memmap-on-memory)
		;;
	60-numa | 61-node | 62-zones)
		KERNEL_ARGS='memmap=3G%0x100000000-1+0xefffffff'
		QEMU_ARGS='-object memory-backend-ram,id=m0,size=3G
			-object memory-backend-ram,id=m1,size=3G
			-numa node,nodeid=0,memdev=m0,cpus=0-1 -numa node,nodeid=1,memdev=m1'
		region='size=3G,start=0x100000000,numa-node=0,target-node=1,driver=none'
		[ "$1" != 61-node ] || {
			KERNEL_ARGS="memory_hotplug.memmap_on_memory=1 $KERNEL_ARGS"
			DAXEMU_ARGS+=(--memmap-on-memory)
		}
		;;
	esac
	DAXEMU_ARGS+=(--region "$region")
}
STATIC_SIZE=1006M
