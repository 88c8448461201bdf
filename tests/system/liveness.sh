#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Processes store at full speed while their device is unbound and bound again, on each kind of
# memory; a user's file has every byte afterwards.
. "$(dirname "$0")/lib.sh"

SECONDS_EACH=4

# storm NAME: inside a run
storm() {
	local said
	if said=$("$BIN/storm" dax0.0 $SECONDS_EACH 2>&1); then
		pass "$1: no store is lost"
	else
		fail "$1: no store is lost" "$said"
	fi
	echo "report: storm, $1: $said"
}

# The words of writer 0 in the device, and nothing behind: a checksum of all its bytes
sum_device() {
	python3 -c '
import hashlib, mmap, os
fd = os.open("/dev/dax0.0", os.O_RDONLY)
print(hashlib.sha256(mmap.mmap(fd, 64 << 20, mmap.MAP_SHARED, mmap.PROT_READ)).hexdigest())'
}

storm_on_file() {
	storm "a user's file"
	sum_device >"$1"
}

on_file() {
	truncate -s 64M "$T/user"
	in_run --region "type=static,backing=file:$T/user" -- storm_on_file "$T/sum"
	eq "the file has what was stored" "$(cat "$T/sum")" "$(sha256sum "$T/user" | cut -d' ' -f1)"
	eq "and is alone" "sum user" "$(cd "$T" && shopt -s dotglob && echo *)"
}

on_huge_pages() {
	local pages=/proc/sys/vm/nr_hugepages before
	[ "$(id -u)" = 0 ] || return 0
	before=$(cat $pages)
	trap 'echo '"$before"' >/proc/sys/vm/nr_hugepages' EXIT
	echo $((before + 40)) >$pages
	if [ "$(cat $pages)" -ge $((before + 33)) ]; then
		in_run --region size=64M,backing=hugetlb -- storm "huge pages"
	fi
	echo "$before" >$pages
	trap - EXIT
}

main() {
	can_run
	need python3
	scratch
	in_run --region size=64M -- storm "anonymous memory"
	on_file
	on_huge_pages
}

run_test "$@"
