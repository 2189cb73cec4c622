# SPDX-License-Identifier: EUPL-1.2
# Sourced after lib.sh: the member's daemon and its drop folder.
# shellcheck shell=bash disable=SC2154

# start_run MEMBER [OPTION...]: in the background; its id is run_pid. The form listens on any free port.
start_run() {
	local who=$1 log=$work/log/run-$1.log before
	shift
	before=$(grep -c 'run: ready' "$log" 2>/dev/null || true)
	"$bin/oeo-agent" run --home "$work/agent-$who" --now "${at:-$now}" --port 0 "$@" >>"$log" 2>&1 &
	run_pid=$!
	daemon_pid[run]=$run_pid
	wait_for 20 more_than "${before:-0}" 'run: ready' "$log"
}

more_than() { [ "$(grep -c "$2" "$3" 2>/dev/null || true)" -gt "$1" ]; }

# stop_run [SIGNAL]: how it ended is run_result.
stop_run() {
	kill "-${1:-TERM}" "$run_pid"
	run_result=0
	wait "$run_pid" || run_result=$?
	unset "daemon_pid[run]"
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	local until=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $until ] || fault "waited in vain for: $*"
		sleep 0.1
	done
}

# said TEXT COMMAND...
said() {
	local text=$1
	shift
	grep -qE -- "$text" <<<"$("$@" 2>&1)"
}

# lay MEMBER FILE NAME: into the member's drop folder, as copying programs do: under another name first.
lay() {
	cp "$2" "$work/agent-$1/inbox/$3.part"
	mv "$work/agent-$1/inbox/$3.part" "$work/agent-$1/inbox/$3"
}

# What `status --json` says of a period of bga.
stage_of() {
	agent bga status --json | python3 -c '
import json, sys
print(*[json.dumps(p) for p in json.load(sys.stdin)["periods"] if p["period"] == sys.argv[1]])' "$1"
}
questions_of() {
	agent bga status --json | python3 -c '
import json, sys
print(*[p["questions"] for p in json.load(sys.stdin)["periods"] if p["period"] == sys.argv[1]])' "$1"
}
