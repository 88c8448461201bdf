# SPDX-License-Identifier: BSD-3-Clause
# Sourced by run, check and shrink: the machine of layout.h, for a guest and for daxemu run, and
# sequences in it. HERE is this directory, BUILD where things were built.
. "$HERE/../guest/guest.sh"
PROGRAMS=$BUILD/bin/differential

LAYOUT_PAIRS=8
BLOCK=$((128 << 20))

# region ID: sets START and MIB of it, and GAP, the MiB behind it that are nobody's
region() {
	local n=$(($1 % LAYOUT_PAIRS)) base=$((4 << 30))
	if [ "$1" -lt $LAYOUT_PAIRS ]; then
		START=$((base + n * 6 * BLOCK)) MIB=640 GAP=128
	else
		START=$((base + (LAYOUT_PAIRS * 6 + n * 4) * BLOCK)) MIB=400 GAP=112
	fi
}

# layout [WORD]: sets KERNEL_ARGS, QEMU_ARGS and MEMORY for vmrun, DAXEMU_ARGS for daxemu run. WORD:
# memmap_on_memory, the parameter of memory_hotplug.
layout() {
	local id node low=$((3 << 10)) all=$((3 << 10))
	KERNEL_ARGS=${1:+memory_hotplug.memmap_on_memory=1}
	QEMU_ARGS="-object memory-backend-ram,id=m0,size=${low}M -numa node,nodeid=0,memdev=m0,cpus=0-1"
	DAXEMU_ARGS=(--memblock-size 128M ${1:+--memmap-on-memory})
	for id in $(seq 0 $((2 * LAYOUT_PAIRS - 1))); do
		region "$id"
		node=$((id + 1)) all=$((all + MIB + GAP))
		KERNEL_ARGS+=$(printf ' memmap=%dM%%0x%x-1+0xefffffff memmap=%dM$0x%x' $MIB $START \
			$GAP $((START + (MIB << 20))))
		QEMU_ARGS+=" -object memory-backend-ram,id=m$node,size=$((MIB + GAP))M"
		QEMU_ARGS+=" -numa node,nodeid=$node,memdev=m$node"
		DAXEMU_ARGS+=(--region "$(printf 'id=%d,start=0x%x,size=%dM,target-node=%d' "$id" $START \
			$MIB $node),numa-node=0,driver=none")
	done
	MEMORY=${all}M
}

# memmap_of NAME: the word for layout of a recording or a work file of that name
memmap_of() { [[ $1 != *memmap* ]] || echo memmap_on_memory; }

# on_kernel RELEASE FILE [WORD]: what steps prints of the sequences in FILE
on_kernel() {
	layout ${3:-}
	"$HERE/../guest/vmrun" -k "$1" -m "$MEMORY" -t "${GUEST_SECONDS:-3000}" -a "$KERNEL_ARGS" \
		-q "$QEMU_ARGS" "$HERE/play" "$BUILD" "$2"
}

# in_tree PROFILE FILE [WORD]: as on_kernel, of daxemu's tree in a process of its own
in_tree() { "$PROGRAMS/tree-steps" "$1" ${3:-} <"$2"; }

# in_run PROFILE FILE [WORD]: as on_kernel, through the mounts of daxemu run
in_run() {
	layout ${3:-}
	"$BUILD/bin/daxemu" run --abi "$1" "${DAXEMU_ARGS[@]}" -- env PATH="$HERE/../conformance/shim:$PATH" \
		DAXEMU="$BUILD/bin/daxemu" "$PROGRAMS/steps" <"$2"
}

# compare ARG...: as compare.c, without RULES
compare() { "$PROGRAMS/compare-steps" "$@" "$HERE/on-purpose.tsv"; }

# sequences_of FILE: the sequences that FILE shows the results of, without those that were lost
sequences_of() {
	awk -F'\t' '/^=/ { print; next } /^[0-9]/ { sub(/^[^\t]*\t/, ""); sub(/\t[^\t]*$/, ""); print }' "$1"
}
