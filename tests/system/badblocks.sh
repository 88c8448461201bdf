#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Bad blocks as Debian's ndctl and a program of libpmem2 see and clear them, and flushes that fail.
. "$(dirname "$0")/lib.sh"

dev=/dev/dax0.0
region=/sys/bus/nd/devices/region0
health=$BIN/pmem_health
S=size=64M,type=static

# errors: the bad blocks of the namespace, in sectors
errors() {
	ndctl list -M | jq -c '.[0] | [.badblock_count, .badblocks]'
}

with_ndctl() {
	eq "ndctl list -M" '[3,[{"offset":8,"length":2},{"offset":4096,"length":1}]]' "$(errors)"
	eq "of the region" 3 "$(ndctl list -RM | jq '.[0].badblock_count')"
	eq "and its bus" '"idle"' "$(ndctl list -B | jq '.[0].scrub_state')"
	check "ndctl clear-errors" ndctl clear-errors namespace0.0
	eq "none is left" "[null,null] " "$(errors) $(cat $region/badblocks)"
	eq "a mapping has it" "4096 ok" "$("$BIN/poison" $dev 67108864 4096)"
	check "one comes" "$DAXEMU" inject badblock=0x200000+4K,region=0
	eq "ndctl list -M" '[8,[{"offset":4096,"length":8}]]' "$(errors)"
	check "ndctl clear-errors --scrub" ndctl clear-errors --scrub namespace0.0
	eq "none is left" "[null,null]" "$(errors)"
	check "ndctl disable-namespace" ndctl disable-namespace namespace0.0
	check_not "the device is gone" test -e /sys/bus/dax/devices/dax0.0
	check "ndctl enable-namespace" ndctl enable-namespace namespace0.0
	check "and back" test -e /sys/bus/dax/devices/dax0.0
}

with_pmdk() {
	eq "pmem2_badblock_next" "4096+1024,2097152+512" "$("$health" list $dev | paste -sd,)"
	eq "pmem2_badblock_clear, and go on" "bad: SIGBUS,cleared: ok,mapped again: ok" \
		"$("$health" mapped $dev 5000 | paste -sd,)"
	eq "none is left" "" "$("$health" list $dev)"
	check "one comes" "$DAXEMU" inject badblock=4K,region=0
	eq "pmem2_badblock_clear" "4096+512" "$("$health" clear $dev)"
	eq "none is left" " " "$("$health" list $dev) $(cat $region/badblocks)"
}

# PMDK writes and does not look at the answer: what was not used up is met by echo.
flushes() {
	check "every flush fails" "$DAXEMU" inject deep_flush=EIO,count=3
	eq "PMDK flushes, whatever comes of it" "pmem2_deep_flush: ok,pmem_deep_persist: ok" \
		"$("$health" flush $dev | paste -sd,)"
	check_not "the third fails" bash -c "echo 1 >$region/deep_flush"
	check "the fourth works" bash -c "echo 1 >$region/deep_flush"
}

without() {
	check "ndctl" test "$(cat /sys/class/nd/ndctl0/device/commands)" = ""
	check_not "no bus of ACPI's" test -e /sys/class/nd/ndctl0/device/nfit
	check_not "nothing clears" ndctl clear-errors namespace0.0
	check "until one comes" "$DAXEMU" inject badblock=8K,region=0
	eq "commands" "ars_cap ars_status clear_error " "$(cat /sys/class/nd/ndctl0/device/commands)"
	check "ndctl clear-errors" ndctl clear-errors namespace0.0
}

# zeros FILE: on one line
zeros() {
	"$health" zeros "$1" | paste -sd,
}

# lost WHAT: blocks of a device that is full of data go bad and are cleared, by whom and while what.
lost() {
	local expected=4096+1024,2096640+1024
	check "$1: full" "$health" fill $dev
	check "$1: bad blocks" "$DAXEMU" inject badblock=4K+1K,region=0
	check "$1: across huge pages" "$DAXEMU" inject badblock=0x1ffe00+1K,region=0
	check "$1: ndctl clear-errors" ndctl clear-errors namespace0.0
	eq "$1: they are zero" $expected "$(zeros $dev)"
	check "$1: another" "$DAXEMU" inject badblock=8K,region=0
	eq "$1: pmem2_badblock_clear" 8192+512 "$("$health" clear $dev)"
	expected=4096+1024,8192+512,2096640+1024
	eq "$1: it is zero" $expected "$(zeros $dev)"
	check "$1: one of a disabled device" "$DAXEMU" inject badblock=0xffe00,region=0
	check "$1: disable" daxctl disable-device dax0.0
	check "$1: ndctl clear-errors of that" ndctl clear-errors namespace0.0
	check "$1: enable" daxctl enable-device dax0.0
	expected=4096+1024,8192+512,1048064+512,2096640+1024
	eq "$1: it is zero too" $expected "$(zeros $dev)"
	daxctl disable-device dax0.0 2>/dev/null
	daxctl enable-device dax0.0 2>/dev/null
	eq "$1: no old byte comes back" $expected "$(zeros $dev)"
}

lost_huge() {
	local rc
	"$SRC/tests/support/with-huge-pages" 9 "$DAXEMU" run "${NODE[@]}" \
		--region size=16M,type=static,backing=hugetlb -- "$SCRIPT" --inside lost hugetlb
	rc=$?
	[ $rc != 77 ] || return 0
	eq "inside daxemu run on huge pages" 0 $rc
}

main() {
	need daxctl ndctl jq
	[ -x "$health" ] || skip "libpmem2-dev and libpmem-dev are not installed here"
	can_run
	scratch
	in_run --region $S,badblocks=4K+1K:2M -- with_ndctl
	in_run --region $S,badblocks=4K+1K:2M -- with_pmdk
	in_run --region $S,deep-flush=1 -- flushes
	in_run --region $S -- without
	in_run --region size=16M,type=static -- lost memfd
	truncate -s 16M "$T/file"
	in_run --region "size=16M,type=static,backing=file:$T/file" -- lost file
	eq "the file has the zeros" 4096+1024,8192+512,1048064+512,2096640+1024 "$(zeros "$T/file")"
	lost_huge
}

run_test "$@"
