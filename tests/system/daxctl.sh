#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Debian's daxctl, unmodified, on the default instance: the listing, every verb, devices side by
# side, holes, several ranges; and what else clients need of the dax tree, each a named check.
. "$(dirname "$0")/lib.sh"

REGION=/sys/devices/platform/hmem.0
MIB=$((1 << 20))

default_listing='[ { "path": "/platform/hmem.0", "id": 0, "size": 1073741824, "align": 2097152,
  "devices": [ { "chardev": "dax0.0", "size": 1073741824, "target_node": 1, "align": 2097152,
    "mode": "devdax", "mappings": [
      { "page_offset": 0, "start": 4294967296, "end": 5368709119, "size": 1073741824 } ] } ] } ]'

listing() {
	json_eq "daxctl list -RDM is the default region" "$default_listing" daxctl list -RDM
}

# geometry DEV: its ranges as page_offset:start:size, by page offset, in pages and MiB.
geometry() {
	daxctl list -M -d "$1" | jq -r '.[0].mappings | sort_by(.page_offset)[] |
		"\(.page_offset):\(.start / 1048576):\(.size / 1048576)"' | paste -sd' '
}

field() {
	daxctl list -i -d "$1" | jq -r ".[0].$2"
}

# daxctl's counts go to stderr
said() {
	eq "$1" "$2" "$("${@:3}" 2>&1 >/dev/null)"
}

# last_line VERB...: daxctl, with only the last line of what it says on stderr.
last_line() {
	local out rc
	out=$(daxctl "$@" 2>&1)
	rc=$?
	tail -n 1 <<<"$out" >&2
	return $rc
}

verbs() {
	said "disable-device" "disabled 1 device" daxctl disable-device dax0.0
	eq "disabled shows with -i" disabled "$(field dax0.0 state)"
	said "reconfigure-device -s shrinks" "reconfigured 1 device" \
		daxctl reconfigure-device -s 256M dax0.0
	eq "size after -s" $((256 * MIB)) "$(field dax0.0 size)"
	said "enable-device" "enabled 1 device" daxctl enable-device dax0.0
	eq "device_dax is bound" device_dax "$(basename "$(readlink $REGION/dax0.0/driver)")"
	fails_with "create-device refuses a size that is no multiple" 250 "created 0 devices" \
		last_line create-device -s 1000000
	said "create-device -s -a takes the seed it left" "created 1 device" \
		daxctl create-device -s 128M -a 4K
	eq "its align" 4096 "$(field dax0.1 align)"
	said "create-device takes the rest" "created 1 device" daxctl create-device
	eq "its size" $((640 * MIB)) "$(field dax0.3 size)"
	eq "the region is full" null "$(daxctl list -R | jq '.[0].available_size')"
	fails_with "create-device in a full region" 228 "created 0 devices" last_line create-device
	said "destroy-device -f" "destroyed 1 device" daxctl destroy-device -f dax0.1
	eq "a hole is left" $((128 * MIB)) "$(daxctl list -R | jq '.[0].available_size')"
	fails_with "destroy-device of an active device" 250 "destroyed 0 devices" \
		last_line destroy-device dax0.3
	matches "destroy all" "destroyed 2 devices" "$(daxctl destroy-device -f all 2>&1)"
	eq "an empty device is not listed without -i" "" "$(daxctl list 2>&1)"
	eq "dax0.0 stays, empty" "0 dax0.0" "$(field dax0.0 size) $(echo $(ls /sys/bus/dax/devices))"
	eq "and alone in /dev" /dev/dax0.0 "$(echo /dev/dax*)"
}

# Three devices, the middle one taken out, its hole filled by another: two ranges.
holes() {
	daxctl disable-device dax0.0 2>/dev/null
	daxctl reconfigure-device -s 256M dax0.0 2>/dev/null
	daxctl create-device -s 256M >/dev/null 2>&1
	daxctl create-device -s 256M >/dev/null 2>&1
	eq "dax0.1 lies behind dax0.0" 0:4352:256 "$(geometry dax0.1)"
	eq "dax0.2 lies behind dax0.1" 0:4608:256 "$(geometry dax0.2)"
	daxctl destroy-device -f dax0.1 2>/dev/null
	daxctl disable-device dax0.2 2>/dev/null
	said "grow over the hole and the tail" "reconfigured 1 device" \
		daxctl reconfigure-device -s 768M dax0.2
	eq "the hole becomes a range of its own, so does the tail behind the old range" \
		"0:4608:256 65536:4352:256 131072:4864:256" "$(geometry dax0.2)"
	said "a device of several ranges is enabled" "enabled 1 device" daxctl enable-device dax0.2
	check "and mapped over all its ranges" "$BIN/mapper" /dev/dax0.2
	daxctl disable-device dax0.2 2>/dev/null
	said "shrink gives back the last range first" "reconfigured 1 device" \
		daxctl reconfigure-device -s 512M dax0.2
	eq "two ranges are left" "0:4608:256 65536:4352:256" "$(geometry dax0.2)"
	said "reconfigure-device -a while disabled, with -s" "reconfigured 1 device" \
		daxctl reconfigure-device -s 512M -a 4K dax0.2
	eq "align follows" 4096 "$(field dax0.2 align)"
}

