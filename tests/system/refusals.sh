#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Bad input: one sentence on stderr that names the option, the value and the rule; exit 2 from
# `start`, 125 from `run`; nothing is created.
. "$(dirname "$0")/lib.sh"

# refused NAME REGEX OPTION...: by both verbs.
refused() {
	local name=$1 regex=$2
	shift 2
	fails_with "run: $name" 125 "$regex" "$DAXEMU" run "$@" -- touch "$T/ran"
	fails_with "start: $name" 2 "$regex" "$DAXEMU" start --instance "t$$" "$@"
	! "$DAXEMU" status --instance "t$$" >/dev/null 2>&1 || "$DAXEMU" stop --instance "t$$"
}

bad_regions() {
	local gib=1073741824
	refused "no size" 'region.*size' --region align=2M
	refused "size 0" 'size=0' --region size=0
	refused "size is no number" 'size=lots' --region size=lots
	refused "size beyond 64 bits" 'size=99999999999T' --region size=99999999999T
	refused "size no multiple of align" 'size=1000000' --region size=1000000
	refused "align is not one of three" 'align=3M' --region size=1G,align=3M
	refused "start is no number" 'start=here' --region size=1G,start=here
	refused "start misaligned" 'start=0x100001000' --region size=1G,start=0x100001000
	refused "start wraps around" 'start=0xffffffffffe00000' --region size=1G,start=0xffffffffffe00000
	refused "unknown key" 'colour' --region size=1G,colour=red
	refused "key without a value" 'size' --region size
	refused "empty" 'region' --region ''
	refused "unknown type" 'type=purple' --region size=1G,type=purple
	refused "unknown driver" 'driver=nvme' --region size=1G,driver=nvme
	refused "id is no number" 'id=one' --region size=1G,id=one
	refused "NUMA node out of range" 'numa-node=99' --region size=1G,numa-node=99
	refused "no such NUMA node" 'numa-node=63|node 63' --region size=1G,numa-node=63
	refused "a key twice" 'size=2G' --region size=1G,size=2G
	refused "target node is no number" 'target-node=far' --region size=1G,target-node=far
	refused "two regions overlap" '0x120000000|4831838208' \
		--region size=1G,start=$((4 * gib)) --region size=1G,start=$((4 * gib + gib / 2))
	refused "two regions of one id" 'id=3' --region size=1G,id=3 --region size=1G,start=16G,id=3
}

bad_files() {
	local static=size=64M,type=static
	truncate -s 1M "$T/small"
	refused "unknown backing" 'backing=paper' --region size=1G,backing=paper
	refused "missing file" "$T/none.*no such file" --region "$static,backing=file:$T/none"
	refused "a directory" "$T" --region "$static,backing=file:$T"
	refused "a file of another size" 'size=64M.*1048576' --region "$static,backing=file:$T/small"
	refused "a file under a dynamic region" 'static' --region "size=1M,type=dynamic,backing=file:$T/small"
}

bad_words() {
	refused "unknown kernel" '--abi.*5\.4' --abi 5.4
	refused "unknown node" '--node.*paper' --node paper
	refused "memory block of no power of two" '--memblock-size.*100M' --memblock-size 100M
	refused "memory block is no size" '--memblock-size.*big' --memblock-size big
	refused "unknown policy" '--auto-online.*sometimes' --auto-online sometimes
	refused "unknown option" '--frobnicate' --frobnicate
	refused "a state directory, which is not there yet" '--state' --state "$T"
	refused "option without its value" '--abi' --abi
}

bad_config() {
	printf '[region a]\nsize=1G\ncolour=red\n' >"$T/key.conf"
	printf 'this is not INI\n[[[\n' >"$T/junk.conf"
	refused "missing config file" "$T/none.conf" --config "$T/none.conf"
	refused "unknown key in it" "colour" --config "$T/key.conf"
	refused "no INI" "$T/junk.conf" --config "$T/junk.conf"
}

bad_instances() {
	local up=up$$
	fails_with "instance name with a slash" 2 '\.\./x' "$DAXEMU" start --instance ../x
	fails_with "empty instance name" 2 'instance' "$DAXEMU" start --instance ''
	fails_with "join of none" 125 "none$$" "$DAXEMU" run --join "none$$" -- true
	check_not "stop of none" "$DAXEMU" stop --instance "none$$"
	check_not "status of none" "$DAXEMU" status --instance "none$$"
	check "an instance starts" "$DAXEMU" start --instance "$up" --region size=64M
	fails_with "a second of the same name does not" 2 "$up" "$DAXEMU" start --instance "$up"
	check "the first is unharmed" "$DAXEMU" run --join "$up" -- "$BIN/mapper" /dev/dax0.0
	check "it stops" "$DAXEMU" stop --instance "$up"
}

bad_verbs() {
	fails_with "run without a command" 125 'run' "$DAXEMU" run
	fails_with "no such verb" 2 'frobnicate' "$DAXEMU" frobnicate
	fails_with "command not found" 127 'no-such-command' "$DAXEMU" run -- no-such-command
	fails_with "command not executable" 126 "$T/small" "$DAXEMU" run -- "$T/small"
}

# A private /dev without fuse.
without_fuse() {
	unshare "${USERNS[@]}" -m --propagation private bash -c '
		mount -t tmpfs tmpfs /mnt && touch /mnt/{null,zero,random,urandom,full,tty} || exit 1
		for n in null zero random urandom full tty; do mount --bind /dev/$n /mnt/$n; done
		mount --rbind /mnt /dev || exit 1
		exec "$@"' without_fuse "$@"
}

# A user without capabilities, where no user namespace may be made.
without_userns() {
	unshare -U --map-user=1000 --map-group=1000 --keep-caps bash -c '
		echo 0 >/proc/sys/user/max_user_namespaces || exit 1
		exec setpriv --ambient-caps=-all --inh-caps=-all -- "$@"' without_userns "$@"
}

bad_machines() {
	fails_with "no /dev/fuse: run" 125 '/dev/fuse' without_fuse "$DAXEMU" run -- true
	fails_with "no /dev/fuse: start" 2 '/dev/fuse' without_fuse "$DAXEMU" start --instance "t$$"
	if unshare -U --map-user=1000 --map-group=1000 --keep-caps true 2>/dev/null; then
		fails_with "no user namespaces: run" 125 'user namespace' \
			without_userns "$DAXEMU" run -- true
		check "doctor says what is missing" grep -qi 'user namespace' \
			<(without_userns "$DAXEMU" doctor 2>&1)
	fi
	check "doctor on a machine that can" "$DAXEMU" doctor
}

main() {
	can_run
	scratch
	bad_regions
	bad_files
	bad_words
	bad_config
	bad_instances
	bad_verbs
	bad_machines
	check_not "no refused run ran its command" test -e "$T/ran"
}

run_test "$@"
