#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: whatever is laid in the drop folder, and however it comes there, nothing is read before it is complete, nothing is lost
# or counted twice, what cannot be read is refused with a reason, and nothing of it stands in a log.
. tests/scenario/lib.sh
. tests/scenario/run.sh
rows=${OEO_ROWS:-300000}
small_members
members=(bga)
start_partnership
stop_all
inbox=$work/agent-bga/inbox
write_intake bga 1 3 2026-11-02
import_small
header=$(head -n 1 "$work/in/bga.csv")
row() { printf '%s,%sT10:00:00,,Zzrow%s,1960-01-02,7601AA,WO01,KN04,KA01,UK01,geen\n' "$1" 2026-11-03 "$1"; }
refused_because() { wait_for 60 test -s "$inbox/refused/$1.txt"; grep -qiE "$2" "$inbox/refused/$1.txt" || { cat "$inbox/refused/$1.txt"; fault "$1 was not refused for: $2"; }; }
counts() { [ "$(questions_of 2026-11)" = "$1" ] || fault "$(questions_of 2026-11) questions, wanted $1: $2"; }
start_run bga

# Half a file: the writer pauses longer than a file has to be still, in the middle of a row.
{
	printf '%s\n' "$header"
	row 101
	printf '102,2026-11-0'
	sleep 5
	[ -e "$inbox/half.csv" ] || fault "a file was taken while it was written"
	row 3T | cut -c 4- | sed 's/^.*T10/3T10/'
	row 103
} >"$inbox/half.csv"
wait_for 30 test -s "$inbox/done/half.csv.txt"
counts 6 "half a file was read"

# What is wrong with a file stands beside it.
: >"$inbox/empty.csv"
head -c 70000 /dev/zero >"$inbox/zeros.csv"
truncate -s 2G "$inbox/sparse.csv"
{ printf '%s\n' "$header"; row 201; } >"$inbox/sparse-behind.csv.part"
truncate -s 2G "$inbox/sparse-behind.csv.part"
mv "$inbox/sparse-behind.csv.part" "$inbox/sparse-behind.csv"
printf '%s\n201\0,x\n' "$header" >"$inbox/nul.csv"
{ printf '%s\n' "$header"; row 301; } | iconv -t UTF-16 >"$inbox/utf16.csv"
printf '%s\n' "a;b;c" "1;2;3" >"$inbox/other.csv"
printf '%s\n301,2026-11-03T10:00:00,,M\374ller,1960-01-02,7601AA,WO01,KN04,KA01,UK01,x\n' "$header" >"$inbox/latin.csv"
ln -s /etc/hostname "$inbox/link.csv"
mkfifo "$inbox/pipe.csv"
refused_because empty.csv "empty"
refused_because zeros.csv "no end within"
refused_because sparse.csv "no end within"
refused_because nul.csv "zero byte"
refused_because utf16.csv "UTF-16"
refused_because other.csv "No remembered mapping"
refused_because latin.csv "encoding"
refused_because link.csv "not a file"
refused_because pipe.csv "not a file"
wait_for 60 test -s "$inbox/done/sparse-behind.csv.txt"
grep -q "line 3: longer than" "$inbox/done/sparse-behind.csv.txt" || fault "the zeros behind the rows are not told"
[ -L "$inbox/refused/link.csv" ] || fault "the link itself was not moved"
counts 7 "what was refused counted"

# The same file twice, also at once and under another name; a longer one; a changed row.
cp "$work/in/bga.csv" "$inbox/half.csv"
cp "$work/in/bga.csv" "$inbox/copy.csv"
wait_for 30 test -s "$inbox/done/copy.csv.txt"
wait_for 30 test -s "$inbox/done/half-2.csv.txt"
grep -qE "known already +3$" "$inbox/done/copy.csv.txt" || fault "the same file again was not known"
counts 7 "the same file counted twice"
{ cat "$work/in/bga.csv"; row 401; } >"$inbox/copy.csv"
wait_for 30 test -s "$inbox/done/copy-2.csv.txt"
counts 8 "a longer file did not add its new row once"

