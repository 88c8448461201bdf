#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# In a podman container with nothing but /dev/fuse and CAP_SYS_ADMIN. The container's root is this
# machine's, under an overlay, so no image is needed.
. "$(dirname "$0")/lib.sh"

PODMAN=(podman --runtime runc --cgroup-manager=cgroupfs run --rm --network=none
	--ulimit nofile=20000:20000 --ulimit nproc=4096:4096
	--device /dev/fuse --cap-add SYS_ADMIN
	--env DAXEMU_TEST --env SRC --env BUILD --rootfs /:O)

in_container() {
	matches "not all capabilities" '^CapEff:.0000000080' "$(grep CapEff /proc/self/status)"
	in_run -- listed
	in_run -- mapped
}

listed() {
	json_eq "daxctl list" '[{"chardev":"dax0.0","size":1073741824,"target_node":1,
		"align":2097152,"mode":"devdax"}]' daxctl list
}

mapped() {
	check "the mapping program" "$BIN/mapper" /dev/dax0.0
	daxctl disable-device dax0.0 2>/dev/null
	daxctl reconfigure-device -s 256M dax0.0 2>/dev/null
	check "create-device" daxctl create-device -s 128M
	check "maps as well" "$BIN/mapper" /dev/dax0.1
	# A container's filter refuses vmsplice(2); nothing may be said of bytes in danger.
	eq "a revoke is quiet" "disabled 1 device" "$(daxctl disable-device dax0.1 2>&1)"
}

main() {
	need_root "podman with --rootfs /:O"
	can_run
	need podman runc daxctl jq
	[ "$(stat -c %d /)" = "$(stat -c %d "$BUILD")" ] || skip "$BUILD is not on the root filesystem"
	"${PODMAN[@]}" true >/dev/null 2>&1 || skip "podman cannot start a container on this machine"
	"${PODMAN[@]}" "$SCRIPT" --inside in_container
	eq "the container's exit status" 0 $?
}

run_test "$@"
