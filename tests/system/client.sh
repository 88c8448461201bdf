#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Programs that map: the mapping program on devices of every alignment, devices that come and go,
# devices that must not share bytes, and the answers everyday tools get from the device file.
. "$(dirname "$0")/lib.sh"

mapper() {
	"$BIN/mapper" "$@"
}

# all_checks DEVICE: each check of the mapping program is one of ours.
all_checks() {
	local line status
	while IFS= read -r line; do
		case $line in
		"ok    "*) pass "$1: ${line#ok    }" ;;
		FAIL*) fail "$1: ${line#FAIL  }" ;;
		"mapper: "*"checks passed") pass "$1: it came to its end" ;;
		"exit "*) status=$line ;;
		*) printf '%s\n' "$line" ;;
		esac
	done < <(mapper "$1" 2>&1; echo "exit $?")
	eq "$1: exit status" "exit 0" "$status"
}

on_default() {
	all_checks /dev/dax0.0
}

on_4k() {
	all_checks /dev/dax0.0
}

# Devices made inside the run.
come_and_go() {
	daxctl disable-device dax0.0 2>/dev/null
	daxctl reconfigure-device -s 512M dax0.0 2>/dev/null
	daxctl enable-device dax0.0 2>/dev/null
	check_not "no /dev/dax0.1 yet" test -e /dev/dax0.1
	daxctl create-device -s 256M >/dev/null 2>&1
	check "create-device: /dev/dax0.1 at once" test -c /dev/dax0.1
	eq "ls sees both" "/dev/dax0.0 /dev/dax0.1" "$(echo /dev/dax*)"
	check "the new device maps" mapper /dev/dax0.1
	no_sharing
	daxctl destroy-device -f dax0.1 2>/dev/null
	check_not "destroy-device: /dev/dax0.1 is gone" test -e /dev/dax0.1
	eq "ls sees one" "/dev/dax0.0" "$(echo /dev/dax*)"
}

no_sharing() {
	mapper --store /dev/dax0.0 4096 'zero'
	mapper --store /dev/dax0.1 4096 'one'
	eq "two devices do not share bytes" "zero one" \
		"$(mapper --load /dev/dax0.0 4096) $(mapper --load /dev/dax0.1 4096)"
	mapper --store /dev/dax0.0 $(((512 << 20) - 4096)) 'the end'
	eq "the last page is there" "the end" "$(mapper --load /dev/dax0.0 $(((512 << 20) - 4096)))"
	eq "and is not the other's last" "" "$(mapper --load /dev/dax0.1 $(((256 << 20) - 4096)))"
}

contents_belong_to_addresses() {
	mapper --store /dev/dax0.0 $((256 << 20)) 'kept'
	daxctl disable-device dax0.0 2>/dev/null
	daxctl enable-device dax0.0 2>/dev/null
	eq "contents survive disable and enable" kept "$(mapper --load /dev/dax0.0 $((256 << 20)))"
	daxctl disable-device dax0.0 2>/dev/null
	daxctl reconfigure-device -s 128M dax0.0 2>/dev/null
	daxctl create-device -s 256M >/dev/null 2>&1
	eq "and are found by another device over the same addresses" kept \
		"$(mapper --load /dev/dax0.1 $((128 << 20)))"
}

python_maps() {
	python3 - <<-'PY'
		import mmap, os, sys
		fd = os.open("/dev/dax0.0", os.O_RDWR)
		m = mmap.mmap(fd, 2 << 20)
		m[0:6] = b"python"
		other = mmap.mmap(os.open("/dev/dax0.0", os.O_RDONLY), 2 << 20, prot=mmap.PROT_READ)
		sys.exit(other[0:6] != b"python")
	PY
}

# Everyday tools in a pipeline, a redirection, a subshell: the library must not be in their way.
tools_still_work() {
	check "python3 maps" python_maps
	eq "redirections" "hello" "$(echo hello >"$T/a" && cat <"$T/a")"
	eq "dd from /dev/zero" 65536 "$(dd if=/dev/zero bs=64K count=1 status=none | wc -c)"
	matches "a redirection from the device is read as EINVAL" 'Invalid argument' \
		"$(cat </dev/dax0.0 2>&1)"
	eq "/dev/null, /dev/zero, /dev/shm are the real ones" \
		"character special file character special file directory" \
		"$(echo $(stat -L -c %F /dev/null /dev/zero /dev/shm))"
	check "/dev/shm takes files" bash -c 'f=$(mktemp /dev/shm/dxt.XXXXXX) && rm "$f"'
	eq "compilers and linkers" 42 "$(printf 'int main(void){return 42;}' >"$T/a.c" &&
		cc -o "$T/a.out" "$T/a.c" && "$T/a.out"; echo $?)"
	eq "the rest of /sys is the host's" "$HOST_CPUS" "$(cat /sys/devices/system/cpu/online)"
}

main() {
	can_run
	need daxctl jq python3
	scratch
	HOST_CPUS=$(cat /sys/devices/system/cpu/online)
	export HOST_CPUS
	in_run -- on_default
	in_run --region size=256M,align=4K -- on_4k
	in_run -- come_and_go
	in_run -- contents_belong_to_addresses
	in_run -- tools_still_work
}

run_test "$@"