# Copied under another name and renamed; replaced by another while it waits.
{ printf '%s\n' "$header"; row 501; } >"$inbox/.moved.csv"
sleep 3
[ -e "$inbox/.moved.csv" ] || fault "a hidden file was taken"
{ printf '%s\n' "$header"; row 501; row 502; } >"$work/in/better.csv"
mv "$inbox/.moved.csv" "$inbox/moved.csv"
mv "$work/in/better.csv" "$inbox/moved.csv"
wait_for 30 test -s "$inbox/done/moved.csv.txt"
counts 10 "the file that came in its place was not read"

# A large file: progress is told, memory stays flat, and an end in the middle leaves nothing half and loses nothing.
python3 tests/scenario/many_rows.py "$rows" 2026-11-05 >"$work/in/many.csv"
# The reader stands still whenever it is looked at, so that it is in the middle when the end comes.
steps() { # steps TEXT: let the reader go on for a moment; does the status say TEXT now?
	reader=$(pgrep -P "$run_pid" | head -n 1)
	[ -n "$reader" ] && [ -e "$inbox/busy/many.csv" ] || return 1
	kill -CONT "$reader"
	sleep 0.1
	kill -STOP "$reader"
	said "$1" agent bga status --json
}
lay bga "$work/in/many.csv" many.csv
wait_for 30 steps '"percent": [1-9]'
for n in 1 2 3 4; do
	{ printf '%s\n' "$header"; row "60$n"; row "70$n"; } >"$work/in/small.csv"
	lay bga "$work/in/small.csv" "small-$n.csv"
done
peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$reader/status" 2>/dev/null || echo 0)
stop_run KILL
kill -CONT "$reader" 2>/dev/null || true
for _ in $(seq 50); do
	kill -0 "$reader" 2>/dev/null || break
	sleep 0.1
done
kill -0 "$reader" 2>/dev/null && fault "the reader outlives the daemon"
[ -e "$inbox/busy/many.csv" ] || fault "the file was not being read: it was read too soon for this test"
counts 10 "a cut-off import left something"
start_run bga
wait_for 100 test -s "$inbox/done/many.csv.txt"
for n in 1 2 3 4; do wait_for 60 test -s "$inbox/done/small-$n.csv.txt"; done
counts $((rows + 18)) "after a cut-off import not every row of the five files counts once"
[ "$peak" -lt 400000 ] || fault "reading a large file took $peak KiB"
# SIGTERM in the middle: stopped soon, and the file is read the next time.
lay bga "$work/in/many.csv" again.csv
wait_for 30 said '"doing": "imports"' agent bga status --json
stop_run
[ "$run_result" = 0 ] || fault "it did not stop cleanly in the middle of a file"
[ -e "$inbox/again.csv" ] || fault "the file that was being read is not back in its place"

# Another owner's file that may not be read. (The superuser may read all: then as somebody else.)
as=()
if [ "$(id -u)" -eq 0 ]; then
	chmod 711 "$work"
	chown -R nobody "$work/agent-bga"
	as=(setpriv --reuid nobody --clear-groups --inh-caps=-all)
fi
rm -f "$inbox/again.csv"
"${as[@]}" "$bin/oeo-agent" run --home "$work/agent-bga" --now "$now" --port 0 >>"$work/log/run-bga.log" 2>&1 &
run_pid=$!
daemon_pid[run]=$run_pid
cp "$work/in/bga.csv" "$inbox/secret.csv"
chmod 000 "$inbox/secret.csv"
refused_because secret.csv "May you read it"
stop_run
[ "$run_result" = 0 ] || fault "it did not stop cleanly: $run_result"
! grep -qE "Zzr|7601 ?[A-Z]|half|copy|secret" "$work"/log/run-bga.log || fault "a log shows names"
grep -q "Zzr" "$inbox"/done/*.txt "$inbox"/refused/*.txt && fault "a report shows a name"
exit 0
