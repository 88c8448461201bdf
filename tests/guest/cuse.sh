#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# cuse.sh PROFILE TEST: a program or a script of tests/system, over CUSE on the kernel of that profile.
# In the guest: cuse.sh -g BUILD SRC TEST.
set -eu
here=$(dirname "$(readlink -f "$0")")
. "$here/guest.sh"

if [ "$1" = -g ]; then
	modprobe -a cuse fuse
	BUILD=$2 SRC=$3 DAXEMU_TEST_NODE=cuse exec "$4"
fi
guest_wanted "$1" || guest_skip "kernel $1 is for DAXEMU_ALL_KERNELS=1"
release=$(guest_kernel "$1") || guest_skip "$release"
echo "kernel $release"
"$here/vmrun" -k "$release" -t 800 "$here/cuse.sh" -g "${BUILD:?}" "${SRC:?}" "$2"
