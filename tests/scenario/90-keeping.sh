#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: names leave the ledger when the year has been sent, or earlier where the coordinator chose so; the figures of the year
# still count every resident once, and the same export can be imported again. Files that were read stay until somebody deletes
# them, or for as long as the coordinator chose.
now=2027-02-15
. tests/scenario/lib.sh
. tests/scenario/run.sh
now=2027-02-15
small_members
write_months 2026-01 2026-02 2026-12
start_partnership
import_small

# A copy of the ledger in the clear, of a backup that was cut off: no command that erases names leaves it.
cut_off() { mkdir -p "$work/agent-bga/backing-up" && echo Zzresident >"$work/agent-bga/backing-up/backup"; }
is_swept() { [ ! -e "$work/agent-bga/backing-up" ] || fault "what a backup that was cut off left is still there after $1"; }

echo "-- until the year is sent every name is there"
at=2026-12-20
expect 'until its year has been sent in' agent bga settings
expect 'with a resident: 36; with the resident erased: 0' agent bga settings
for member in bga cosbo; do quiet agent $member publish; done
expect 'with a resident: 36; with the resident erased: 0' agent bga settings
unset at

echo "-- another choice asks, and says what it costs"
refuses 1 'lower' agent bga settings --keep-identity month </dev/null
refuses 2 'year, quarter or month' agent bga settings --keep-identity week
expect 'with a resident: 36' agent bga settings

echo "-- the year is sent: the names are erased by the same command, and say so"
cut_off
expect 'questions: 36' agent bga publish
is_swept publish
cut_off
quiet agent cosbo publish
expect '"with_identity": 0' agent bga settings --json
is_swept settings
expect '"erased": 36' agent bga settings --json
cut_off
expect 'known already +36' agent bga import "$work/in/bga.csv"
is_swept import
expect '"with_identity": 0' agent bga settings --json

echo "-- a resident of that year cannot be found any more, by nobody"
printf 'surname: Zzresident3\nbirthdate: 1960-01-04\npostcode: 7601AA\n' >"$work/who.txt"
chmod 600 "$work/who.txt"
refuses 1 'Questions of this resident: 0' agent bga withdraw --file "$work/who.txt" --yes

echo "-- the figures count every resident of the year once (18)"
for period in 2026-01 2026-02 2026-12 2026-Q1 2026-Q4 2026; do release $period; done
export_site
[ "$(shown month-total 2026-12)" = 18 ] || fault "18 residents in 2026-12, shown: $(shown month-total 2026-12)"
[ "$(shown total 2026-Q1)" = 18 ] || fault "18 residents in 2026-Q1, shown: $(shown total 2026-Q1)"
[ "$(shown year-category 2026 WO01)" = 18 ] || fault "18 residents in 2026, shown: $(shown year-category 2026 WO01)"

echo "-- files that were read hold the names still: status says which, and by itself nothing deletes them"
inbox=$work/agent-bga/inbox
mkdir -p "$inbox/done" "$inbox/refused"
for name in done/old.csv refused/odd.csv; do
	echo Zzresident >"$inbox/$name"
	echo report >"$inbox/$name.txt"
	touch -d 2026-05-01T12:00Z "$inbox/$name"
done
expect '1 file.s. in .*/done are of 2026-12-31 or earlier.*--keep-files' agent bga status
expect '1 file.s. in .*/refused are of 2026-12-31 or earlier' agent bga status
expect '"older_than_names": 1' agent bga status --json
at=$(date -u -d '+40 days' +%F)
start_run bga --no-form
stop_run
[ -e "$inbox/done/old.csv" ] || fault "a file was deleted although nobody chose so"

echo "-- a number of days is chosen, and agreed to: then the daemon deletes what was read, with its report, and nothing else"
expect 'until you delete it yourself' agent bga settings
for wrong in 0 -1 3651 soon 7d; do refuses 2 'or always' agent bga settings --keep-files $wrong; done
refuses 1 'go within the hour: 1' agent bga settings --keep-files 39 </dev/null
expect 'until you delete it yourself' agent bga settings
expect 'in done/: 39;' agent bga settings --keep-files 39 --yes
start_run bga --no-form
wait_for 20 test ! -e "$inbox/done/old.csv.txt"
stop_run
[ ! -e "$inbox/done/old.csv" ] || fault "the report went and the file stayed"
[ -e "$inbox/refused/odd.csv" ] || fault "a refused file was deleted"
grep -q 'chosen are deleted: 1' "$work/log/run-bga.log" || fault "the log does not say how many files were deleted"
grep -qE 'old.csv|Zz' "$work/log/run-bga.log" && fault "the log names a file or a resident"
expect '"keep_files_days": null' agent bga settings --keep-files always --json
