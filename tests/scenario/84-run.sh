#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: the member's daemon reads what is laid in its folder and sends by itself what is due, keeps trying while others are
# away, tells how it stands, lets other commands work beside it, and stops cleanly.
. tests/scenario/lib.sh
. tests/scenario/run.sh
small_members
members=(bga)
start_partnership
inbox=$work/agent-bga/inbox
write_intake bga 1 12 2026-08-03
import_small
month=2026-09

# Whoever has answered counts as reached while the sending still goes on.
expect "not needed yet" agent bga status
OEO_CRASH_AT=keys-seen agent bga publish >"$work/log/crash.txt" 2>&1 && fault "it did not stop while it was sending"
! said "not needed yet" agent bga status || fault "who answered in the middle of the sending is told as not needed yet"
[ "$(agent bga status | grep -c "last reached")" -ge 3 ] || fault "not everybody who answered is told as reached"

# Nobody to send to: it waits, and says so.
stop_daemon collector
start_run bga
wait_for 20 said "has not answered|not answered since" agent bga status
refuses 1 "in use by another process" agent bga run
expect '"running": true' agent bga status --json

# The collector is back: SIGHUP spares the wait. A file that lies ready is read before anything is sent.
start_collector
write_intake bga 100 15 $month-10
lay bga "$work/in/bga.csv" first.csv
kill -HUP "$run_pid"
wait_for 20 test -s "$inbox/done/first.csv.txt"
wait_for 60 said '"stage": "submitted"' stage_of $month
python3 - "$work/agent-bga" "$bin" "$now" <<'PY' || fault "what lay ready was not read before sending"
import json, subprocess, sys
home, programs, now = sys.argv[1:]
status = json.loads(subprocess.check_output([programs + "/oeo-agent", "status", "--home", home, "--now", now, "--json"]))
months = {p["period"]: p.get("questions") for p in status["periods"]}
assert months["2026-09"] == 15 and months["2026-08"] == 12, months
assert status["run"]["running"] and status["run"]["read"] == 1 and status["run"]["waiting"] == 0, status["run"]
PY

# Others work beside it, also while it reads: a preview, an import by hand, a publish.
python3 tests/scenario/many_rows.py 60000 2026-11-05 >"$work/in/many.csv"
lay bga "$work/in/many.csv" many.csv
wait_for 20 said '"doing": "imports"' agent bga status --json
write_intake bga 300 5 2026-11-07
quiet agent bga import "$work/in/bga.csv"
quiet agent bga preview "$work/in/bga.csv"
quiet agent bga publish
wait_for 60 test -s "$inbox/done/many.csv.txt"
[ "$(questions_of 2026-11)" = 60005 ] || fault "not every question of both imports counts: $(questions_of 2026-11)"

# A new member of the folder's users: another folder, and a sub-folder with a mapping's name.
stop_run
[ "$run_result" = 0 ] || fault "it did not stop cleanly: $run_result"
expect "not running" agent bga status
expect '"doing": "stopped"' agent bga status --json
mkdir -p "$work/desk/bga/oud" "$work/desk/nobody"
echo x >"$work/desk/bga/oud/vergeten.csv"
start_run bga --inbox "$work/desk"
python3 - "$bin/oeo-agent" "$work/agent-bga" <<'PY' || fault "the daemon does not serve the form"
import json, subprocess, sys, urllib.request
url = json.loads(subprocess.check_output([sys.argv[1], "status", "--home", sys.argv[2], "--json"]))["run"]["form"]
assert urllib.request.urlopen(url, timeout=10).status == 200, url
way = urllib.request.urlopen(url + "way", timeout=10).read().decode()
assert "van Voorbeeld" in way and "32 bytes: " in way, way
PY
cp "$work/in/bga.csv" "$work/desk/bga/again.csv"
cp "$work/in/bga.csv" "$work/desk/nobody/wrong.csv"
wait_for 20 test -s "$work/desk/done/again.csv.txt"
wait_for 20 test -s "$work/desk/refused/wrong.csv.txt"
grep -q "a folder called .nobody." "$work/desk/refused/wrong.csv.txt" || fault "it does not say that the sub-folder is wrong"
expect "1 file\(s\) were refused" agent bga status
expect 'the folder .bga/oud. is not looked into' agent bga status
expect '"not_looked_into": 1' agent bga status --json
[ "$(grep -c 'is not looked into' "$work/log/run-bga.log")" = 1 ] || fault "a folder in a folder is to be said once in the log"
grep -q vergeten "$work/log/run-bga.log" && fault "the log names a file"
[ "$(questions_of 2026-11)" = 60005 ] || fault "reading a file again counts twice"

# What could not be written is an error of every command, told in the reader's language; a reader that has gone is none.
for command in "status" "status --json" "settings" "card" "plan show" "--help"; do
	# shellcheck disable=SC2086
	if OEO_LANG=nl "$bin/oeo-agent" $command $([ "$command" = --help ] || echo "--home $work/agent-bga --now $now") >/dev/full 2>"$work/log/full.txt"; then
		fault "$command into a full disk is no error"
	fi
	[ "$(tail -n 1 "$work/log/full.txt")" = "oeo-agent: Het resultaat kan niet worden geschreven. Is de schijf vol?" ] || fault "$command: $(cat "$work/log/full.txt")"
done
{ agent bga status --json 2>"$work/log/gone.txt" || true; } | true
[ ! -s "$work/log/gone.txt" ] || fault "a reader that has gone is told: $(cat "$work/log/gone.txt")"
refuses 2 "from 2000 to 2099" "$bin/oeo-agent" status --home "$work/agent-bga" --now 9999-01-01
refuses 2 "from 2000 to 2099" "$bin/oeo-agent" status --home "$work/agent-bga" --now 1999-12-31
"$bin/oeo-agent" status --home "$work/agent-bga" --now 2099-12-31 >/dev/null || fault "status of the last year does not end well"

# A report is for who laid the file down: it begins with the file's own name, and names no program and no path.
[ "$(head -c 9 "$work/desk/done/again.csv.txt")" = "again.csv" ] || fault "the report begins with: $(head -n 1 "$work/desk/done/again.csv.txt")"
! grep -qE "oeo-agent:|busy/" "$work"/desk/*/*.txt || fault "a report names the program or where it found the file"

# A folder of any name: refused, with what to do.
mkdir -p "$work/desk/Mijn map"
cp "$work/in/bga.csv" "$work/desk/Mijn map/x.csv"
printf 'a,b\n1,2\n' >"$work/desk/unknown.csv"
wait_for 70 test -s "$work/desk/refused/x.csv.txt"
grep -q "a folder called .Mijn map." "$work/desk/refused/x.csv.txt" || fault "it does not say what is wrong with the folder"
wait_for 20 test -s "$work/desk/refused/unknown.csv.txt"
! grep -qE "oeo-agent:|busy/" "$work"/desk/*/*.txt || fault "the report of a refused file names the program or where it found the file"

# What systemd is told.
stop_run
python3 tests/scenario/notified.py "$work/notify" "$work/log/notified.txt" &
listener=$!
wait_for 30 test -S "$work/notify"
NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=2000000 start_run bga
wait_for 30 grep -q '^WATCHDOG=1' "$work/log/notified.txt"
wait_for 30 grep -q '^STATUS=' "$work/log/notified.txt"
stop_run
wait $listener || true
for word in READY=1 STATUS= WATCHDOG=1 STOPPING=1; do
	grep -q "^$word" "$work/log/notified.txt" || fault "systemd was not told $word"
done
grep -q "Zzresident" "$work"/log/run-*.log && fault "a log shows a name"
exit 0
