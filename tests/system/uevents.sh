#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Who hears of what happens to emulated devices: netlink listeners in a network namespace of the
# run's own or a container's, never the machine's; readers of `daxemu watch` always.
. "$(dirname "$0")/lib.sh"

BUS=/sys/bus/dax
DEV=/devices/platform/hmem.0/dax0.0
NEW=/devices/platform/hmem.0/dax0.1
REGION='size=256M,start=0x100000000,numa-node=0,target-node=1'

main() {
	can_run
	need jq udevadm
	scratch
	in_run --uevents private --region "$REGION" -- heard "$T"
	in_run --uevents private --region "$REGION" --abi 7.2 -- node_first "$T"
	in_run --uevents private -- own_network
	in_run --uevents private -- by_udevadm "$T"
	if as_user "$SCRIPT" --inside unprivileged; then pass "as a user"; else fail "as a user"; fi
	in_run -- watched "$T"
	machine_hears_nothing
	container_hears
	lasting
	in_run --region size=64M -- slow "$T"
	fails_with "uevents: an unknown place" 125 '^daxemu: --uevents=loud: must be ' \
		"$DAXEMU" run --uevents loud -- true
	fails_with "uevents: private is for run" 2 '^daxemu: --uevents=private: is for ' \
		"$DAXEMU" start --uevents private
	fails_with "watch: no such instance" 2 '^daxemu: --instance=nobody: there is no such' \
		"$DAXEMU" watch --instance nobody
}

unprivileged() {
	scratch
	chmod 755 "$T"
	in_run --uevents private --region "$REGION" -- heard "$T"
	in_run -- status_says false
	if unshare -Urn true 2>/dev/null; then
		check "a user's container hears" unshare -Urn "$DAXEMU" run -- \
			"$SCRIPT" --inside container "$T" true
	fi
}

# listen FILE: sets LISTENER; hears from its return on
listen() {
	"$BIN/listener" >"$1" &
	LISTENER=$!
	wait_for 5 grep -q ready "$1" || fail "the listener starts"
}

# watch FILE [OPTION...]: sets WATCHER; sees from its return on
watch() {
	local file=$1
	shift
	"$DAXEMU" watch "$@" >"$file" &
	WATCHER=$!
	# Marks until one comes through.
	wait_for 5 mark_until "$file" || fail "watch starts"
}

mark_until() {
	echo change >$BUS/uevent
	sleep 0.05
	[ -s "$1" ]
}

# settle FILE: until everything up to now is in it
settle() {
	local uuid
	uuid=$(cat /proc/sys/kernel/random/uuid)
	echo "change $uuid" >$BUS/uevent
	wait_for 5 grep -q "$uuid" "$1" || fail "what was sent arrives"
}

# events FILE: what a listener heard, without what says where it is in time. A network namespace that
# the machine's root made hears the machine's own events too.
events() {
	sed -e '/|SUBSYSTEM=\(dax\|memory\|memory_tiering\|node\|platform\)\(|\|$\)/!d' -e 's/|SEQNUM=[0-9]*$//' "$1"
}

# json_events FILE: what watch saw, as events() prints
json_events() {
	jq -r 'select(.subsystem != "bus") |
		"\(.action)@\(.devpath)|ACTION=\(.action)|DEVPATH=\(.devpath)|SUBSYSTEM=\(.subsystem)" +
		(to_entries | map(select(.key | test("^[A-Z]")) | "|\(.key)=\(.value)") | join(""))' "$1"
}

