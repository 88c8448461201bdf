# SPDX-License-Identifier: BSD-3-Clause
# Sourced by the suites. A suite prints one line per case, `case<TAB>result`, and lines starting
# with # as headings; it does the same on a real kernel and on daxemu, and knows not which it is.
# PROBES is the directory of the compiled probes; what runs in a guest runs from memory.

T=$(mktemp -d /dev/shm/conformance.XXXXXX)
trap 'rm -rf "$T"' EXIT
cp "${PROBES:?}"/{dx,chardev,live,uev} "$T"
export TMPDIR=$T
PATH=$T:$PATH

B=/sys/bus/dax
DD=$B/drivers/device_dax
KM=$B/drivers/kmem
FS=$B/drivers/fsdev_dax
M=/sys/devices/system/memory
declare -A SEEN

# case_id CASE: sets ID to CASE, with #2, #3 ... when it was used before
case_id() {
	SEEN[x$1]=$((${SEEN[x$1]:-0} + 1))
	ID=$1
	[ "${SEEN[x$1]}" = 1 ] || ID="$1#${SEEN[x$1]}"
}

# probe CASE DX-ARGUMENT...: one system call, one line
probe() {
	local out
	case_id "$1"
	shift
	out=$(dx "$@" 2>&1)
	printf '%s\t%s\n' "$ID" "${out//$'\n'/+}"
}

# value CASE TEXT: a line with a value worked out by the suite
value() {
	case_id "$1"
	printf '%s\t%s\n' "$ID" "$2"
}

# file_value CASE FILE: mode, size, and what reading gives
file_value() { value "$1" "$(dx st "$2" | sed 's/ nlink.*//') : $(dx r "$2")"; }

# put FILE TEXT: a silent write, for set-up
put() { dx w "$1" "$2" >/dev/null 2>&1; }

# word TEXT: TEXT as part of a case name: blank _, newline $, nothing EMPTY
word() {
	local x=${1// /_}
	x=${x//$'\n'/\$}
	echo "${x:-EMPTY}"
}

# driver_of DEV: the name of the driver DEV is bound to
driver_of() {
	local link
	link=$(readlink "$B/devices/$1/driver") && echo "${link##*/}" || echo none
}

# region_of DEV: the directory of its region
region_of() { dirname "$(readlink -f "$B/devices/$1")"; }

# bind_to DRIVER|none DEV: leave DEV bound so, whatever the kernel's matching rules
bind_to() {
	local now
	now=$(driver_of "$2")
	[ "$now" = "$1" ] && return
	[ "$now" = none ] || put "$B/drivers/$now/unbind" "$2"
	[ "$1" = none ] && return
	put "$B/drivers/$1/bind" "$2"
	[ "$(driver_of "$2")" = "$1" ] && return
	put "$B/drivers/$1/new_id" "$2"
	put "$B/drivers/$1/remove_id" "$2"
}

# geometry DEV: size, align and ranges of DEV on one line
geometry() {
	local dir=$B/devices/$1 m
	printf 'size=%s align=%s' "$(cat "$dir/size")" "$(cat "$dir/align")"
	for m in $(ls -d "$dir"/mapping[0-9]* 2>/dev/null | sort -V); do
		printf ' %s=%s-%s@%s' "${m##*/}" "$(cat "$m/start")" "$(cat "$m/end")" \
			"$(cat "$m/page_offset")"
	done
	echo
}

# tree CASE DIR: one line for each file below DIR: mode, size, and the text read where it is stable
tree() {
	local file name
	find "$2" -mindepth 1 -not -path '*/power/*' | sort | while read -r file; do
		name=${file#"$2"/}
		if [ -L "$file" ]; then
			value "$1/$name" "lnk -> $(readlink "$file")"
		elif [ -d "$file" ]; then
			value "$1/$name" "dir $(stat -c 'mode=%04a nlink=%h' "$file" |
				sed 's/=0\?\([0-7]\{4\}\)/=\1/')"
		else
			file_value "$1/$name" "$file"
		fi
	done
}

# --- memory blocks and events (kmem) ---

# blocks: the blocks of the 2 GiB at 0x100000000, with their state
blocks() {
	local block n out=
	for block in $(ls -d $M/memory[0-9]* | sort -V); do
		n=${block##*/memory}
		[ "$n" -ge 32 ] && [ "$n" -lt 48 ] && out="$out $n:$(cat "$block/state")"
	done
	echo "${out:- none}"
}

# offline_all: the same blocks, offline
offline_all() {
	local n
	for n in $(seq 32 47); do
		[ -d "$M/memory$n" ] && echo offline >"$M/memory$n/state" 2>/dev/null
	done
}

# watch_events, then events CASE: the uevents since the last call or skip_events, one line each
watch_events() {
	uev >"$T/events" &
	WATCHER=$!
	EVENTS_SEEN=0
	sleep 0.3
}

# The listener writes a little later than a change is done.
skip_events() {
	sleep 0.5
	EVENTS_SEEN=$(wc -l <"$T/events")
}

# What the machine itself tells about meanwhile is left out. The platform device above hmem.N differs
# between kernels and is checked elsewhere.
OURS='SUBSYSTEM=\(dax\|drivers\|memory\|memory_tiering\|module\|node\|platform\)\>'
new_events() {
	local seen=$EVENTS_SEEN
	skip_events
	tail -n +$((seen + 1)) "$T/events" | head -n $((EVENTS_SEEN - seen)) | grep "$OURS" |
		sed 's#/devices/platform/hmem_platform.0/#/devices/platform/#g' >"$T/events.new"
}

# events CASE [FIRST]: ev.CASE.0 and so on, or as FIRST says CASE.1 and so on
events() {
	local line prefix=ev.$1 n=0
	[ $# = 1 ] || prefix=$1 n=$2
	new_events
	while read -r line; do
		value "$prefix.$n" "$line"
		n=$((n + 1))
	done <"$T/events.new"
	[ -s "$T/events.new" ] || [ $# -gt 1 ] || value "$prefix" none
}
