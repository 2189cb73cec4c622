#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: spreadsheets are read by whichever program is installed, with their dates right, and JSON Lines from standard input;
# where it cannot be, the message says what to do; and no copy of what was read stays behind.
. tests/scenario/lib.sh
. tests/scenario/run.sh
plan=proto/plans/almelo/plan.yaml
mkdir -p "$work/log" "$work/tmp"
where=$PATH # where the agent looks for programs
run() { env PATH="$where" TMPDIR="$work/tmp" "$bin/oeo-agent" "$@" --plan $plan --home "$work/none" --now $now; }
left() { find "$work/tmp" /dev/shm -maxdepth 1 -name 'oeo-*' -user "$(id -un)" ! -name 'oeo-scenario*' 2>/dev/null | wc -l; }
before=$(left)
python3 tests/scenario/make_xlsx.py "$work/intake.xlsx"

# taken ROWS FILE MAPPING [OPTION...]: so many are, none is refused, and every date stands in its own month.
taken() {
	run preview "$2" --mapping "$3" --json "${@:4}" >"$work/log/preview.txt" 2>&1 || { cat "$work/log/preview.txt"; fault "cannot read $2"; }
	python3 - "$work/log/preview.txt" "$1" <<'PY' || { cat "$work/log/preview.txt"; fault "$2 is not read as it should be"; }
import json, sys
said = json.load(open(sys.argv[1], encoding="utf-8"))
assert said["taken"] == int(sys.argv[2]) and said["refused"] == 0 and said["unmapped"] == 0 and said["without_identity"] == 0, said["taken"]
periods = {t["table"]: t["periods"] for t in said["would_send"]}
assert periods["month-total"] == (10 if said["taken"] == 40 else 7), periods
PY
}

tried=0
for program in ssconvert soffice; do
	command -v $program >/dev/null || { echo "skipped: $program is not installed"; continue; }
	tried=$((tried + 1))
	mkdir -p "$work/only-$program"
	ln -s "$(command -v $program)" "$work/only-$program/$program"
	where=$work/only-$program:/nowhere
	run mapping suggest "$work/intake.xlsx" >"$work/$program.yaml" || fault "no proposal for a spreadsheet with $program"
	grep -qE 'date: \{column: Datum, format: "yyyy[-/]mm[-/]dd h?h:mm:ss"\}' "$work/$program.yaml" || { cat "$work/$program.yaml"; fault "the dates do not come out right with $program"; }
	! grep -q Zz "$work/$program.yaml" || fault "the proposal shows a name"
	taken 40 "$work/intake.xlsx" "$work/$program.yaml"
	taken 7 "$work/intake.xlsx" "$work/$program.yaml" --sheet "Ander blad"
	refuses 1 "cannot be read: has it a sheet" run preview "$work/intake.xlsx" --mapping "$work/$program.yaml" --sheet Nergens
	if [ $program = ssconvert ]; then
		ssconvert "$work/intake.xlsx" "$work/intake.ods" 2>/dev/null
		taken 40 "$work/intake.ods" "$work/$program.yaml"
	fi
	head -c 2000 "$work/intake.xlsx" >"$work/broken.xlsx"
	refuses 1 "cannot be read|No table|empty" run mapping suggest "$work/broken.xlsx"
done
where=/nowhere
refuses 1 "no program that reads it is installed" run mapping suggest "$work/intake.xlsx"
refuses 2 "is no spreadsheet" run mapping suggest tests/data/almelo/bga.csv --sheet Eerste
[ "$(left)" = "$before" ] || fault "a folder of a conversion stays behind"

# A conversion that is cut off leaves nothing behind: at once where it may, and else at the next import.
mkdir -p "$work/fake"
printf '#!/bin/sh\necho Zzcutoff >"$TMPDIR/out.0"\nsleep 300 &\nsleep 300\n' >"$work/fake/ssconvert"
chmod +x "$work/fake/ssconvert"
python3 tests/scenario/make_xlsx.py "$work/cut.xlsx" 2>/dev/null || printf 'PK\003\004xl/workbook.xml' >"$work/cut.xlsx"
plain() { grep -rls Zzcutoff /dev/shm/oeo-sheet-* 2>/dev/null; }
begin_conversion() {
	PATH=$work/fake:$PATH "$bin/oeo-agent" mapping suggest "$work/cut.xlsx" --plan proto/plans/almelo/plan.yaml --home "$work/none" >/dev/null 2>&1 &
	converting=$!
	wait_for 20 plain
}
for signal in TERM INT HUP; do
	# A shell lets what it starts in the background ignore SIGINT.
	[ $signal != INT ] || continue
	begin_conversion
	kill -$signal "$converting"
	wait "$converting" && fault "a conversion that was cut off ended well"
	! plain || fault "SIG$signal leaves the text of a spreadsheet behind"
done
begin_conversion
kill -KILL "$converting"
wait "$converting" || true
plain >/dev/null || fault "nothing was left, so that this test tests nothing"
"$bin/oeo-agent" import "$work/cut.xlsx" --home "$work/none" >/dev/null 2>&1 || true
! plain || fault "the next import does not remove what an earlier one left"

# JSON Lines.
python3 - "$work" <<'PY'
import json, sys
with open(sys.argv[1] + "/cases.jsonl", "w", encoding="utf-8") as out:
    for i in range(30):
        print(json.dumps({"id": i, "opened": f"2026-0{i % 9 + 1}-05", "born": "1960-12-31", "postcode": "7601AA", "surname": f"Zzé{i}",
                          "topic": "WO01", **({"note": "one\ntwo, \"three\""} if i % 2 else {"closed": None})}, ensure_ascii=i % 3 == 0), file=out)
PY
cat >"$work/cases.yaml" <<'YAML'
mapping: cases
source: {delimiter: ",", encoding: utf-8}
record: id
date: {column: opened, format: yyyy-mm-dd}
identity: {birthdate: {column: born, format: yyyy-mm-dd}, postcode: {column: postcode}, surname: {column: surname}}
dimensions: {question: {column: topic, match: code}}
never_read: [note, closed]
YAML
run preview - --format jsonl --mapping "$work/cases.yaml" --json <"$work/cases.jsonl" >"$work/log/json.txt"
run preview "$work/cases.jsonl" --mapping "$work/cases.yaml" --json >"$work/log/json-file.txt"
for said in json json-file; do grep -q '"taken": 30' "$work/log/$said.txt" || fault "JSON Lines are not read whole: $said"; done
{ cat "$work/cases.jsonl"; echo '{"id": 99, "person": {"name": "Zzdiep"}}'; } >"$work/nested.jsonl"
refuses 1 "Line 31: the field person holds other fields" run preview "$work/nested.jsonl" --mapping "$work/cases.yaml"
printf '{"id": 1}\n[1]\n' >"$work/list.jsonl"
refuses 1 "Line 2 is no JSON object" run preview "$work/list.jsonl" --mapping "$work/cases.yaml"
refuses 2 "csv or jsonl" run preview "$work/cases.jsonl" --format xml --mapping "$work/cases.yaml"
cat tests/data/almelo/bga.csv | run preview - --mapping proto/plans/almelo/mappings/bga.yaml >"$work/log/stdin.txt" || fault "CSV on standard input is not read"
[ $tried -gt 0 ] || echo "skipped: no program that reads spreadsheets"