# message ACTION PATH SUBSYSTEM [VARIABLE...]
message() {
	printf '%s@%s|ACTION=%s|DEVPATH=%s|SUBSYSTEM=%s' "$1" "$2" "$1" "$2" "$3"
	shift 3
	[ $# = 0 ] || printf '|%s' "$@"
	echo
}

dev_message() {
	message "$1" "$DEV" dax MAJOR=252 MINOR=0 DEVNAME=dax0.0 "${@:2}"
}

new_message() {
	message "$1" "$NEW" dax MAJOR=252 MINOR=1 DEVNAME=dax0.1 MODALIAS=dax:t0
}

memory_message() {
	message "$1" "/devices/system/memory/memory$2" memory
}

tier_message() {
	message "$1" /devices/virtual/memory_tiering/memory_tier22 memory_tiering
}

changes() {
	local dev=$BUS/devices/dax0.0 region
	region=$(readlink -f $dev/..)
	echo dax0.0 >$dev/driver/unbind
	echo 0 >$dev/size
	echo 1 >"$region/dax_region/create"
	echo dax0.1 >"$region/dax_region/delete"
	echo $((256 << 20)) >$dev/size
	echo dax0.0 >$BUS/drivers/kmem/new_id
	echo online_movable >/sys/devices/system/memory/memory33/state
	echo offline >/sys/devices/system/memory/memory33/state
	echo dax0.0 >$dev/driver/unbind
	echo dax0.0 >$BUS/drivers/kmem/remove_id
	echo dax0.0 >$BUS/drivers/device_dax/new_id
	echo 'change fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed A=1' >$dev/uevent
	echo remove >$dev/mapping0/uevent
	echo hmem.0 >/sys/bus/platform/drivers/hmem/unbind
	echo hmem.0 >/sys/bus/platform/drivers/hmem/bind
}

# What Linux 6.12 sends for changes().
expected() {
	dev_message unbind
	new_message add
	new_message remove
	memory_message add 32
	memory_message add 33
	message add /devices/system/node/node1 node
	dev_message bind DRIVER=kmem MODALIAS=dax:t0
	tier_message add
	memory_message online 33
	tier_message remove
	memory_message offline 33
	memory_message remove 32
	memory_message remove 33
	message remove /devices/system/node/node1 node
	dev_message unbind
	dev_message bind DRIVER=device_dax MODALIAS=dax:t0
	message change $DEV dax SYNTH_UUID=fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed SYNTH_ARG_A=1 \
		MAJOR=252 MINOR=0 DEVNAME=dax0.0 DRIVER=device_dax MODALIAS=dax:t0
	dev_message unbind
	dev_message remove MODALIAS=dax:t0
	message unbind /devices/platform/hmem.0 platform
	dev_message add MODALIAS=dax:t0
	dev_message bind DRIVER=device_dax MODALIAS=dax:t0
	message bind /devices/platform/hmem.0 platform DRIVER=hmem MODALIAS=platform:hmem
}

heard() {
	listen "$1/heard"
	watch "$1/watched"
	changes
	settle "$1/heard"
	settle "$1/watched"
	kill $LISTENER $WATCHER
	eq "private: a listener hears what the kernel would send" "$(expected)" "$(events "$1/heard")"
	eq "private: numbered" "$(sed -n 's/.*|SEQNUM=//p' "$1/heard" | sort -nu)" \
		"$(sed -n 's/.*|SEQNUM=//p' "$1/heard")"
	eq "private: watch sees the same" "$(expected)" "$(json_events "$1/watched")"
	eq "watch: numbered without a gap" "$(jq -s length "$1/watched")" \
		"$(jq -s '.[-1].seqnum - .[0].seqnum + 1' "$1/watched")"
	status_says true
}

status_says() {
	eq "status: netlink_uevents is $1" "$1" "$("$DAXEMU" status | jq '.[0].netlink_uevents')"
}

node_first() {
	listen "$1/7.2"
	echo dax0.0 >$BUS/devices/dax0.0/driver/unbind
	echo dax0.0 >$BUS/drivers/kmem/new_id
	settle "$1/7.2"
	kill $LISTENER
	eq "7.2: the node comes before its blocks" 'unbind dax0.0 add node1 add memory32 add memory33 bind dax0.0' \
		"$(events "$1/7.2" | sed 's/@.*DEVPATH=\([^|]*\/\)\([^|]*\).*/ \2/' | paste -sd ' ')"
}

own_network() {
	eq "private: only lo" lo "$(sed -n 's/^ *\([^ :]*\):.*/\1/p' /proc/net/dev)"
	matches "private: lo is up" 'refused' "$( (: >/dev/tcp/127.0.0.1/9) 2>&1)"
}

by_udevadm() {
	timeout 20 stdbuf -oL udevadm monitor --kernel --property --subsystem-match=dax >"$1/udevadm" &
	wait_for 5 grep -q 'kernel uevent' "$1/udevadm"
	sleep 0.3
	echo change >$BUS/devices/dax0.0/uevent
	check "udevadm monitor hears" wait_for 5 grep -q '^DEVNAME=/dev/dax0.0' "$1/udevadm"
	kill %%
}

watched() {
	local first
	watch "$1/w1"
	first=$WATCHER
	watch "$1/w2"
	changes_short
	settle "$1/w1"
	settle "$1/w2"
	kill "$first" "$WATCHER"
	eq "watch: without a private network too" "$(dev_message unbind)" "$(json_events "$1/w1")"
	eq "watch: two see the same" "$(json_events "$1/w1")" "$(json_events "$1/w2")"
	status_says "$(in_own_network && echo true || echo false)"
}

changes_short() {
	echo dax0.0 >$BUS/devices/dax0.0/driver/unbind
}

# Whether this test itself is in a network namespace that is not the machine's.
in_own_network() {
	[ ! -e /proc/sys/net/core/netdev_max_backlog ]
}

# By default the machine's own udev is told nothing.
machine_hears_nothing() {
	in_own_network && return
	listen "$T/machine"
	"$DAXEMU" run -- bash -c "echo dax0.0 >$BUS/devices/dax0.0/driver/unbind"
	sleep 0.3
	kill $LISTENER
	eq "auto: the machine hears nothing" '' "$(grep -e SUBSYSTEM=dax "$T/machine")"
}

# A network namespace that the machine's root made, as for a container.
container_hears() {
	[ "$(id -u)" = 0 ] || return 0
	check "auto: a container hears" unshare -n "$DAXEMU" run -- "$SCRIPT" --inside container "$T" true
	check "off: a container hears nothing" \
		unshare -n "$DAXEMU" run --uevents off -- "$SCRIPT" --inside container "$T" false
}

# container DIR HEARS
container() {
	status_says "$2"
	listen "$1/container"
	watch "$1/watched"
	changes_short
	settle "$1/watched"
	[ "$2" = false ] || settle "$1/container"
	kill $LISTENER $WATCHER
	eq "in a container" "$([ "$2" = false ] || dev_message unbind)" "$(events "$1/container")"
}

lasting() {
	export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-$T}
	"$DAXEMU" start --instance uevents
	"$DAXEMU" watch --instance uevents >"$T/outside" &
	local watcher=$!
	check "lasting: changes in a joined run" \
		"$DAXEMU" run --join uevents -- "$SCRIPT" --inside joined "$T"
	"$DAXEMU" stop --instance uevents
	wait $watcher
	eq "lasting: watch ends with the instance" 0 $?
	eq "lasting: watch outside sees what a run does" "$(dev_message unbind)" "$(json_events "$T/outside")"
	eq "lasting: and inside" "$(dev_message unbind)" "$(json_events "$T/inside")"
}

