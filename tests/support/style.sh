#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What can be said about the source without building it: style.sh format|spdx|shell.
set -u

files() {
	git ls-files -- "$@" 2>/dev/null || find . -path './build*' -prune -o -type f -print | sed 's#^\./##'
}

sources() {
	files '*.c' '*.h' '*.cc' | grep -E '\.(c|h|cc)$' | while read -r f; do [ ! -e "$f" ] || echo "$f"; done
}

# Scripts by their first line, cmake files and C sources by their names.
with_licence() {
	files | while read -r f; do
		case $f in
		*.c | *.h | *.cc | *.rs | *.go | *.cmake | */CMakeLists.txt | CMakeLists.txt | *.sh | *.py) echo "$f" ;;
		*.txt | *.md | *.json | *.conf | *.tsv) ;;
		*) [ -f "$f" ] && head -c 2 "$f" | grep -q '#!' && echo "$f" ;;
		esac
	done
}

format() {
	local version
	version=$(clang-format --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p')
	[ "$version" = 14 ] || {
		echo "skipped: .clang-format is written for clang-format 14, here is ${version:-none}"
		exit 77
	}
	sources | xargs clang-format --dry-run --Werror
}

spdx() {
	local missing
	missing=$(with_licence | while read -r f; do
		[ ! -e "$f" ] || head -n 5 "$f" | grep -q 'SPDX-License-Identifier: ' || echo "$f"
	done)
	[ -z "$missing" ] || {
		printf 'no SPDX line in the first five lines of:\n%s\n' "$missing"
		exit 1
	}
}

shell() {
	local scripts
	command -v shellcheck >/dev/null || {
		echo "skipped: no shellcheck here"
		exit 77
	}
	scripts=$(with_licence | while read -r f; do
		[ -f "$f" ] && head -n 1 "$f" | grep -qE '^#!.*\b(ba)?sh$' && echo "$f"
	done)
	# Word splitting on purpose is everyday here; so are listings of sysfs.
	LC_ALL=C.UTF-8 shellcheck -S warning -e SC1007,SC1091,SC2010,SC2034,SC2045,SC2046,SC2086,SC2207 $scripts
}

case ${1-} in
format | spdx | shell) "$1" ;;
*) exit 2 ;;
esac
