#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The recorded answers of Linux 6.12 to daxctl's verbs and to everyday tools: expected/*.txt.
. "$(dirname "$0")/lib.sh"

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
