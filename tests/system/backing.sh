#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Where a region's bytes live: memfd, huge pages, the user's own file, a NUMA node.
. "$(dirname "$0")/lib.sh"

STATIC_DEV=/sys/bus/dax/devices/dax0.0

on_memfd() {
	check "memfd: the mapping program" "$BIN/mapper" /dev/dax0.0
	matches "memfd: named in /proc/PID/maps as the device" ' /dev/dax0.0' "$(python3 -c '
import mmap, os
m = mmap.mmap(os.open("/dev/dax0.0", os.O_RDWR), 2 << 20)
print(open("/proc/self/maps").read())' | grep dax)"
}

on_node() {
	eq "numa-node: the attribute" 0 "$(cat $STATIC_DEV/numa_node)"
	check "numa-node: the mapping program" "$BIN/mapper" /dev/dax0.0
}

# write_pattern FILE: the same bytes at the same places, through a mapping for a device, else by write.
write_pattern() {
	python3 - "$1" <<-'PY'
		import mmap, os, stat, sys
		fd = os.open(sys.argv[1], os.O_RDWR)
		size = 64 << 20
		m = None
		if stat.S_ISCHR(os.fstat(fd).st_mode):
		    m = mmap.mmap(fd, size)
		for off, text in ((0, b"first"), (4095, b"straddles"), (33 << 20, b"x" * 12345), (size - 4, b"last")):
		    if m:
		        m[off:off + len(text)] = text
		    else:
		        os.pwrite(fd, text, off)
	PY
}

file_listed() {
	eq "file: the region is the file" "67108864 /dev/dax0.0" "$(cat $STATIC_DEV/size) $(echo /dev/dax*)"
	eq "file: a static region" "no create" \
		"$(test -e $STATIC_DEV/../dax_region/create && echo create || echo no create)"
	daxctl list -RDM >/dev/null
}

file_written() {
	eq "file: its bytes are the device's" "$(head -c 32 "$T/plain" | sha256sum)" \
		"$(python3 -c '
import mmap, os, sys
m = mmap.mmap(os.open("/dev/dax0.0", os.O_RDONLY), 2 << 20, prot=mmap.PROT_READ)
sys.stdout.buffer.write(m[0:32])' | sha256sum)"
	check "file: stores" write_pattern /dev/dax0.0
}

state_of() {
	stat -c '%i %s %y' "$1"
	sha256sum <"$1"
}

file_backing() {
	local before region
	head -c 64M /dev/urandom >"$T/file"
	cp "$T/file" "$T/plain"
	before=$(state_of "$T/file")
	region=size=64M,type=static,start=0x100000000,backing=file:$T/file
	in_run --region "$region" -- file_listed
	eq "file: untouched when only listed" "$before" "$(state_of "$T/file")"
	in_run --region "$region" -- file_written
	write_pattern "$T/plain"
	eq "file: what was stored is in it, byte for byte" "$(sha256sum <"$T/plain")" \
		"$(sha256sum <"$T/file")"
	in_run --region "$region" -- file_rebound
	eq "file: complete after disable and enable" "$(sha256sum <"$T/plain")" "$(sha256sum <"$T/file")"
	eq "file: nothing beside it" "file plain" "$(echo $(ls -A "$T"))"
}

file_rebound() {
	daxctl disable-device dax0.0 2>/dev/null
	daxctl enable-device dax0.0 2>/dev/null
	check "file: maps again after disable and enable" "$BIN/mapper" --load /dev/dax0.0 0
}

on_hugetlb() {
	check "hugetlb: the mapping program" "$BIN/mapper" /dev/dax0.0
	matches "hugetlb: mapped by huge pages" 'KernelPageSize: +2048 kB' "$(python3 -c '
import mmap, os
m = mmap.mmap(os.open("/dev/dax0.0", os.O_RDWR), 2 << 20)
m[0] = 1
print(open("/proc/self/smaps").read())' | grep -A3 'dax')"
}

free_huge_pages() {
	awk '/HugePages_(Free|Rsvd)/ { print $2 }' /proc/meminfo | paste -sd' '
}

hugetlb() {
	local pages=/proc/sys/vm/nr_hugepages before sentence
	if [ "$(id -u)" != 0 ] || ! [ -w $pages ]; then
		echo "huge pages left out: root sets $pages"
		return
	fi
	before=$(cat $pages)
	trap 'echo '"$before"' >/proc/sys/vm/nr_hugepages' EXIT
	if ! echo 10 >$pages || [ "$(cat $pages)" != 10 ] || [ "$(free_huge_pages)" != "10 0" ]; then
		echo "huge pages left out: this machine does not give them"
		return
	fi
	sentence='3[23] huge pages.* 10 are free.*nr_hugepages'
	fails_with "hugetlb: too few, run" 125 "$sentence" \
		"$DAXEMU" run --region size=64M,backing=hugetlb -- true
	fails_with "hugetlb: too few, start" 2 "$sentence" \
		"$DAXEMU" start --instance "t$$" --region size=64M,backing=hugetlb
	eq "hugetlb: none was kept" "10 0" "$(free_huge_pages)"
	echo 40 >$pages
	if [ "$(cat $pages)" != 40 ]; then
		echo "huge pages partly left out: no 40 of them"
		return
	fi
	in_run --region size=64M,backing=hugetlb -- on_hugetlb
	wait_for 5 gone
	eq "hugetlb: all are given back" "40 0" "$(free_huge_pages)"
	echo "$before" >$pages
}

main() {
	can_run
	need daxctl python3 sha256sum
	scratch
	in_run --region size=256M -- on_memfd
	in_run --region size=256M,numa-node=0 -- on_node
	file_backing
	hugetlb
}

run_test "$@"