# By item of the list of what clients must find.
must_have() {
	item_node
	item_char_link
	item_links
	item_attributes
	item_writes
	item_drivers
	item_region
	item_initstate
}

item_node() {
	eq "1 a character device, 0600 root" "crw------- 0 0" "$(stat -c '%A %u %g' /dev/dax0.0)"
	daxctl disable-device dax0.0 2>/dev/null
	check "1 present while disabled" test -c /dev/dax0.0
	matches "1 open of a disabled device is ENXIO" 'No such device or address' \
		"$(cat /dev/dax0.0 2>&1)"
	daxctl reconfigure-device -s 512M dax0.0 2>/dev/null
	echo 1 >$REGION/dax_region/create
	check "1 present at size 0" test -c /dev/dax0.1
	matches "1 open at size 0 is ENXIO" 'No such device or address' "$(cat /dev/dax0.1 2>&1)"
	eq "1 the number is stable" "$(cat $REGION/dax0.0/dev)" \
		"$(stat -c %Hr:%Lr /dev/dax0.0)"
	echo dax0.1 >$REGION/dax_region/delete
	check_not "1 gone with its device" test -e /dev/dax0.1
	daxctl reconfigure-device -s 1G dax0.0 2>/dev/null
	daxctl enable-device dax0.0 2>/dev/null
}

item_char_link() {
	local number
	number=$(cat $REGION/dax0.0/dev)
	eq "2 /sys/dev/char leads to the device" "$REGION/dax0.0" "$(realpath "/sys/dev/char/$number")"
	eq "2 whose subsystem is the bus" /sys/bus/dax "$(realpath "/sys/dev/char/$number/subsystem")"
}

item_links() {
	eq "4 the bus link's text" "../../../devices/platform/hmem.0/dax0.0" \
		"$(readlink /sys/bus/dax/devices/dax0.0)"
	eq "4 the number link's text" "../../devices/platform/hmem.0/dax0.0" \
		"$(readlink "/sys/dev/char/$(cat $REGION/dax0.0/dev)")"
	eq "4 the driver link's text" "../../../../bus/dax/drivers/device_dax" \
		"$(readlink $REGION/dax0.0/driver)"
	eq "4 the driver's own link" "../../../../devices/platform/hmem.0/dax0.0" \
		"$(readlink /sys/bus/dax/drivers/device_dax/dax0.0)"
	check_not "4 no /sys/class/dax" test -e /sys/class/dax
}

item_attributes() {
	local a
	a=$(cd $REGION/dax0.0 && for f in size resource align target_node numa_node modalias; do
		echo "$f $(stat -c %a $f) $(cat $f)"; done)
	eq "5 attributes, modes and values" "size 644 1073741824
resource 400 0x100000000
align 644 2097152
target_node 444 1
numa_node 444 0
modalias 444 dax:t0" "$a"
	eq "5 a mapping" "0x100000000 0x13fffffff 0x0" \
		"$(cd $REGION/dax0.0/mapping0 && echo $(cat start end page_offset))"
	eq "5 one read gives the whole value" "1073741824" \
		"$(dd if=$REGION/dax0.0/size bs=1024 count=1 status=none)"
	eq "5 an attribute's st_size" 4096 "$(stat -c %s $REGION/dax0.0/size)"
}

# write TEXT FILE: one write(2) of exactly these bytes; prints errno or the count.
write_bytes() {
	python3 - "$1" "$2" <<-'PY'
		import os, sys, codecs
		data = codecs.decode(sys.argv[1], "unicode_escape").encode("latin1")
		try:
		    fd = os.open(sys.argv[2], os.O_WRONLY)
		    n = os.write(fd, data)
		    print("all" if n == len(data) else n)
		except OSError as e:
		    import errno
		    print(errno.errorcode[e.errno])
	PY
}

