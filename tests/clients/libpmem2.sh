#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# libpmem2 on a static region, as recorded: what it finds out, and how it maps.
. "$(dirname "$0")/../system/lib.sh"

recordings() {
	replay "$HERE/expected/55-libpmem2.txt"
	replay "$HERE/expected/62-libpmem2-maps.txt"
}

main() {
	can_run
	need stdbuf
	need_client probe_libpmem2 libpmem2-dev
	PATH=$BIN:$PATH
	in_run --region size=1006M,type=static -- recordings
}

run_test "$@"
