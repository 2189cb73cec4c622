#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: real complaints (Latin-1, semicolons, client numbers) go from the source's own export to a release of which every
# published number equals a recount of the records.
. tests/scenario/lib.sh
. tests/scenario/records.sh
need_records uwv/klachten.csv
now=2016-06-15
prepare_records uwv
grep -qE "taken +289$" "$work/log/import-uwv.txt" || { cat "$work/log/import-uwv.txt"; fault "not all 289 complaints were taken"; }
publish_all
for period in 2015-Q3 2015-Q4 2016-Q1; do release "$period"; done
export_site
python3 tests/scenario/recount_records.py uwv "$records" "$plan_dir" "$work/site" || fault "the recount differs"
# A client's number is nowhere outside the agent; a proposal for this file finds its shape and shows no number.
number=$(sed -n '2s/;.*//p' "$work/in/uwv.csv")
! grep -rlaF "$number" "$work/collector" "$work"/keyholder-* "$work/log" "$work/site" || fault "a client's number left the agent"
agent uwv mapping suggest "$work/in/uwv.csv" >"$work/log/suggested.txt"
grep -qF 'delimiter: ";", encoding: windows-1252' "$work/log/suggested.txt" || fault "the shape of the file is not found"
grep -qE 'member_number: CustomerID' "$work/log/suggested.txt" || { cat "$work/log/suggested.txt"; fault "the client number is not found"; }
grep -qF 'column: ContactDate, format: "yyyy-mm-dd"' "$work/log/suggested.txt" || fault "the date is not found"
! grep -qF "$number" "$work/log/suggested.txt" || fault "the proposal shows a client's number"
