#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# poll(2), select(2) and epoll on attributes: those that the kernel notifies of wake who waits.
. "$(dirname "$0")/lib.sh"

region=/sys/bus/nd/devices/region0
scrub=/sys/class/nd/ndctl0/device/nfit/scrub

# wait_on WAY FILE MS COMMAND...: what the waiter says, in one line, while the command runs
wait_on() {
	local out pid
	out=$(mktemp "$T/waiter.XXXXXX")
	"$BIN/waiter" "$1" "$2" "$3" >"$out" 2>&1 &
	pid=$!
	wait_for 5 test -s "$out" || fail "the waiter waits"
	"${@:4}" >/dev/null 2>&1 || fail "${*:4}"
	wait $pid
	paste -sd, "$out"
}

sector() {
	echo $((($(cat $region/dax0.0/resource) - $(cat $region/resource) + $1) / 512))
}

notified() {
	local first='IN|OUT|PRI|ERR,IN|OUT'
	eq "blocks go bad" "$first,PRI|ERR,$(sector 4096) 1" \
		"$(wait_on poll $region/badblocks 5000 "$DAXEMU" inject badblock=4K,region=0)"
	eq "and are cleared" "$first,PRI|ERR" \
		"$(wait_on poll $region/badblocks 5000 ndctl clear-errors namespace0.0)"
	eq "epoll" "$first,PRI|ERR,$(sector 8192) 1" \
		"$(wait_on epoll $region/badblocks 5000 "$DAXEMU" inject badblock=8K,region=0)"
	eq "select" "PRI,nothing,PRI" \
		"$(wait_on select $region/badblocks 5000 ndctl clear-errors namespace0.0)"
	eq "a search is over" "$first,PRI|ERR,$(($(cat $scrub) + 1))" \
		"$(wait_on poll $scrub 5000 bash -c "echo 1 >$scrub")"
	eq "it tells of the blocks too" "$first,PRI|ERR" \
		"$(wait_on poll $region/badblocks 5000 bash -c "echo 1 >$scrub")"
	check "ndctl wait-scrub" ndctl wait-scrub
	eq "nothing happened" "$first,nothing" \
		"$(wait_on poll $region/badblocks 200 "$DAXEMU" inject deep_flush=EIO,region=0)"
	eq "others are not notified of" "$first,nothing,$(cat $region/size)" \
		"$(wait_on poll $region/size 200 "$DAXEMU" inject badblock=4K,region=0)"
}

# other_region: what is told of one region is not told of another
other_region() {
	eq "another region's blocks" "IN|OUT|PRI|ERR,IN|OUT,nothing" \
		"$(wait_on poll $region/badblocks 200 "$DAXEMU" inject badblock=4K,region=1)"
}

gone_meanwhile() {
	eq "its object is removed" 'IN|OUT|PRI|ERR,IN|OUT,PRI|ERR,read: No such device' \
		"$(wait_on poll /sys/bus/dax/devices/dax0.0/size 500 ndctl disable-namespace namespace0.0)"
}

# An attribute that is not ours, from the machine's own kernel, beside one of ours.
as_kernel() {
	local ours=/sys/bus/dax/devices/dax0.0/size way
	for way in poll select epoll; do
		eq "as the machine's kernel answers: $way" "$(head -n 3 "$T/kernel.$way")" \
			"$("$BIN/waiter" $way $ours 0 | head -n 3)"
	done
	eq "of /proc, which has none" "IN|OUT,IN|OUT,nothing" \
		"$("$BIN/waiter" poll /proc/iomem 0 | head -n 3 | paste -sd,)"
}

main() {
	local way
	need ndctl
	can_run
	scratch
	for way in poll select epoll; do
		"$BIN/waiter" $way /sys/kernel/mm/transparent_hugepage/enabled 0 >"$T/kernel.$way" ||
			skip "no attribute of this machine to compare with"
	done
	in_run -- as_kernel
	in_run --region size=64M,type=static,deep-flush=1 -- notified
	in_run --region size=64M,type=static --region size=64M,type=static -- other_region
	in_run --region size=64M,type=static -- gone_meanwhile
}

run_test "$@"
