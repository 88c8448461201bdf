#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The recorded answers of Linux 6.12 to daxctl's verbs and to everyday tools: expected/*.txt.
. "$(dirname "$0")/lib.sh"

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

# replay FILE: run its command, compare all it printed and its exit status.
replay() {
	local command expected got
	command=$(head -n 1 "$1")
	expected=$(tail -n +2 "$1" | answers)
	# Line by line, as on the recording's console: else what goes to a pipe comes too late.
	got=$({ stdbuf -oL bash -c "$command"; echo "exit=$?"; } 2>&1 | answers)
	eq "$(basename "$1" .txt)" "$expected" "$got"
}

session() {
	local f
	PATH=$BIN:$HERE:$PATH
	cd "$T" || exit 1
	for f in "$HERE"/expected/*.txt; do
		case $f in
		*/07-*) [ -x "$BIN/probe_libdaxctl" ] || { echo "no libdaxctl headers: $f left out"; continue; } ;;
		esac
		replay "$f"
	done
}

main() {
	can_run
	need daxctl jq python3 hexdump stdbuf
	scratch
	in_run --region size=2G,start=0x140000000,driver=kmem -- session
}

run_test "$@"
