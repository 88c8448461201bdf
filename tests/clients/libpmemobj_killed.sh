#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A process that is killed in the middle of transactions leaves a pool that recovers: hundreds of
# times, at random instants, also while it recovers from the last time; alone in its run, in a lasting
# instance, and together with its run.
. "$(dirname "$0")/../system/lib.sh"

# random_sleep MAX: up to that many tenths of a millisecond
random_sleep() {
	sleep "$(printf '0.%04d' $((RANDOM % $1)))"
}

# kill_one COMMAND...: a command that ends in `ledger work` is killed, mostly at work. Each kill, and
# each opening that found the pool whole, is a line in the file $T/log; all else is a complaint.
kill_one() {
	local pid word
	exec 3< <(exec "$@" 2>&1)
	pid=$!
	if ((RANDOM % 5)); then
		read -r -t 30 word <&3 && echo "$word" >>"$T/log"
		random_sleep 300
	else
		random_sleep 1500
	fi
	kill -KILL $pid
	wait $pid 2>/dev/null
	cat <&3 >>"$T/log"
	exec 3<&-
	echo killed >>"$T/log"
}

# kill_many COUNT SECONDS COMMAND...: so many times, or for so long
kill_many() {
	local count=$1 until=$((EPOCHSECONDS + $2))
	shift 2
	while [ $((count--)) -gt 0 ] && [ $EPOCHSECONDS -lt $until ]; do
		kill_one "$@"
		# Where a run was killed, what was in it dies a little later.
		[ "$1" = ledger ] || wait_for 5 not_at_work
	done
}

not_at_work() {
	! ours | grep -q 'ledger work'
}

work=(ledger work /dev/dax0.0)

alone() {
	[ -e "$T/serial" ] || ledger create /dev/dax0.0 || exit
	kill_many "$1" "$2" "${work[@]}" "$T/serial"
	ledger check /dev/dax0.0 "$T/serial" && echo open >>"$T/log"
}

in_a_lasting_instance() {
	local run=("$DAXEMU" run --join "k$$" --)
	"$DAXEMU" start --instance "k$$" --region "$region" || return
	"${run[@]}" "$SCRIPT" --inside alone 40 5
	kill_many 20 5 "${run[@]}" "${work[@]}" "$T/serial"
	"${run[@]}" ledger check /dev/dax0.0 "$T/serial" && echo open >>"$T/log"
	"$DAXEMU" stop --instance "k$$"
}

with_its_run() {
	kill_many 20 6 "$DAXEMU" run --region "$region" -- "${work[@]}" "$T/serial"
}

# How many kills were followed by an opening, if not at once then after more kills.
recovered() {
	awk '$0 == "killed" { since++ } $0 == "open" { sum += since; since = 0 } END { print sum + 0 }' "$T/log"
}

main() {
	local region kills
	can_run
	need_client ledger libpmemobj-dev
	PATH=$BIN:$PATH
	scratch
	region=size=64M,type=static,backing=file:$T/pool
	truncate -s 64M "$T/pool"
	in_run --region "$region" -- alone 240 20
	check "a lasting instance" in_a_lasting_instance
	with_its_run
	in_run --region "$region" -- alone 0 0
	eq "nobody complains" "" "$(grep -vxE 'open|killed|daxemu: told to end before COMMAND was started' "$T/log")"
	kills=$(grep -cx killed "$T/log")
	eq "each pool recovers" "$kills" "$(recovered)"
	check "dozens of kills" test "$kills" -ge 50
	echo "report: pmemobj: $kills kills, $(recovered) pools recovered"
}

run_test "$@"
