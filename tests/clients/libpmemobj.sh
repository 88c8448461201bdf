#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# libpmemobj on a static region: as recorded; and a pool in a file of the user's, which the next run
# opens, and which is a pool without daxemu as well.
. "$(dirname "$0")/../system/lib.sh"

recordings() {
	replay "$HERE/expected/54-libpmemobj.txt"
	replay "$HERE/expected/63-libpmemobj-lock.txt"
}

# Some transactions, then the program is stopped by force.
make_pool() {
	check "file: create" ledger create /dev/dax0.0
	eq "file: work" open "$(timeout --signal=KILL 1 ledger work /dev/dax0.0 "$T/last" 2>&1)"
	check "file: there were transactions" test "$(od -An -tu8 "$T/last")" -gt 0
}

open_pool() {
	check "file: opens in the next run" ledger check /dev/dax0.0 "$T/last"
}

pool_in_file() {
	local region=size=64M,type=static,backing=file:$T/pool
	truncate -s 64M "$T/pool"
	in_run --region "$region" -- make_pool
	in_run --region "$region" -- open_pool
	check "file: is a pool by itself" env PMEM_IS_PMEM_FORCE=1 ledger check "$T/pool" "$T/last"
	in_run --region "$region" -- open_pool
}

main() {
	can_run
	need daxio stdbuf
	need_client ledger libpmemobj-dev
	PATH=$BIN:$PATH
	scratch
	cd "$T" || exit 1
	in_run --region size=1006M,type=static -- recordings
	pool_in_file
}

run_test "$@"
