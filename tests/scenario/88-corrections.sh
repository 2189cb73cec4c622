#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: a later export corrects an earlier one until the period is sent: changed rows replace, missing rows are offered and
# taken out with consent only, late rows go to the next open period; after sending each says why and until when.
. tests/scenario/lib.sh
small_members
write_intake bga 1 14 2026-01-03
write_intake cosbo 10 12 2026-01-04
start_partnership
import_small
cp "$work/in/bga.csv" "$work/in/first.csv"

echo "-- row 5 deleted, row 6 moved to another subject: the one is offered, the other replaced"
sed -i -e '/^bga-2026-01-03-5,/d' -e '/^bga-2026-01-03-6,/s/WO01/ZO01/' "$work/in/bga.csv"
expect 'not in this file: 1' agent bga preview "$work/in/bga.csv"
expect 'changed since the last time +1' agent bga import "$work/in/bga.csv"
expect 'import FILE --remove-missing' agent bga import "$work/in/bga.csv"
refuses 2 'takes one FILE' agent bga import "$work/in/bga.csv" "$work/in/first.csv" --remove-missing
for format in "" --json; do
	refuses 1 'no question was taken out of the ledger' agent bga import "$work/in/bga.csv" --remove-missing $format </dev/null
done
cp -a "$work/agent-bga" "$work/agent-apart"
agent apart import "$work/in/bga.csv" --remove-missing --yes --json 2>/dev/null | grep -q '"removed": 1' ||
	fault "--json does not tell how many were taken out"
agent bga import "$work/in/bga.csv" --remove-missing --yes >"$work/log/removed.txt" 2>&1 || fault "the removal failed"
grep -q 'Taken out of the ledger: 1' "$work/log/removed.txt" || fault "not taken out"
grep -q 'not in this file: 1' "$work/log/removed.txt" || fault "what is taken out is not counted"
grep -q 'import FILE --remove-missing' "$work/log/removed.txt" && fault "advises what is being done"
agent bga import "$work/in/bga.csv" >"$work/log/again.txt" 2>&1
grep -q 'not in this file' "$work/log/again.txt" && fault "still missing after it was taken out"

echo "-- an export of another month makes nothing disappear"
head -n 1 "$work/in/bga.csv" >"$work/in/march.csv"
sed -n 's/2026-01-03/2026-03-03/gp' "$work/in/bga.csv" | head -n 3 >>"$work/in/march.csv"
agent bga import "$work/in/march.csv" >"$work/log/march.txt" 2>&1
grep -q 'not in this file' "$work/log/march.txt" && fault "rows of January are missing from an export of March"

echo "-- a row that cannot be read stops the removal: what is missing may be in it"
sed -e '/^bga-2026-01-03-7,/d' -e '1a ,2026-01-03T10:00:00,,Zz,1960-01-01,7601AA,WO01,KN04,KA01,UK01,geen' "$work/in/bga.csv" >"$work/in/broken.csv"
refuses 1 'could not be read' agent bga import "$work/in/broken.csv" --remove-missing --yes

echo "-- fixed, and a keyholder away before anything left: changes are told too late, and taken over with --reopen"
OEO_CRASH_AT=group-stored agent bga publish --period 2026-01 >"$work/log/crash.txt" 2>&1 && fault "it did not stop while sealing"
cp "$work/in/bga.csv" "$work/in/fixed.csv"
sed -i '/^bga-2026-01-03-9,/s/WO01/ZO01/' "$work/in/bga.csv"
expect 'import FILE --reopen' agent bga import "$work/in/bga.csv"
expect 'changed since the last time +1' agent bga import "$work/in/bga.csv" --reopen
expect 'fixed anew at the next publish: 0' agent bga import "$work/in/bga.csv" --reopen

echo "-- sent: a change and a removal are refused, and each says why and until when"
for member in bga cosbo; do quiet agent $member publish --period 2026-01; done
sed -e '/^bga-2026-01-03-7,/d' -e '/^bga-2026-01-03-8,/s/WO01/ZO01/' "$work/in/bga.csv" >"$work/in/late.csv"
agent bga import "$work/in/late.csv" --remove-missing --yes >"$work/log/late.txt" 2>&1
for said in 'sent in before: left as they were +1' 'Why changes came too late' '2026-01 was sent in' 'from 2026-02-22 on' \
	'1 have been sent in and stay' 'Taken out of the ledger: 0'; do
	grep -qE -- "$said" "$work/log/late.txt" || { cat "$work/log/late.txt"; fault "did not say: $said"; }
done

echo "-- a late question counts in the next open month, marked"
write_intake bga 90 1 2026-01-09
expect 'late: they count in a later period +1' agent bga import "$work/in/bga.csv"
write_intake bga 1 13 2026-02-03
write_intake cosbo 10 12 2026-02-04
import_small
for member in bga cosbo; do quiet agent $member publish --period 2026-02; done

echo "-- the published numbers: 20 of 21 residents in January (one was taken out), 22 in February (one is late)"
release 2026-01
release 2026-02
export_site
[ "$(shown month-total 2026-01)" = 20 ] || fault "20 residents in 2026-01, shown: $(shown month-total 2026-01)"
[ "$(shown month-total 2026-02)" = 22 ] || fault "22 residents in 2026-02, shown: $(shown month-total 2026-02)"
