#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The tools of PMDK on static regions: daxio and pmempool as recorded; and a pool whose replica in a
# second region is lost and made again.
. "$(dirname "$0")/../system/lib.sh"

replicas() {
	printf '%s\n' PMEMPOOLSET 'OPTION SINGLEHDR' 'AUTO /dev/dax0.0' REPLICA 'AUTO /dev/dax1.0' >pool.set
	check "a pool with a replica" pmempool create --layout=ledger obj pool.set
	ledger work pool.set last >/dev/null 2>&1 &
	sleep 0.5
	kill -KILL $!
	wait $! 2>/dev/null
	check "recovers" ledger check pool.set last
	check "is consistent" pmempool check pool.set
	daxio -z -l 8M -o /dev/dax1.0 2>/dev/null
	check_not "is not without the replica" pmempool check pool.set
	check "sync" pmempool sync pool.set
	check "is consistent again" pmempool check pool.set
	check "has lost nothing" ledger check pool.set last
}

main() {
	local region=size=64M,type=static
	can_run
	need daxio pmempool stdbuf
	need_client ledger libpmemobj-dev
	scratch
	cd "$T" || exit 1
	PATH=$BIN:$PATH
	in_run --region size=1006M,type=static -- replay "$HERE/expected/61-pmempool-daxio.txt"
	in_run --region $region --region $region -- replicas
}

run_test "$@"