joined() {
	watch "$1/inside"
	wait_for 5 mark_until "$1/outside" || fail "watch outside starts"
	changes_short
	settle "$1/inside"
	settle "$1/outside"
	kill $WATCHER
	eq "lasting: status inside is of the joined instance" uevents \
		"$("$DAXEMU" status | jq -r '.[0].instance')"
	check "lasting: maps inside" "$DAXEMU" maps
}

# A reader that has stopped reading makes nobody wait, and hears how much it missed.
slow() {
	local region daemon before i all=2000
	echo dax0.0 >$BUS/devices/dax0.0/driver/unbind
	echo 0 >$BUS/devices/dax0.0/size
	region=$(readlink -f $BUS/devices/dax0.0/..)/dax_region
	watch "$1/slow"
	kill -STOP $WATCHER
	daemon=$("$DAXEMU" status | jq '.[0].pid')
	before=$SECONDS
	for ((i = 0; i < all / 2; i++)); do
		echo 1 >"$region/create"
		echo dax0.1 >"$region/delete"
	done
	check "slow: nobody waits" test $((SECONDS - before)) -lt 60
	kill -CONT $WATCHER
	check "slow: it is told" wait_for 5 grep -q '"lost"' "$1/slow"
	settle "$1/slow"
	kill $WATCHER
	eq "slow: nothing is lost without being told" $all \
		"$(jq -s 'map(if .lost then .lost elif .subsystem == "dax" then 1 else 0 end) | add' "$1/slow")"
	check "slow: the daemon lives" kill -0 "$daemon"
}

run_test "$@"
