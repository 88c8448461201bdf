#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Python's mmap module: the recorded answers, and a mapping that forked workers share.
. "$(dirname "$0")/../system/lib.sh"

workers_share() {
	python3 - <<-'PY'
		import mmap, multiprocessing, os, struct

		fd = os.open("/dev/dax0.0", os.O_RDWR)
		device = mmap.mmap(fd, 4 << 20)
		os.close(fd)

		def square(i):
		    struct.pack_into("<Q", device, 8 * i, i * i)

		with multiprocessing.get_context("fork").Pool(4) as pool:
		    pool.map(square, range(1000))
		assert struct.unpack_from("<1000Q", device) == tuple(i * i for i in range(1000))
		assert device.find(struct.pack("<Q", 999 * 999)) == 8 * 999
		with memoryview(device) as view:
		    assert view.nbytes == 4 << 20
		device.close()
	PY
}

main() {
	can_run
	need python3 stdbuf
	PATH=$HERE:$PATH
	in_run --region size=2G -- replay "$HERE/expected/08-python-mmap.txt"
	in_run --region size=64M -- check "workers share a mapping" workers_share
}

run_test "$@"
