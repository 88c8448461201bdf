#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# daxemu load and unload do what modprobe and rmmod do; live.rmmod.* of the recordings.
. "$(dirname "$0")/lib.sh"

bus=/sys/bus/dax

inside() {
	exec 9<>/dev/dax0.0
	fails_with "an open file keeps its module" 2 "daxemu: module device_dax is in use" \
		"$DAXEMU" unload device_dax
	check "and the device stays bound" test -e $bus/devices/dax0.0/driver
	exec 9>&-
	# The kernel tells a FUSE daemon of the last close a moment after close(2).
	check "unload" wait_for 5 "$DAXEMU" unload device_dax
	eq "its driver is gone" kmem "$(ls $bus/drivers)"
	check_not "so is its module" test -e /sys/module/device_dax
	check_not "the device is unbound" test -e $bus/devices/dax0.0/driver
	check "twice" "$DAXEMU" unload device_dax
	check "load" "$DAXEMU" load device_dax
	eq "it matches no device of a kmem-type region" "bind module new_id remove_id uevent unbind" \
		"$(cd $bus/drivers/device_dax && echo *)"
	check "daxctl enables it again" daxctl enable-device dax0.0
	check "and it maps" "$BIN/mapper" /dev/dax0.0
	fails_with "not in this kernel" 2 "daxemu: module fsdev_dax not found" "$DAXEMU" load fsdev_dax
	fails_with "no such module" 2 "daxemu: module $(printf 'x%.0s' {1..80}) not found" \
		"$DAXEMU" load "$(printf 'x%.0s' {1..80})"
	fails_with "no name" 2 "daxemu: load: needs the name of one module" "$DAXEMU" load
}

inside_61() {
	check "unload" "$DAXEMU" unload device_dax
	check "load" "$DAXEMU" load device_dax
	check "6.1: it binds by itself" test -e $bus/drivers/device_dax/dax0.0
}

main() {
	can_run
	need daxctl
	in_run -- inside
	in_run --abi 6.1 -- inside_61
}

run_test "$@"
