#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# 32-bit programs: one LD_PRELOAD serves both kinds, and both see the same memory.
. "$(dirname "$0")/lib.sh"

# lines PREFIX PROGRAM ARG...: each check of the program is one of ours.
lines() {
	local line prefix=$1 status
	shift
	while IFS= read -r line; do
		case $line in
		"ok    "*) pass "$prefix: ${line#ok    }" ;;
		FAIL*) fail "$prefix: ${line#FAIL  }" ;;
		"exit "*) status=$line ;;
		*) printf '%s\n' "$line" ;;
		esac
	done < <("$@" 2>&1; echo "exit $?")
	eq "$prefix: exit status" "exit 0" "$status"
}

on_large() {
	lines narrow "$BIN/narrow" /dev/dax0.0 $((6 << 30))
	eq "a 64-bit program loads what it stored" "narrow at 5G" \
		"$("$BIN/mapper" --load /dev/dax0.0 $((5 << 30)))"
	"$BIN/mapper" --store /dev/dax0.0 $((1 << 30)) "wide at 1G"
	eq "and the other way round" "wide at 1G" "$("$BIN/mapper32" --load /dev/dax0.0 $((1 << 30)))"
	eq "ld.so has nothing to say, of neither kind" "" "$("$BIN/narrow" 2>&1; "$BIN/mapper" --none 2>&1 |
		grep -v '^\(usage\|mapper\):')"
}

on_default() {
	lines mapper32 "$BIN/mapper32" /dev/dax0.0
	eq "the battery says what it says with 64 bits" "$("$BIN/battery" /dev/dax0.0 $((1 << 30)) 2>&1)" \
		"$("$BIN/battery32" /dev/dax0.0 $((1 << 30)) 2>&1)"
}

main() {
	can_run
	[ -x "$BIN/narrow" ] || skip "the compiler has no -m32 (Debian: gcc-multilib)"
	"$BIN/narrow" 2>/dev/null
	[ $? = 2 ] || skip "this kernel runs no 32-bit programs"
	in_run --region size=6G -- on_large
	in_run -- on_default
}

run_test "$@"
