#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# daxemu inject: memory that cannot be moved, so that Debian's daxctl and chmem show their error paths.
. "$(dirname "$0")/lib.sh"

memory=/sys/devices/system/memory

inject() {
	check "inject $1" "$DAXEMU" inject "$1"
}

# answers NAME STATUS TEXT COMMAND...: all of what it prints, and its exit status
answers() {
	local out
	out=$("${@:4}" 2>&1)
	eq "$1" "$2: $3" "$?: $out"
}

counts() {
	daxctl list -d dax0.0 | jq -r '.[0] | "\(.online_memblocks) of \(.total_memblocks)"'
}

with_daxctl() {
	check "system-ram" daxctl reconfigure-device --mode=system-ram dax0.0
	inject offline=EBUSY,block=33
	answers "daxctl offline-memory" 240 \
		"libdaxctl: offline_one_memblock: dax0.0: Failed to offline /sys/devices/system/node/node1/memory33/state: Device or resource busy
dax0.0: failed to offline memory: Device or resource busy
error offlining memory: Device or resource busy
offlined memory for 0 devices" daxctl offline-memory dax0.0
	eq "the block stays online" online "$(cat $memory/memory33/state)"
	check_not "reconfigure-device -f" daxctl reconfigure-device -f --mode=devdax dax0.0
	eq "it is still system-ram" system-ram "$(daxctl list -d dax0.0 | jq -r '.[0].mode')"
	inject offline=none
	check "taken back: reconfigure-device -f" daxctl reconfigure-device -f --mode=devdax dax0.0
	inject online=ENOMEM,count=1
	answers "memory that does not come online" 244 \
		"dax0.0: failed to online memory: Cannot allocate memory
error reconfiguring devices: Cannot allocate memory
reconfigured 0 devices" daxctl reconfigure-device --mode=system-ram dax0.0
	check "once only" daxctl online-memory dax0.0
	eq "all of it is online" "8 of 8" "$(counts)"
}

with_chmem() {
	inject offline=EBUSY,block=33
	inject offline=EPERM,block=35,count=1
	answers "chmem -d: partial success" 64 \
		"chmem: Memory Block 33 (0x0000000108000000-0x000000010fffffff) disable failed: Device or resource busy
chmem: Memory Block 35 (0x0000000118000000-0x000000011fffffff) disable failed: Operation not permitted" \
		chmem -d -b 32-36
	eq "what could go went" "5 of 8" "$(counts)"
	inject offline=EPERM,block=36,count=4
	eq "status says what still fails" "offline=EBUSY,block=33 offline=EPERM,block=36,count=4" \
		"$("$DAXEMU" status | jq -r '.[0].faults | join(" ")')"
	inject offline=none,block=36
	answers "chmem -d: failure" 1 \
		"chmem: Memory Block 33 (0x0000000108000000-0x000000010fffffff) disable failed: Device or resource busy" \
		chmem -d -b 33
	check "counted down" chmem -d -b 35
	inject offline=EINTR
	for write in 'offline >state' '0 >online'; do
		fails_with "every block: echo $write" 1 "write error: Interrupted system call" \
			bash -c "cd $memory/memory37 && echo $write"
	done
	inject offline=none
	check "then all goes" chmem -d -b 32-39
}

# What did not happen no uevent tells of.
silent() {
	timeout 20 "$DAXEMU" watch >"$T/events" &
	sleep 0.3
	inject offline=EBUSY,block=38
	chmem -e -b 38-39
	chmem -d -b 38-39 2>/dev/null
	wait_for 5 grep -q 'offline.*memory39' "$T/events"
	kill %1
	wait
	eq "uevents" "online 38 online 39 offline 39" \
		"$(jq -r 'select(.subsystem == "memory") | "\(.action) \(.devpath | sub(".*memory"; ""))"' "$T/events" | paste -sd' ')"
}

refused() {
	local usage="^daxemu: inject: needs one POINT=VALUE\[,KEY=VALUE...\]$"
	fails_with "nothing" 2 "$usage" "$DAXEMU" inject
	fails_with "two" 2 "$usage" "$DAXEMU" inject offline=EBUSY block=33
	fails_with "no such point" 2 "^daxemu: inject: ofline=EBUSY: there is no such point" \
		"$DAXEMU" inject ofline=EBUSY
	fails_with "an errno Linux does not give" 2 "^daxemu: inject: offline=EAGAIN: must be EBUSY," \
		"$DAXEMU" inject offline=EAGAIN
	fails_with "no such block" 2 "^daxemu: inject: block=7: no region has this memory block$" \
		"$DAXEMU" inject offline=EBUSY,block=7
	fails_with "too long" 2 "^daxemu: inject: x{40}\.\.\.: is too long$" \
		"$DAXEMU" inject "$(printf 'x%.0s' {1..4000})"
	check "nothing of it was done" chmem -e -b 32
	check "in neither direction" chmem -d -b 32
}

inside() {
	with_daxctl
	with_chmem
	silent
	refused
}

main() {
	can_run
	need daxctl chmem jq
	scratch
	in_run -- inside
}

run_test "$@"
