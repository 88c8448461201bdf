#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What an NVDIMM says of itself, and its bad blocks: the keys deep-flush, persistence-domain and
# badblocks of a static region.
. "$(dirname "$0")/lib.sh"

region=/sys/bus/nd/devices/region0
M=$((1 << 20))

# attribute NAME: mode and text, or "absent"
attribute() {
	if [ -e "$region/$1" ]; then
		printf '%s %s\n' "$(stat -c %a "$region/$1")" "$(cat "$region/$1")"
	else
		echo absent
	fi
}

plain() {
	eq "deep_flush, as a region of memmap=" absent "$(attribute deep_flush)"
	eq "persistence_domain, as there" absent "$(attribute persistence_domain)"
	eq "badblocks, as there" "444 " "$(attribute badblocks)"
}

# flushing MODE-AND-TEXT STATUS: of writing 1
flushing() {
	local rc
	eq "deep_flush" "$1" "$(attribute deep_flush)"
	(echo 1 >$region/deep_flush) 2>"$T/error"
	rc=$?
	eq "writing 1" "$2" "$rc$(sed 's/.*:/:/' "$T/error")"
}

persists() {
	eq "persistence_domain" "444 $1" "$(attribute persistence_domain)"
}

# touched OFFSET...: all of it on one line
touched() {
	"$BIN/poison" /dev/dax0.0 $((64 * M)) "$@" | paste -sd,
}

# before: sectors of the region that are not of the device
before() {
	echo $((($(cat $region/dax0.0/resource) - $(cat $region/resource)) / 512))
}

bad() {
	eq "listed in sectors of the region" "444 $((9 + $(before))) 2
$((131070 + $(before))) 2" "$(attribute badblocks)"
	eq "status says so, in bytes of the device" "4608+1024 $((64 * M - 1024))+1024" \
		"$("$DAXEMU" status | jq -r '[.[0].regions[0].badblocks[] | "\(.offset)+\(.size)"] | join(" ")')"
	eq "SIGBUS in the page, at the address" \
		"4095 ok,4096 SIGBUS at 4096,5000 SIGBUS at 5000,8191 SIGBUS at 8191,8192 ok" \
		"$(touched 4095 4096 5000 8191 8192)"
	eq "the last page" "$((64 * M - 4097)) ok,$((64 * M - 1)) SIGBUS at $((64 * M - 1))" \
		"$(touched $((64 * M - 4097)) $((64 * M - 1)))"
	eq "every mapping" "4096 SIGBUS at 4096,9000 ok" "$(touched 4096 9000)"
}

injected() {
	eq "none at first" "444 ,0 ok,4096 ok" "$(attribute badblocks),$(touched 0 4096)"
	check "inject badblock" "$DAXEMU" inject badblock=4K,region=0
	eq "listed, and met" "444 $((8 + $(before))) 1,0 ok,4096 SIGBUS at 4096" \
		"$(attribute badblocks),$(touched 0 4096)"
	fails_with "not of the device" 2 "inject: badblock=0x4000000\+0x200: must lie within" \
		"$DAXEMU" inject badblock=64M,region=0
	check "inject deep_flush" "$DAXEMU" inject deep_flush=EIO,count=1
	flushing "644 1" "1: Input/output error"
	flushing "644 1" 0
}

refused() {
	fails_with "of a dynamic region" 125 "badblocks=0x1000\+0x200: only a static region has it" \
		"$DAXEMU" run --region size=64M,badblocks=4K -- true
	fails_with "not of the device" 125 "badblocks=0x4000000\+0x200: must lie within the device" \
		"$DAXEMU" run --region size=64M,type=static,badblocks=64M -- true
	fails_with "no such flushing" 125 "deep-flush=2: must be absent, 0, 1, read-only or failing" \
		"$DAXEMU" run --region size=64M,type=static,deep-flush=2 -- true
}

main() {
	local s="size=64M,type=static"

	can_run
	scratch
	in_run --region $s -- plain
	in_run --region $s,deep-flush=0 -- flushing "444 0" "1: Permission denied"
	in_run --region $s,deep-flush=1 -- flushing "644 1" 0
	in_run --region $s,deep-flush=read-only -- flushing "444 1" "1: Permission denied"
	in_run --region $s,deep-flush=failing -- flushing "644 1" "1: Input/output error"
	in_run --region $s,persistence-domain=cpu_cache -- persists cpu_cache
	in_run --region $s,persistence-domain=memory_controller -- persists memory_controller
	in_run --region $s,badblocks=0x1200+1K:0x3fffc00+1K -- bad
	truncate -s 64M "$T/pmem"
	printf '[region 0]\nbacking = file:%s\nbadblocks = 0x1200+1K:0x3fffc00+1K\n' "$T/pmem" \
		>"$T/config"
	in_run --config "$T/config" -- bad
	in_run --region $s,deep-flush=1 -- injected
	refused
}

run_test "$@"
