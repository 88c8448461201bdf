#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A C++ program: std::filesystem and streams over sysfs, a standard vector in the mapping.
. "$(dirname "$0")/../system/lib.sh"

expected="listed dax0.0
character file 1
home hmem.0/dax0.0
in the device 1
sorted 1
sum $((1000000 * 999999 / 2))"

main() {
	can_run
	need c++
	scratch
	check "it compiles" c++ -std=c++17 -Wall -Wextra -Werror -O2 -o "$T/vector" "$HERE/vector.cc"
	eq "what it finds" "$expected" "$("$DAXEMU" run --region size=64M -- "$T/vector" dax0.0 2>&1)"
}

run_test "$@"
