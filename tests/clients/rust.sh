#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A Rust program: what the recording of the crate memmap2 says, without a crate.
. "$(dirname "$0")/../system/lib.sh"

main() {
	can_run
	need rustc stdbuf
	scratch
	PATH=$T:$PATH
	check "it compiles" rustc --edition 2021 -O -D warnings -o "$T/mapped" "$HERE/mapped.rs"
	in_run --region size=2G -- replay "$HERE/expected/09-rust-mmap.txt"
}

run_test "$@"
