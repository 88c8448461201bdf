#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# hwloc on a dynamic region, as recorded.
. "$(dirname "$0")/../system/lib.sh"

main() {
	can_run
	need lstopo-no-graphics stdbuf
	in_run --region size=2G -- replay "$HERE/expected/12-hwloc-devdax.txt"
}

run_test "$@"
