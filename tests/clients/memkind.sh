#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# memkind over a mapping of a device, as recorded.
. "$(dirname "$0")/../system/lib.sh"

main() {
	can_run
	need stdbuf
	need_client probe_memkind_fixed libmemkind-dev
	PATH=$BIN:$PATH
	in_run --region size=2G -- replay "$HERE/expected/15-memkind-fixed.txt"
}

run_test "$@"
