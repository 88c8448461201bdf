#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What /dev/daxX.Y looks like with and without the preload library, and to static programs; and
# that without the library opening it fails loudly.
. "$(dirname "$0")/lib.sh"

# looks HOW: the same four views, through the command prefix in $with.
looks() {
	local number
	number=$(cat /sys/bus/dax/devices/dax0.0/dev)
	matches "$1: ls -l" "^crw------- 1 root root ${number/:/, *} .* /dev/dax0.0\$" \
		"$("${with[@]}" ls -l /dev/dax0.0)"
	eq "$1: stat" "character special file 0 600 $number" \
		"$("${with[@]}" stat -c '%F %s %a %Hr:%Lr' /dev/dax0.0)"
	eq "$1: find -type c" /dev/dax0.0 "$("${with[@]}" find /dev -maxdepth 1 -type c -name 'dax*')"
	eq "$1: statx through python" "True ${number/:/ }" "$("${with[@]}" python3 -c '
import os, stat
st = os.stat("/dev/dax0.0")
print(stat.S_ISCHR(st.st_mode), os.major(st.st_rdev), os.minor(st.st_rdev))')"
	eq "$1: hidden parts of /dev stay hidden" "" "$("${with[@]}" find /dev -maxdepth 1 -name '.dax*')"
}

views() {
	local with=(env)
	looks "with the library"
	with=(env -u LD_PRELOAD)
	looks "without the library"
	check "the library is preloaded" grep -q libdaxemu-preload <<<"$LD_PRELOAD"
	matches "without the library open fails loudly" 'Permission denied|No such device or address' \
		"$(env -u LD_PRELOAD cat /dev/dax0.0 2>&1)"
	matches "without the library the mapping program says so" \
		'mapper: /dev/dax0.0: (Permission denied|No such device or address)' \
		"$(env -u LD_PRELOAD "$BIN/mapper" /dev/dax0.0 2>&1)"
}

static_programs() {
	local number client
	number=$(cat /sys/bus/dax/devices/dax0.0/dev)
	for client in static_client static_pie_client; do
		matches "$client sees sysfs and the number; its open fails" \
			"^size 1073741824 dev $number stat chr $number open (EACCES|ENXIO)\$" \
			"$(echo $("$BIN/$client" dax0.0))"
	done
	if command -v busybox >/dev/null; then
		eq "busybox reads sysfs" 1073741824 "$(busybox cat /sys/bus/dax/devices/dax0.0/size)"
	fi
}

main() {
	can_run
	need python3
	in_run -- views
	in_run -- static_programs
}

run_test "$@"
