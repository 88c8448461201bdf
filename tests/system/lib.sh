# SPDX-License-Identifier: BSD-3-Clause
# Helpers of the system tests; each script sources this file and ends with `run_test "$@"`.
#
# A script defines functions; main() is its body. `in_run [OPTION...] -- FUNCTION [ARG...]` calls one
# of them inside `daxemu run`. Every check prints one line; at the end the test looks for anything
# that was left behind: a process, a mount, a file. Exit 77 means this machine cannot run the test.
set -u

HERE=$(dirname "$(readlink -f "$0")")
SCRIPT=$(readlink -f "$0")
SRC=${SRC:-$(readlink -f "$HERE/../..")}
BUILD=${BUILD:-$SRC/build}
DAXEMU=$BUILD/bin/daxemu
BIN=$BUILD/bin/tests
PRELOAD=$BUILD/lib/libdaxemu-preload.so
# How `daxemu run` makes device files; empty for its own choice. Tests that go over CUSE set it.
NODE=(${DAXEMU_TEST_NODE:+--node "$DAXEMU_TEST_NODE"})
export SRC BUILD LC_ALL=C
unset DAXEMU_LOG

checks=0
failures=0

pass() {
	checks=$((checks + 1))
	printf 'ok    %s\n' "$1"
}

fail() {
	checks=$((checks + 1))
	failures=$((failures + 1))
	printf 'FAIL  %s\n' "$1"
	[ $# -lt 2 ] || printf '%s\n' "${@:2}" | sed 's/^/      | /'
}

skip() {
	printf 'skipped: %s\n' "$1"
	exit 77
}

# check NAME COMMAND...: the command succeeds.
check() {
	local out rc
	out=$("${@:2}" 2>&1)
	rc=$?
	if [ $rc = 0 ]; then pass "$1"; else fail "$1" "exit $rc: ${*:2}" "$out"; fi
}

# check_not NAME COMMAND...: the command fails.
check_not() {
	local out
	if out=$("${@:2}" 2>&1); then fail "$1" "should fail: ${*:2}" "$out"; else pass "$1"; fi
}

# eq NAME EXPECTED ACTUAL
eq() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "expected (-), got (+)" "$(diff -u <(printf '%s\n' "$2") <(printf '%s\n' "$3") | tail -n +3)"
	fi
}

# matches NAME REGEX ACTUAL: extended regular expression, somewhere in the text.
matches() {
	if grep -qE -- "$2" <<<"$3"; then pass "$1"; else fail "$1" "no match for: $2" "$3"; fi
}

# fails_with NAME STATUS REGEX COMMAND...: exit status, and one line on stderr that matches.
fails_with() {
	local name=$1 status=$2 regex=$3 err rc lines
	shift 3
	err=$("$@" 2>&1 >/dev/null </dev/null)
	rc=$?
	lines=$(printf '%s' "$err" | grep -c '')
	if [ "$rc" != "$status" ]; then
		fail "$name" "exit $rc, not $status: $*" "$err"
	elif [ "$lines" != 1 ]; then
		fail "$name" "$lines lines on stderr, not one: $*" "$err"
	elif ! grep -qE -- "$regex" <<<"$err"; then
		fail "$name" "no match for: $regex" "$err"
	else
		pass "$name"
	fi
}

# json: sort what daxctl prints in directory order (regions, devices, mappings), sort the keys.
json() {
	jq -S 'walk(if type == "array" then sort_by(.path? // .chardev? // .start? // .) else . end)'
}

# json_eq NAME EXPECTED-TEXT COMMAND...: the command's stdout is that JSON, order aside.
json_eq() {
	local got
	got=$("${@:3}" 2>/dev/null | json)
	eq "$1" "$(json <<<"$2")" "$got"
}

# answers: sort the JSON documents in mixed output, drop blanks at line ends.
answers() {
	local line doc=
	while IFS= read -r line; do
		case $doc$line in
		'['* | '{'*) doc+=$line$'\n' ;;
		*) printf '%s\n' "${line%"${line##*[! ]}"}" ;;
		esac
		case $line in
		']' | '}') json <<<"$doc" && doc= ;;
		esac
	done
	printf '%s' "$doc"
}

