#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The NVDIMM bus around static regions, by ndctl: several regions at once, a namespace that is disabled
# and enabled, and what is refused. What ndctl lists is in recorded.sh.
. "$(dirname "$0")/lib.sh"

BUS=/sys/devices/platform/e820_pmem

# tree: all of the bus, with what reads how
tree() {
	find $BUS -name power -prune -o -type f -print | sort | while read -r f; do
		printf '%s %s\n' "$f" "$(stat -c %A "$f") $(cat "$f" 2>&1)"
	done
	find $BUS /sys/bus/nd /sys/class/nd /sys/bus/dax/devices -type l -printf '%p -> %l\n' | sort
}

# says NAME STATUS REGEX COMMAND...: its exit status, and a line it prints
says() {
	local out rc
	out=$("${@:4}" 2>&1 </dev/null)
	rc=$?
	eq "$1: status" "$2" "$rc"
	matches "$1: says so" "$3" "$out"
}

# refused NAME STATUS REGEX COMMAND...: and nothing has changed
refused() {
	says "$@"
	eq "$1: nothing changed" "$WHOLE" "$(tree)"
}

# gives_back NAME STATUS REGEX COMMAND...: ndctl disables the namespace first, then is refused
gives_back() {
	says "$@"
	eq "$1: nobody holds the namespace" "" "$(cat $BUS/ndbus0/region0/namespace0.0/holder)"
	says "$1: enabled again" 0 "enabled 1 namespace" ndctl enable-namespace namespace0.0
	eq "$1: and all is as before" "$WHOLE" "$(tree)"
}

put_word() { python3 -c 'import mmap, os
f = os.open("/dev/dax0.0", os.O_RDWR)
mmap.mmap(f, 2 << 20)[:5] = b"daxes"'; }

get_word() { python3 -c 'import mmap, os
f = os.open("/dev/dax0.0", os.O_RDWR)
print(mmap.mmap(f, 2 << 20)[:5].decode())'; }

one_region() {
	local ns=namespace0.0 f='create-namespace -f -e namespace0.0'
	WHOLE=$(tree)
	put_word
	gives_back "disable-namespace" 0 "disabled 1 namespace" ndctl disable-namespace $ns
	eq "no byte is lost" daxes "$(get_word)"
	refused "create-namespace" 237 "failed to create namespace" ndctl create-namespace
	refused "create-namespace -e" 240 "$ns is active" ndctl create-namespace -e $ns -m devdax
	refused "check-namespace" 240 "Device or resource busy" ndctl check-namespace $ns
	refused "clear-errors" 161 "Operation not supported" ndctl clear-errors $ns
	refused "inject-error" 161 "not supported" ndctl inject-error -B 0 -n 1 $ns
	refused "write-infoblock" 240 "wrote 0 infoblocks" ndctl write-infoblock -m devdax $ns
	refused "start-scrub" 161 "Operation not supported" ndctl start-scrub
	refused "wait-scrub" 161 "Operation not supported" ndctl wait-scrub
	refused "activate-firmware" 161 "no devices" ndctl activate-firmware all
	for word in "zero-labels:zeroed" "init-labels:initialized" "read-labels:read" \
		"disable-dimm:disabled"; do
		refused "${word%:*}" 0 "${word#*:} 0 nmem" ndctl "${word%:*}" all
	done
	gives_back "disable-region" 0 "disabled 0 regions" ndctl disable-region region0
	# shellcheck disable=SC2086 # a list of words
	for mode in devdax:dax0.1 fsdax:pfn0.0 sector:btt0.0; do
		gives_back "create-namespace -f, ${mode%:*}" 161 \
			"${mode#*:}: set_uuid failed: Operation not supported" ndctl $f -m "${mode%:*}"
	done
	gives_back "destroy-namespace -f" 0 "destroyed 0 namespaces" ndctl destroy-namespace -f $ns
	eq "still no byte is lost" daxes "$(get_word)"
	eq "one uuid for all" "$(cat /sys/bus/nd/devices/dax0.0/uuid)" \
		"$(ndctl list -N | jq -r '.[].uuid')"
}

# Regions of several kinds on one bus; each namespace as large as its device and what it keeps.
several_regions() {
	local raw dev
	eq "ndctl knows them" "region0 region2 region5" \
		"$(ndctl list -R | jq -r '.[].dev' | sort | tr '\n' ' ' | sed 's/ $//')"
	eq "daxctl too" "dax0.0 dax1.0 dax2.0 dax5.0" \
		"$(daxctl list | jq -r '.[].chardev' | sort | tr '\n' ' ' | sed 's/ $//')"
	eq "each has its device" "namespace0.0:dax0.0 namespace2.0:dax2.0 namespace5.0:dax5.0" \
		"$(ndctl list -N | jq -r '.[] | .dev + ":" + .chardev' | sort | tr '\n' ' ' | sed 's/ $//')"
	eq "uuids differ" 3 "$(ndctl list -N | jq -r '.[].uuid' | sort -u | wc -l)"
	for n in 0 2 5; do
		raw=$((0x$(printf %x "$(cat $BUS/ndbus0/region$n/resource)")))
		dev=$(($(cat /sys/bus/dax/devices/dax$n.0/resource)))
		eq "region$n: starts before its device, or with it" "${RAW[$n]}" $((dev - raw))
		eq "region$n: and is larger by that" "${RAW[$n]}" \
			$(($(cat $BUS/ndbus0/region$n/size) - $(cat /sys/bus/dax/devices/dax$n.0/size)))
	done
	says "one of them is disabled" 0 "disabled 1" ndctl disable-namespace namespace2.0
	eq "the others are not" "dax0.0 dax1.0 dax5.0" \
		"$(daxctl list | jq -r '.[].chardev' | sort | tr '\n' ' ' | sed 's/ $//')"
}
# region2 is told to begin where region1 ends
RAW=([0]=$((18 << 20)) [2]=0 [5]=$((2 << 20)))

by_an_ordinary_user() {
	eq "ndctl as an ordinary user" "namespace0.0 dax0.0" \
		"$(ndctl list -N | jq -r '.[] | .dev + " " + .chardev')"
}

# The bus follows the instance: with no static region there is none of ours.
no_static_region() {
	check_not "no bus of ours" test -e $BUS
	check_not "no file of it" test -e /dev/ndctl0
}

main() {
	can_run
	need ndctl daxctl jq python3
	scratch
	in_run --region size=1006M,type=static,start=0x101200000 -- one_region
	in_run --region size=1G,type=static --region size=1G,start=8G --region \
		size=64M,type=static,start=9G --region size=2M,type=static,id=5 -- several_regions
	[ -e /sys/class/nd/ndctl0 ] || in_run -- no_static_region
	as_user "$DAXEMU" run --region size=64M,type=static -- "$SCRIPT" --inside by_an_ordinary_user ||
		fail "as an ordinary user"
}

run_test "$@"
