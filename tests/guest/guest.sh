# SPDX-License-Identifier: BSD-3-Clause
# Sourced by the scripts here: where guest kernels live, and which suite carries which profile.

# DAXEMU_GUEST_DIR is a cache: everything in it can be fetched again.
GUEST_DIR=${DAXEMU_GUEST_DIR:-${XDG_CACHE_HOME:+$XDG_CACHE_HOME/daxemu-guest}}
GUEST_DIR=${GUEST_DIR:-/var/tmp/daxemu-guest}
GUEST_MODULES=$GUEST_DIR/root/usr/lib/modules

# PROFILE SUITE, oldest first. A profile is the word after --abi.
GUEST_SUITES='6.1 bookworm
6.12 trixie
7.2 sid'

# suite_of PROFILE
suite_of() { awk -v p="$1" '$1 == p { print $2 }' <<<"$GUEST_SUITES"; }

# profile_of RELEASE: the newest profile that is not newer than this kernel
profile_of() {
	local p best=
	while read -r p _; do
		[ "$(printf '%s\n' "$p" "${1%%-*}" | sort -V | head -1)" = "$p" ] && best=$p
	done <<<"$GUEST_SUITES"
	echo "${best:-6.1}"
}

# guest_kernel PROFILE: the release to boot for it, fetched if need be; a reason on failure
guest_kernel() {
	local dir release
	dir=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
	command -v qemu-system-x86_64 >/dev/null || { echo "needs qemu-system-x86"; return 1; }
	release=$("$dir/get-kernels" "$(suite_of "$1")" 2>/dev/null | tail -1)
	[ -n "$release" ] || { echo "no kernel of $(suite_of "$1") to be had"; return 1; }
	echo "$release"
}

# guest_wanted PROFILE: whether this run of the tests includes it
guest_wanted() { [ "$1" = 6.1 ] || [ "${DAXEMU_ALL_KERNELS:-0}" = 1 ]; }

# guest_skip TEXT: ends a test that cannot run here
guest_skip() {
	echo "skipped: $*"
	exit 77
}