item_writes() {
	local size=$REGION/dax0.0/size
	daxctl disable-device dax0.0 2>/dev/null
	eq "6 trailing NUL, as daxctl writes" all "$(write_bytes '0x20000000\0' $size)"
	eq "6 it took effect" 536870912 "$(cat $size)"
	eq "6 newline and NUL" all "$(write_bytes '0x10000000\n\0' $size)"
	eq "6 it took effect" 268435456 "$(cat $size)"
	eq "6 newline" all "$(write_bytes '536870912\n' $size)"
	eq "6 nothing behind" all "$(write_bytes '1073741824' $size)"
	eq "6 it took effect" 1073741824 "$(cat $size)"
	eq "6 errors come from write(2): unaligned" EINVAL "$(write_bytes '12345\n' $size)"
	eq "6 errors come from write(2): too large" ENOSPC "$(write_bytes '2147483648\n' $size)"
	eq "6 a refused write changes nothing" 1073741824 "$(cat $size)"
	daxctl enable-device dax0.0 2>/dev/null
	eq "6 busy while bound" EBUSY "$(write_bytes '1073741824\n' $size)"
	eq "6 no write to a read-only attribute" EACCES "$(write_bytes '1\n' $REGION/dax0.0/target_node)"
}

item_drivers() {
	local drv=/sys/bus/dax/drivers/device_dax d
	for d in device_dax kmem; do
		eq "7 $d has its files" "200 200 200 200" \
			"$(echo $(cd /sys/bus/dax/drivers/$d && stat -c %a bind unbind new_id remove_id))"
	done
	eq "7 remove_id" all "$(write_bytes 'dax0.0\0' $drv/remove_id)"
	eq "7 it does not unbind" device_dax "$(basename "$(readlink $REGION/dax0.0/driver)")"
	eq "7 unbind" all "$(write_bytes 'dax0.0\0' $drv/unbind)"
	check_not "7 the driver link is gone" test -L $REGION/dax0.0/driver
	eq "7 unbind again" ENODEV "$(write_bytes 'dax0.0\0' $drv/unbind)"
	eq "7 bind without an id" ENODEV "$(write_bytes 'dax0.0\0' $drv/bind)"
	eq "7 new_id" all "$(write_bytes 'dax0.0\0' $drv/new_id)"
	eq "7 binds at once" device_dax "$(basename "$(readlink $REGION/dax0.0/driver)")"
	eq "7 then bind is EBUSY" EBUSY "$(write_bytes 'dax0.0\0' $drv/bind)"
	eq "7 a malformed id" EINVAL "$(write_bytes 'dax0\n' $drv/new_id)"
}

item_region() {
	local r=$REGION/dax_region
	daxctl disable-device dax0.0 2>/dev/null
	daxctl reconfigure-device -s 512M dax0.0 2>/dev/null
	eq "8 files, modes, values" "id 444 0 size 444 1073741824 align 400 2097152 available_size 444 536870912" \
		"$(cd $r && echo $(for f in id size align available_size; do echo "$f $(stat -c %a $f) $(cat $f)"; done))"
	eq "8 create" all "$(write_bytes '1\0' $r/create)"
	eq "8 create names the youngest" dax0.1 "$(cat $r/create)"
	eq "8 seed names the first that was never bound" dax0.1 "$(cat $r/seed)"
	eq "8 create once more" all "$(write_bytes '1\0' $r/create)"
	eq "8 the seed stays" "dax0.2 dax0.1" "$(cat $r/create) $(cat $r/seed)"
	eq "8 delete of the seed" all "$(write_bytes 'dax0.1\0' $r/delete)"
	eq "8 clears it" "" "$(cat $r/seed)"
	eq "8 the lowest free id is taken again" "all dax0.1" "$(write_bytes '1\0' $r/create) $(cat $r/create)"
	eq "8 dax0.0 cannot be deleted" EBUSY "$(write_bytes 'dax0.0\0' $r/delete)"
	eq "8 an unknown device cannot be deleted" ENXIO "$(write_bytes 'dax0.7\0' $r/delete)"
	eq "8 anything but 1 is refused" EINVAL "$(write_bytes '2\0' $r/create)"
}

item_initstate() {
	eq "9 modules are live" "live live" \
		"$(echo $(cat /sys/module/device_dax/initstate /sys/module/kmem/initstate))"
	eq "9 the drivers' module links" "device_dax kmem" \
		"$(cd /sys/bus/dax/drivers && echo $(basename "$(readlink device_dax/module)") $(basename "$(readlink kmem/module)"))"
	eq "17 libudev is told not to insist on sysfs" 0 "${SYSTEMD_DEVICE_VERIFY_SYSFS-unset}"
}

main() {
	can_run
	need daxctl jq python3
	if [ "${1-}" = short ]; then
		in_run -- listing
		in_run -- verbs
		return
	fi
	in_run -- listing
	in_run -- verbs
	in_run -- holes
	in_run -- must_have
}

run_test "$@"
