#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# README's workflow for a test suite that wants persistent memory: the commands of its steps, as they
# are there, one shell a step. Different is only the environment: the checkouts are there, sudo runs
# the command, apt-get finds it installed, and daxemu is installed below a directory of the test.
. "$(dirname "$0")/../system/lib.sh"

# steps FILE: its `run:` scripts, each ended by a NUL
steps() {
	awk '
	function indent(s) { match(s, /^ */); return RLENGTH }
	inside && (indent($0) > deep || $0 == "") { sub(/^ */, ""); print; next }
	inside { printf "%c", 0; inside = 0 }
	/^ *(- )?run: \|$/ { deep = indent($0); inside = 1; next }
	/^ *(- )?run: / { sub(/^ *(- )?run: /, ""); printf "%s\n%c", $0, 0 }
	END { if (inside) printf "%c", 0 }' "$1"
}

# runner NAME: an executable that a hosted runner has, from standard input
runner() {
	{ echo '#!/bin/bash'; cat; } >"$T/bin/$1"
	chmod +x "$T/bin/$1"
}

# The machine after the checkouts: somebody's project with a pool in /dev/dax0.0, and daxemu beside it.
set_up() {
	mkdir "$T/bin" "$T/job"
	runner sudo <<<'exec "$@"'
	runner apt-get <<<'for p; do [[ $p == -* || $p == install ]] || dpkg-query -s "$p" >/dev/null || exit; done'
	ln -s "$SRC" "$T/job/daxemu"
	cp "$HERE/ledger.c" "$T/job/"
	cat >"$T/job/Makefile" <<-'MAKE'
		ledger: ledger.c; cc -std=c17 -D_GNU_SOURCE -O1 -o $@ $< -lpmemobj
		check: ledger; ./ledger create $(PMEM) && ./ledger check $(PMEM) last
	MAKE
}

main() {
	local step number=0
	can_run
	need awk make cmake dpkg-query
	need_client ledger libpmemobj-dev
	scratch
	set_up
	sed -n '/^```yaml$/,/^```$/{//!p}' "$SRC/README.md" >"$T/workflow.yml"
	export PATH="$T/bin:$T/root/usr/local/bin:$PATH" DESTDIR=$T/root CMAKE_BUILD_TYPE=Debug
	cd "$T/job" || exit 1
	while IFS= read -r -d '' step; do
		check "step $((++number)): $(head -n 1 <<<"$step")" bash -e -c "$step" </dev/null
	done < <(steps "$T/workflow.yml")
	eq "all steps" "$(grep -c 'run:' "$T/workflow.yml")" "$number"
}

run_test "$@"
