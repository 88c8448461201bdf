#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Build the tree another way and run tests there: variant.sh clang|asan|tsan. What a sanitizer finds
# in any process, the daemon included, fails the test.
set -u
variant=$1
jobs=$(nproc)
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT

command -v clang >/dev/null || [ "$variant" != clang ] || {
	echo "skipped: no clang here"
	exit 77
}
fuzz=OFF
[ "$variant" != clang ] || fuzz=ON
{ cmake --preset "$variant" -DDAXEMU_VARIANTS=OFF -DDAXEMU_FUZZ=$fuzz && cmake --build --preset "$variant" -j "$jobs"; } >"$reports/build" 2>&1 || {
	grep -E -A 6 'error|\*\*\*' "$reports/build" || tail -n 40 "$reports/build"
	exit 1
}
rm "$reports/build"

# A run within a run has the preload library before the sanitizer's.
export ASAN_OPTIONS=log_path=$reports/asan:verify_asan_link_order=0
export UBSAN_OPTIONS=log_path=$reports/ubsan:print_stacktrace=1
export TSAN_OPTIONS=log_path=$reports/tsan
chmod 1777 "$reports"

tests() {
	# Without address randomisation: an older thread sanitizer cannot live with all of it.
	setarch "$(uname -m)" -R ctest --test-dir "build-$variant" --output-on-failure "$@"
}

result=0
tests -L 'unit|fuzz' || result=1
case $variant in
asan) tests -R '^system\.(daxctl|client|backing|unprivileged|uevents)$' || result=1 ;;
tsan) tests -R '^system\.(daxctl|client|lifetime)$' || result=1 ;;
esac
for report in "$reports"/*; do
	[ -f "$report" ] || continue
	cat "$report"
	result=1
done
exit $result
