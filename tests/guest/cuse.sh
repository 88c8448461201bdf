#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# cuse.sh PROFILE: runs test_cuse on the kernel of that profile. In the guest: cuse.sh -g PROGRAM.
set -eu
here=$(dirname "$(readlink -f "$0")")
. "$here/guest.sh"

if [ "$1" = -g ]; then
	modprobe cuse
	exec "$2"
fi
guest_wanted "$1" || guest_skip "kernel $1 is for DAXEMU_ALL_KERNELS=1"
release=$(guest_kernel "$1") || guest_skip "$release"
echo "kernel $release"
"$here/vmrun" -k "$release" -t 300 "$here/cuse.sh" -g "${BUILD:?}/bin/tests/test_cuse"
