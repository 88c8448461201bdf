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

main() {
	need ndctl jq
	[ -x "$health" ] || skip "libpmem2-dev and libpmem-dev are not installed here"
	can_run
	scratch
	in_run --region $S,badblocks=4K+1K:2M -- with_ndctl
	in_run --region $S,badblocks=4K+1K:2M -- with_pmdk
	in_run --region $S,deep-flush=1 -- flushes
	in_run --region $S -- without
}

run_test "$@"
