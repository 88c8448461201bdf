#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The main job as an ordinary user: user namespaces and a /dev/fuse that may be opened are enough.
. "$(dirname "$0")/lib.sh"

as_ordinary_user() {
	eq "an ordinary user without capabilities" "1000 0000000000000000" \
		"$(id -u) $(awk '/CapEff/ { print $2 }' /proc/self/status)"
	check "user namespaces" unshare -Ur true
	check "daxctl: the listing and every verb" "$HERE/daxctl.sh" short
	sub_test client.sh
	sub_test proc.sh
	lasting
	eq "no file is left in the user's runtime directory" "" "$(find "$XDG_RUNTIME_DIR" -mindepth 1)"
}

# sub_test SCRIPT: its output is ours.
sub_test() {
	if "$HERE/$1"; then pass "$1 as an ordinary user"; else fail "$1 as an ordinary user"; fi
}

lasting() {
	local name=u$$
	check "start" "$DAXEMU" start --instance $name --region size=64M
	check "join" "$DAXEMU" run --join $name -- "$BIN/mapper" /dev/dax0.0
	check "stop" "$DAXEMU" stop --instance $name
	wait_for 5 test -z "$(find "$XDG_RUNTIME_DIR" -mindepth 1)"
}

# no_process: the supervisor is a user's second process, the daemon cannot become the third.
no_process() {
	AS_USER_ID=54321 as_user prlimit --nproc=2 /mnt/build/bin/daxemu run -- true
}

main() {
	need_root "for an ordinary user all the other tests are this one"
	can_run
	need setpriv daxctl jq python3
	as_user unshare -Ur true 2>/dev/null || skip "uid 1000 may not make user namespaces here"
	fails_with "a daemon that cannot be started harms nobody" 125 "no process can be made" no_process
	export DAXEMU_NESTED=1
	as_user /mnt/src/tests/system/unprivileged.sh --inside as_ordinary_user
	eq "as uid 1000" 0 $?
	unset DAXEMU_NESTED
}

run_test "$@"
