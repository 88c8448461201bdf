#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# fio by its dev-dax and mmap engines: the recorded run, and jobs that verify what they wrote.
. "$(dirname "$0")/../system/lib.sh"

job() {
	fio --name=job --filename=/dev/dax0.0 --minimal "$@"
}

# fio checks every block it wrote. Its dev-dax engine maps the device's start whatever offset a job has,
# so only the mmap engine's jobs can work beside each other.
verified() {
	local random=(--rw=randrw --verify=crc32c --bs=4k --size=16M)
	check "dev-dax: random blocks verify" job --ioengine=dev-dax "${random[@]}"
	check "mmap: four processes verify" \
		job --ioengine=mmap "${random[@]}" --numjobs=4 --offset_increment=16M
	check "mmap: four threads verify" \
		job --ioengine=mmap "${random[@]}" --numjobs=4 --offset_increment=16M --thread
	check_not "dev-dax: a size that is no multiple of the alignment" \
		job --ioengine=dev-dax --rw=write --bs=4k --size=4k
}

main() {
	can_run
	need fio
	scratch
	cd "$T" || exit 1
	in_run --region size=2G -- replay "$HERE/expected/11-fio-dev-dax.txt"
	in_run --region size=64M -- verified
}

run_test "$@"
