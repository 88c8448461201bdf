#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# /sys in a run: the host's, but for what is emulated, with nothing missing and nothing to write
# through; libudev takes it for sysfs.
. "$(dirname "$0")/lib.sh"

# What may differ: what is emulated, and what the mounts of the moment make.
OURS='/(dax|kmem|fsdev_dax|dax_hmem|device_dax|hmem[._a-z]*[0-9.]*)(/|$)'
OURS+='|/dev/char/252:|/bdi/|/fs/fuse/|/kernel/slab/|/irq/'
OURS+='|/system/(memory|node)/|/memory_tiering/'

# names: every name below /sys that a run does not change
names() {
	find /sys 2>&1 | grep -vE "$OURS" | sort
}

# texts DIR: names and contents of small files that stand still
texts() {
	find "$1" -type f -perm -444 -print0 2>/dev/null | LC_ALL=C sort -z |
		xargs -0 grep -sH . 2>/dev/null
}

# answers DIR: what programs make of the machine
answers() {
	names >"$1/names"
	texts /sys/devices/system/cpu/cpu0/cache >"$1/caches"
	texts /sys/class/dmi/id >"$1/dmi"
	lsblk >"$1/lsblk" 2>&1
	lscpu | grep -v MHz >"$1/lscpu"
	lsmem -o RANGE,SIZE,STATE >"$1/lsmem" 2>&1
}

# opened: what opens for writing though it is the host's; nothing is written
opened() {
	find /sys -type f -perm /222 2>/dev/null | grep -vE "$OURS" | while read -r f; do
		{ : >>"$f"; } 2>/dev/null && echo "$f"
	done
}

writable() {
	local f
	eq "nothing of the host's opens for writing" "" "$(opened)"
	check_not "a block of the host's stays online" eval \
		'echo 0 >/sys/devices/system/memory/memory0/online'
	for f in /sys/nothing /sys/bus/nothing /sys/kernel/nothing; do
		check_not "$f cannot be made" touch "$f"
		check_not "$f cannot be a directory" mkdir "$f"
	done
	check_not "a file of the host's cannot be removed" rm -f /sys/kernel/uevent_seqnum
}

# All at once and in any order: nothing hangs, nothing breaks.
readable() {
	check "every file of /sys is read or says why not" timeout 120 bash -c \
		'find /sys -type f -print0 2>/dev/null | xargs -0 -n 500 -P 4 cat >/dev/null 2>&1; true'
	check "and the tree is still there" cat /sys/bus/dax/devices/dax0.0/size
}

udev() {
	matches "udevadm knows the device file" '^E: SUBSYSTEM=dax$' "$(udevadm info /dev/dax0.0)"
	eq "libudev enumerates the subsystem" /sys/devices/platform/hmem.0/dax0.0 \
		"$(udevadm trigger --dry-run --verbose --subsystem-match=dax)"
	matches "and walks up to the region" 'KERNELS=="hmem.0"' \
		"$(udevadm info --attribute-walk --path /sys/bus/dax/devices/dax0.0)"
}

# On a host that has device files of such names itself.
like_ours() {
	local f
	mkdir "$T/dev" && mount -t tmpfs tmpfs "$T/dev"
	for f in null zero urandom tty fuse; do
		touch "$T/dev/$f" && mount --bind "/dev/$f" "$T/dev/$f"
	done
	ln -s /proc/self/fd "$T/dev/fd"
	touch "$T"/dev/{ndctl0,ndctl1,dax0.0,dax7.0}
	mount --move "$T/dev" /dev
	eq "only our device files have such names" "/dev/dax0.0 character special file
/dev/ndctl0 character special file" \
		"$("$DAXEMU" run --region type=static,size=64M -- \
			bash -c "stat -c '%n %F' /dev/dax* /dev/ndctl*")"
}

main() {
	local what
	can_run
	need udevadm lsblk lscpu lsmem
	scratch
	mkdir "$T/out" "$T/in"
	answers "$T/out"
	# Far above any memory: no block of the host's is in its place.
	in_run --region size=1G,start=0x80000000000 -- answers "$T/in"
	for what in names caches dmi lsblk lscpu lsmem; do
		eq "$what is as outside" "$(cat "$T/out/$what")" "$(cat "$T/in/$what")"
	done
	in_run -- writable
	in_run -- readable
	in_run -- udev
	unshare "${USERNS[@]}" -m --propagation private "$SCRIPT" --inside like_ours ||
		fail "on a host with device files"
}

run_test "$@"
