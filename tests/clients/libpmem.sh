#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# libpmem on a static region, as recorded; and on a dynamic one, where PMDK crashes on real kernels
# too, because it looks for the NVDIMM bus around every device and does not expect that there is none.
. "$(dirname "$0")/../system/lib.sh"

main() {
	can_run
	need stdbuf
	need_client probe_libpmem libpmem-dev
	need_client probe_libpmem2 libpmem2-dev
	PATH=$BIN:$PATH
	in_run --region size=1006M,type=static -- replay "$HERE/expected/56-libpmem.txt"
	in_run --region size=2G -- replay "$HERE/expected/14-libpmem-on-hmem-crashes.txt"
}

run_test "$@"
