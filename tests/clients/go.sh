#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A Go program, which no library reaches: it sees sysfs and the device file as recorded; opening it
# fails, where the recording goes on to map, rather than giving a file that cannot be mapped.
. "$(dirname "$0")/../system/lib.sh"

expected="size 67108864
mode Dcrw------- size 0
open /dev/dax0.0: permission denied"

main() {
	can_run
	need go
	scratch
	check "it compiles" env CGO_ENABLED=0 GOCACHE="$T/cache" go build -o "$T/mapped" "$HERE/mapped.go"
	eq "what it sees" "$expected" "$("$DAXEMU" run --region size=64M -- "$T/mapped" dax0.0 2>&1)"
}

run_test "$@"
