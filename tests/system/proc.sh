#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# /proc/iomem and /proc/devices inside: the machine's own, with the emulated devices in their places.
. "$(dirname "$0")/lib.sh"

D=/sys/bus/dax/devices/dax0.0

# lines: of the emulated region, without what the machine has at other addresses
lines() {
	sed -n '/^ *1[0-3][0-9a-f]\{7\}-/p' /proc/iomem
}

# in_order: top-level entries of stdin (but hidden ones) that start before the last one ended
in_order() {
	local range start last=-1
	while read -r range _; do
		start=$((16#${range%-*}))
		[ $start -gt $last ] || echo "$range"
		last=$((16#${range#*-}))
	done < <(grep -v -e '^ ' -e '^0*-0* ')
}

as_the_device_changes() {
	eq "bound to device_dax" "100000000-13fffffff : Soft Reserved
  100000000-13fffffff : dax0.0" "$(lines)"
	eq "the address is that of the device" "$(cat $D/resource)" \
		"0x$(sed -n 's/^ *\([0-9a-f]*\)-.* : dax0\.0$/\1/p' /proc/iomem)"
	eq "no two entries overlap" "" "$(in_order </proc/iomem)"
	exec 9</proc/iomem
	head -n 1 <&9 >/dev/null
	daxctl disable-device dax0.0 >/dev/null 2>&1
	eq "unbound" "100000000-13fffffff : Soft Reserved" "$(lines)"
	matches "a reader finishes the text it began" 'dax0\.0' "$(cat <&9)"
	exec 9<&-
	daxctl reconfigure-device -N -m system-ram dax0.0 >/dev/null 2>&1
	eq "bound to kmem" "100000000-13fffffff : Soft Reserved
  100000000-13fffffff : dax0.0
    100000000-13fffffff : System RAM (kmem)" "$(lines)"
}

# daxctl reads the address of a device there if it may not read `resource`.
daxctl_falls_back() {
	local with
	daxctl reconfigure-device -N -m system-ram dax0.0 >/dev/null 2>&1
	with=$(daxctl list -d dax0.0)
	eq "daxctl counts the memory blocks" 8 "$(jq '.[0].total_memblocks' <<<"$with")"
	chmod 0 $D/resource
	check_not "resource cannot be read" cat $D/resource
	eq "daxctl finds the address in /proc/iomem" "$with" "$(daxctl list -d dax0.0)"
}

read_only() {
	eq "a file as in /proc" "regular empty file 444 0 0 0" \
		"$(stat -c '%F %a %s %u %g' /proc/iomem)"
	check_not "it cannot be written" bash -c 'echo x >/proc/iomem'
	check_not "it cannot be removed" rm -f /proc/iomem
}

longer_than_a_page() {
	local whole
	whole=$(cat /proc/iomem)
	check "longer than a page" [ ${#whole} -gt 4096 ]
	eq "in small pieces" "$whole" "$(dd if=/proc/iomem bs=100 status=none)"
	eq "every region is there" 64 "$(grep -c 'Soft Reserved' /proc/iomem)"
	eq "no two entries overlap" "" "$(in_order </proc/iomem)"
}

char_devices() {
	eq "dax once, with its number" "$(printf '%3d dax' "$((16#$(stat -c %t /dev/dax0.0)))")" \
		"$(grep -w dax /proc/devices)"
	eq "numbers in order" "" "$(sed '/^$/,$d; 1d' /proc/devices | sort -ncs 2>&1)"
	eq "block devices are the machine's" "$HOST_BLOCK" "$(sed -n '/^Block/,$p' /proc/devices)"
}

# As the kernel: who opens it without being root gets no address.
not_for_everybody() {
	local shown
	shown=$(setpriv --reuid 65534 --clear-groups cat /proc/iomem)
	eq "another user sees the same names" "$(sed 's/.* : //' /proc/iomem)" \
		"$(sed 's/.* : //' <<<"$shown")"
	eq "and no address" "" "$(grep -v '^ *00000000-00000000 : ' <<<"$shown")"
	eq "who got it opened by root reads on" "$(cat /proc/iomem)" \
		"$(setpriv --reuid 65534 --clear-groups cat </proc/iomem)"
}

# A container inside wants a /proc of its own: the kernel gives it one only if one is uncovered.
proc_inside() {
	check "a user namespace inside may mount /proc" unshare -Urpf --mount-proc true
}

masked() {
	eq "where the machine shows none, ours are there" "100000000-13fffffff : Soft Reserved
  100000000-13fffffff : dax0.0" "$(cat /proc/iomem)"
}

under_a_mask() {
	mount --bind /dev/null /proc/iomem && in_run -- masked
}

main() {
	can_run
	need daxctl jq unshare
	HOST_BLOCK=$(sed -n '/^Block/,$p' /proc/devices)
	export HOST_BLOCK
	local before name=p$$
	before=$(cat /proc/iomem /proc/devices)
	in_run -- as_the_device_changes
	in_run --memblock-size 128M -- daxctl_falls_back
	in_run -- read_only
	# shellcheck disable=SC2046 # a list of words
	in_run $(printf -- '--region size=2M,id=%d ' {0..63}) -- longer_than_a_page
	in_run -- char_devices
	if unshare -Urpf --mount-proc true 2>/dev/null; then in_run -- proc_inside; fi
	if [ "$(id -u)" = 0 ]; then
		in_run -- not_for_everybody
		unshare -m --propagation private "$SCRIPT" --inside under_a_mask
		eq "under a mask" 0 $?
	fi
	check "start" "$DAXEMU" start --instance $name
	in_run --join $name -- as_the_device_changes
	check "stop" "$DAXEMU" stop --instance $name
	eq "outside nothing changed" "$before" "$(cat /proc/iomem /proc/devices)"
}

run_test "$@"