# replay FILE: a recording; run its first line, compare all it printed and, the last line, its status.
# What it prints as a uuid is UUID there.
replay() {
	local uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
	local command expected got
	command=$(head -n 1 "$1")
	expected=$(tail -n +2 "$1" | answers)
	# Line by line, as on the recording's console: else what goes to a pipe comes too late.
	got=$({ stdbuf -oL bash -c "$command"; echo "exit=$?"; } 2>&1 |
		sed -E "s/$uuid/UUID/" | answers)
	eq "$(basename "$1" .txt)" "$expected" "$got"
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
	local until=$((${EPOCHREALTIME/./} + $1 * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt $until ] || return 1
		sleep 0.02
	done
}

# need COMMAND...: skip without these programs.
need() {
	local c
	for c in "$@"; do
		command -v "$c" >/dev/null || skip "no $c here"
	done
}

# need_client PROGRAM PACKAGE: skip where the program was not built for want of a library.
need_client() {
	[ -x "$BIN/$1" ] || skip "no $2 here when $1 was to be built"
}

# can_run: skip unless this machine lets us make mounts and open /dev/fuse.
can_run() {
	[ -x "$DAXEMU" ] || { echo "FAIL  $DAXEMU is not built"; exit 1; }
	[ -c /dev/fuse ] || skip "no /dev/fuse here"
	true 2>/dev/null <>/dev/fuse || skip "/dev/fuse may not be opened here"
	unshare "${USERNS[@]}" -m true 2>/dev/null || skip "mount namespaces are not allowed here"
}

# scratch: a directory T for this test, removed at its end. No trap: a child that is killed before its
# exec would run it.
scratch() {
	T=$(mktemp -d "${TMPDIR:-/tmp}/dxt.XXXXXX") || exit 1
	export T
}

# USERNS: how unshare(1) gets the right to mount.
USERNS=(-Ur)
[ "$(id -u)" != 0 ] || USERNS=()

need_root() {
	[ "$(id -u)" = 0 ] || skip "needs root: $1"
}

# in_run [OPTION...] -- FUNCTION [ARG...]: a function of this script inside `daxemu run`.
in_run() {
	local opts=()
	while [ "$1" != -- ]; do
		opts+=("$1")
		shift
	done
	shift
	if "$DAXEMU" run "${NODE[@]}" "${opts[@]}" -- "$SCRIPT" --inside "$@"; then
		checks=$((checks + 1))
	else
		fail "inside daxemu run ${opts[*]}: $1"
	fi
}

# as_user COMMAND...: as uid 1000, or AS_USER_ID, with a /dev/fuse that may be opened and the trees in
# reach, all in a mount namespace of its own: the real /dev/fuse keeps its mode. As a plain user just
# the command.
as_user() {
	if [ "$(id -u)" != 0 ]; then
		"$@"
		return
	fi
	AS_USER_BUILD=$BUILD AS_USER_SRC=$SRC unshare -m --propagation private bash -c '
		mount -t tmpfs -o mode=755 tmpfs /mnt || exit 1
		mkdir -p /mnt/src /mnt/build /mnt/run && chown 1000:1000 /mnt/run
		mount --bind "$AS_USER_SRC" /mnt/src && mount --bind "$AS_USER_BUILD" /mnt/build || exit 1
		mknod -m 666 /mnt/fuse c 10 229 && mount --bind /mnt/fuse /dev/fuse || exit 1
		export SRC=/mnt/src BUILD=/mnt/build XDG_RUNTIME_DIR=/mnt/run HOME=/mnt/run TMPDIR=/tmp
		cd / && exec setpriv --reuid ${AS_USER_ID:-1000} --regid 1000 --clear-groups -- "$@"
	' as_user "$@"
}

# ours: exec'd processes of this test, known by a word in their environment.
ours() {
	local f pid cmd
	for f in $(grep -lsz "^DAXEMU_TEST=$DAXEMU_TEST\$" /proc/[0-9]*/environ); do
		pid=${f#/proc/}
		pid=${pid%/environ}
		cmd=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") || continue
		[ -z "$cmd" ] || printf '%s %s\n' "$pid" "$cmd"
	done 2>/dev/null
}

gone() {
	[ -z "$(ours)" ]
}

# leftovers: what a test must not leave; compared before and after.
leftovers() {
	grep -E 'daxemu' /proc/self/mountinfo
	find /run/daxemu "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/daxemu" -mindepth 1 -maxdepth 1 2>/dev/null
	find /dev -maxdepth 1 -name 'dax*' 2>/dev/null
	true
}

# run_test "$@": last line of every script.
run_test() {
	if [ "${1-}" = --inside ]; then
		shift
		"$@"
		[ $failures = 0 ]
		exit
	fi
	export DAXEMU_TEST=${DAXEMU_TEST:-$$-$EPOCHREALTIME}
	local before
	before=$(leftovers)
	main "$@"
	if [ -z "${DAXEMU_NESTED-}" ]; then
		if wait_for 5 gone; then pass "no process is left"; else fail "no process is left" "$(ours)"; fi
		eq "no mount and no file is left" "$before" "$(leftovers)"
	fi
	[ -z "${T-}" ] || rm -rf "$T"
	printf '%d checks, %d failed\n' $checks $failures
	[ $failures = 0 ]
	exit
}
