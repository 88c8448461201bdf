#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Does what is made from the option table name every option, and does bash complete it?
# usage: test-generated.sh DIRECTORY DAXEMU
set -u
dir=$1 daxemu=$2 failed=0

fail()
{
	echo "FAIL: $*"
	failed=1
}

# completes LINE... EXPECTED: the last word of the line is being typed.
completes()
{
	local expected=${!#}
	COMP_WORDS=("${@:1:$#-1}")
	COMP_CWORD=$(($# - 2))
	COMPREPLY=()
	_daxemu
	[[ " ${COMPREPLY[*]} " == *" $expected "* ]] ||
		fail "'${COMP_WORDS[*]}' offers '${COMPREPLY[*]}', not '$expected'"
}

for file in daxemu.1 daxemu.bash _daxemu daxemu.fish; do
	[[ -s $dir/$file ]] || fail "$file is missing"
done
# shellcheck source=/dev/null
source "$dir/daxemu.bash" || fail "bash cannot read its completion"

verbs=$("$daxemu" --help | awk 'f && /^  [a-z]/ {print $1} /^Linux/ {f=1} /lists the options/ {exit}')
[[ $verbs == *run*doctor* ]] || fail "verbs of --help: $verbs"
for verb in $verbs; do
	completes daxemu "${verb:0:3}" "$verb"
	for option in $("$daxemu" "$verb" --help | grep -o -- '^ .*--[a-z-]*' | grep -o -- '--[a-z-]*'); do
		completes daxemu "$verb" "${option:0:4}" "$option"
		grep -q -- "$option\[" "$dir/_daxemu" || fail "zsh: $verb $option"
		grep -q -- "from $verb' -l ${option#--} " "$dir/daxemu.fish" || fail "fish: $verb $option"
		grep -q -- "${option//-/\\\\-}\\\\fR" "$dir/daxemu.1" || fail "man: $option"
	done
done
completes daxemu run --abi 6.1 6.12
completes daxemu run --region size=1G,ty size=1G,type=
completes daxemu run --region size=1G,type=st size=1G,type=static
completes daxemu run --abi 6.1 -- ca cat

if command -v groff >/dev/null; then
	warnings=$(groff -man -ww -z "$dir/daxemu.1" 2>&1)
	[[ -z $warnings ]] || fail "man: $warnings"
fi
exit $failed
