#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Nothing outlives its instance: exit statuses, signals at many instants, background children, the
# lasting daemon with several runs joined to it, a daemon that was killed.
. "$(dirname "$0")/lib.sh"

# status_of COMMAND...: its exit status
status_of() {
	"$@" >/dev/null 2>&1
	echo $?
}

# open_files [PREFIX...]: numbers of the files a command has open
open_files() {
	"$@" python3 -c 'import os; print(*sorted(os.listdir("/proc/self/fd")))' 7</dev/null
}

exit_statuses() {
	eq "exit status 0" 0 "$(status_of "$DAXEMU" run -- true)"
	eq "exit status 7" 7 "$(status_of "$DAXEMU" run -- sh -c 'exit 7')"
	eq "killed by a signal" 137 "$(status_of "$DAXEMU" run -- sh -c 'kill -9 $$')"
	eq "without the dashes" 3 "$(status_of "$DAXEMU" run sh -c 'exit 3')"
	eq "arguments stay as they are" "a b|c|" "$("$DAXEMU" run -- printf '%s|' 'a b' c)"
	eq "stdin is the command's" "through" "$(echo through | "$DAXEMU" run -- cat)"
	eq "the working directory stays" "$T" "$(cd "$T" && "$DAXEMU" run -- pwd)"
	eq "the command gets our files and no others" "$(open_files)" "$(open_files "$DAXEMU" run --)"
	eq "a run within a run" 5 "$(status_of "$DAXEMU" run -- "$DAXEMU" run -- sh -c 'test -c /dev/dax0.0 && exit 5')"
}

background_children() {
	local start=$EPOCHSECONDS
	"$DAXEMU" run -- sh -c 'sleep 300 >/dev/null 2>&1 & exit 4' </dev/null
	eq "run ends with its command, not with a child of it" 4 $?
	check "at once" test $((EPOCHSECONDS - start)) -lt 30
	check "and leaves no child" wait_for 5 gone
}

# has_begun PID: it is daxemu, no longer the shell that ignores SIGINT for what is in the background.
has_begun() {
	[ "$(cat "/proc/$1/comm" 2>/dev/null)" = daxemu ]
}

# kill_at SIGNAL SECONDS: start a run, signal it that much later; true if all is gone soon after.
kill_at() {
	env --default-signal "$DAXEMU" run -- sleep 300 >/dev/null 2>&1 </dev/null &
	local pid=$!
	until has_begun $pid; do :; done
	[ "$2" = 0 ] || sleep "$2"
	kill "-$1" "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	status=$?
	wait_for 5 gone
}

killed() {
	local signal delay status lost
	for signal in TERM INT KILL; do
		lost=
		for delay in 0 0.001 0.002 0.004 0.007 0.010 0.013 0.017 0.022 0.030 0.050 0.100 0.400; do
			kill_at $signal $delay || lost+=" $delay"
		done
		eq "SIG$signal at 13 instants leaves no process" "" "$lost"
		eq "exit status after SIG$signal" $((128 + $(kill -l $signal))) "$status"
	done
}

daemon_pid() {
	ours | awk '$2 ~ /daxemud/ { print $1; exit }'
}

daemon_killed_under_run() {
	local pid victim
	"$DAXEMU" run -- sh -c 'sleep 5; ls /sys/bus/dax/devices; exit 0' >/dev/null 2>&1 </dev/null &
	pid=$!
	wait_for 10 find_victim
	check "the daemon is killed" kill -KILL "$victim"
	wait_for 20 not_running $pid
	check "a run whose daemon was killed ends" not_running $pid
	wait $pid 2>/dev/null
	check "and leaves nothing" wait_for 5 gone
}

find_victim() {
	victim=$(daemon_pid)
	[ -n "$victim" ]
}

not_running() {
	! kill -0 "$1" 2>/dev/null || grep -qs 'State:.Z' "/proc/$1/status"
}

joined() {
	local name=j$$ run=("$DAXEMU" run --join "j$$" --)
	check "start" "$DAXEMU" start --instance $name --region size=256M
	check "status is JSON" jq -e . <("$DAXEMU" status --instance $name)
	check "status for people" "$DAXEMU" status -u --instance $name
	"${run[@]}" "$BIN/mapper" --store /dev/dax0.0 8192 'left by the first'
	eq "runs joined to it share bytes" "left by the first" \
		"$("${run[@]}" "$BIN/mapper" --load /dev/dax0.0 8192)"
	"${run[@]}" daxctl disable-device dax0.0 2>/dev/null
	eq "and the layout" disabled "$("${run[@]}" daxctl list -i | jq -r '.[0].state')"
	"${run[@]}" daxctl enable-device dax0.0 2>/dev/null
	two_at_once "${run[@]}"
	check_not "the host sees no device" test -e /sys/bus/dax/devices/dax0.0
	check "stop" "$DAXEMU" stop --instance $name
	check "stop waits for the end" wait_for 1 gone
	check_not "status after stop" "$DAXEMU" status --instance $name
}

two_at_once() {
	local out
	out=$("$@" bash -c 'for i in 1 2 3 4 5; do "'"$BIN"'/mapper" /dev/dax0.0 >/dev/null || echo bad; done' &
		"$@" bash -c 'for i in 1 2 3 4 5; do daxctl list | jq -r ".[0].chardev"; done'
		wait)
	eq "two runs at once" "dax0.0 dax0.0 dax0.0 dax0.0 dax0.0" "$(echo $out)"
}

killed_daemon_restarts() {
	local name=k$$
	check "start" "$DAXEMU" start --instance $name --region size=64M
	kill -KILL "$(daemon_pid)"
	check "a killed daemon is gone" wait_for 5 gone
	check_not "its status is an error" "$DAXEMU" status --instance $name
	check "start again, over what it left" "$DAXEMU" start --instance $name --region size=64M
	check "it works" "$DAXEMU" run --join $name -- "$BIN/mapper" /dev/dax0.0
	check "stop" "$DAXEMU" stop --instance $name
}

foreground() {
	local name=f$$ pid said
	said=$(python3 - "$DAXEMU" start --foreground --instance $name --region size=64M <<-'PY'
		import os, socket, subprocess, sys
		path = os.environ["T"] + "/notify"
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind(path)
		s.settimeout(10)
		p = subprocess.Popen(sys.argv[1:], env={**os.environ, "NOTIFY_SOCKET": path},
		                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		said = b""
		try:
		    while b"READY=1" not in said:
		        said += s.recv(4096)
		    print("READY=1")
		finally:
		    p.terminate()
		    print("exit", p.wait(10))
	PY
	)
	eq "--foreground: sd_notify, then SIGTERM" "READY=1 exit 0" "$(echo $said)"
	check "it is gone" wait_for 5 gone
}

main() {
	can_run
	need daxctl jq python3
	scratch
	exit_statuses
	background_children
	killed
	daemon_killed_under_run
	joined
	killed_daemon_restarts
	foreground
}

run_test "$@"
