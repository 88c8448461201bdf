#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The recorded answers of Linux 6.12 to daxctl's verbs and to everyday tools, on a dynamic region
# (expected/*.txt) and on a static one (expected-static/*.txt).
. "$(dirname "$0")/lib.sh"

# needs FILE: what its command cannot do without, if that is not here
needs() {
	case $1 in
	*/07-*) [ -x "$BIN/probe_libdaxctl" ] || echo "libdaxctl headers" ;;
	*/28-*) command -v numactl >/dev/null || echo numactl ;;
	*/29-*) [ -x "$BIN/probe_memkind" ] || echo "libmemkind headers" ;;
	*/37-* | */52-*) command -v ndctl >/dev/null || echo ndctl ;;
	*/31-* | */59-*) command -v lstopo-no-graphics >/dev/null || echo lstopo-no-graphics ;;
	*/60-*) mount -t tmpfs tmpfs /etc/daxctl.conf.d || echo /etc/daxctl.conf.d ;;
	esac
}

# session DIRECTORY
session() {
	local f missing
	PATH=$BIN:$HERE:$PATH
	cd "$T" || exit 1
	for f in "$HERE/$1"/*.txt; do
		missing=$(needs "$f")
		if [ -n "$missing" ]; then
			echo "no $missing: ${f##*/} left out"
		else
			replay "$f"
		fi
	done
}

main() {
	can_run
	need daxctl jq python3 hexdump stdbuf lsmem chmem
	[ ! -e /sys/devices/system/node/node1 ] || skip "recorded with one node, there are more here"
	scratch
	in_run --region size=2G,start=0x140000000,driver=kmem -- session expected
	in_run --memblock-size 128M --auto-online online_movable \
		--region type=static,size=1006M,start=0x101200000,numa-node=0,target-node=0 -- \
		session expected-static
}

run_test "$@"
