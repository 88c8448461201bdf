#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# /sys/devices/system/memory on hosts of all kinds: blocks larger than ours, smaller, in the way of the
# region, none at all. The host is a directory mounted over its own.
. "$(dirname "$0")/lib.sh"

memory=/sys/devices/system/memory

# fake_host SIZE BLOCK...: a host with these blocks; SIZE in hex as in block_size_bytes, or none
fake_host() {
	local block
	mount -t tmpfs tmpfs $memory || exit 1
	[ "$1" = none ] && return
	echo "$1" >$memory/block_size_bytes
	for block in "${@:2}"; do
		mkdir "$memory/memory$block"
		echo online >"$memory/memory$block/state"
		echo 1 | tee "$memory/memory$block"/{online,removable} >"$memory/memory$block/phys_index"
		echo Normal >"$memory/memory$block/valid_zones"
	done
}

ranges() {
	lsmem --noheadings --summary=never -o RANGE,SIZE,STATE,BLOCK | tr -s ' '
}

with_region() {
	daxctl reconfigure-device --mode=system-ram dax0.0 >/dev/null 2>&1
	daxctl list -d dax0.0 | jq -r '.[0] | "\(.online_memblocks) of \(.total_memblocks)"'
}

large() {
	eq "2G blocks are cut, but for the region" \
		"0x0000000000000000-0x00000000ffffffff 4G online 0-31
0x0000000140000000-0x000000017fffffff 1G online 40-47" "$(ranges)"
	eq "daxctl counts" "8 of 8" "$(with_region)"
	eq "ours fill the gap" "0x0000000000000000-0x000000017fffffff 6G online 0-47" "$(ranges)"
	fails_with "the host's stay online" 1 "disable failed: Read-only file system" chmem -d -b 3
	fails_with "so says their uevent" 1 "Read-only file system" \
		bash -c "echo change >$memory/memory3/uevent"
	check "ours do not" chmem -d -b 39
	eq "as daxctl sees" "7 of 8" "$(daxctl list -d dax0.0 |
		jq -r '.[0] | "\(.online_memblocks) of \(.total_memblocks)"')"
}

small() {
	eq "128M blocks are gathered in those of 2G" \
		"0x0000000000000000-0x00000000ffffffff 4G online 0-1
0x0000000200000000-0x000000027fffffff 2G online 4" "$(ranges)"
	eq "daxctl counts" "2 of 2" "$(with_region)"
	eq "ours fill the gap" "0x0000000000000000-0x000000027fffffff 10G online 0-4" "$(ranges)"
}

same() {
	eq "nothing is in the region" "0x0000000000000000-0x0000000007ffffff 128M online 0
0x0000000140000000-0x0000000147ffffff 128M online 40" "$(ranges)"
	eq "daxctl counts" "8 of 8" "$(with_region)"
	eq "ours are" "0x0000000000000000-0x0000000007ffffff 128M online 0
0x0000000100000000-0x0000000147ffffff 1.1G online 32-40" "$(ranges)"
	fails_with "the host's stay online" 1 "disable failed: Read-only file system" chmem -d -b 40
}

alone() {
	eq "no block" "" "$(ls -d $memory/memory[0-9]* 2>/dev/null)"
	eq "daxctl counts" "8 of 8" "$(with_region)"
	eq "ours" "0x0000000100000000-0x000000013fffffff 1G online 32-39" "$(ranges)"
}

# on_host SIZE BLOCK... -- OPTION... -- FUNCTION
on_host() {
	local host=()
	while [ "$1" != -- ]; do
		host+=("$1")
		shift
	done
	shift
	fake_host "${host[@]}"
	in_run "$@"
	check "nothing reached the host" \
		test "$(cat $memory/*/state 2>/dev/null | sort -u)" != offline
}

# shellcheck disable=SC2046 # numbers
hosts() {
	mount --make-rprivate /
	on_host 80000000 0 1 2 -- -- large
	on_host 8000000 $(seq 0 31) $(seq 64 71) -- --memblock-size 2G --region size=4G -- small
	on_host 8000000 0 32 33 40 -- -- same
	on_host none -- -- alone
}

main() {
	can_run
	need_root "mounts over /sys"
	need daxctl lsmem chmem jq
	DAXEMU_NESTED=1 unshare -m "$SCRIPT" --inside hosts || fail "on some host"
}

run_test "$@"
