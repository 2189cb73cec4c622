#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: oeo-collector protect writes a table that keeps its small numbers, or nothing at all; every bad file is told at its line.
. tests/scenario/lib.sh
data=$PWD/tests/data/sdc
mkdir -p "$work/log"

protect() { "$bin/oeo-collector" protect "$@"; }

# refused CODE TEXT ARGUMENTS...: it exits with CODE, says TEXT, and leaves no file.
refused() {
	local code=$1 text=$2 got=0
	shift 2
	rm -rf "$work/out"
	mkdir "$work/out"
	protect "$@" --out "$work/out/table.csv" >"$work/log/refused.txt" 2>&1 || got=$?
	[ "$got" = "$code" ] || fault "exit $got, not $code: $* ($(cat "$work/log/refused.txt"))"
	grep -qE -- "$text" "$work/log/refused.txt" || fault "did not say $text: $(cat "$work/log/refused.txt")"
	[ -z "$(ls -A "$work/out")" ] || fault "a file was left by: $*"
}

# A known table: figures, columns, and the hidden cells are empty. A row order of its own changes nothing.
d2=(--dims region,main_income --freq freq --hier "region=$data/hier_d2_region_county.csv" --hier "main_income=$data/hier_income.csv" --residents 5)
protect "$data/ssb_d2.csv" "${d2[@]}" --attackers L,P,Q --audit --json --out "$work/d2.csv" 2>"$work/d2.json"
python3 - "$work/d2.json" "$work/d2.csv" <<'END'
import csv, json, sys
told = json.load(open(sys.argv[1]))
assert told["cells"] == 108 and told["primary"] == 10 and told["secondary"] <= 10 and told["hidden_sum"] <= 139, told
assert told["recovered"] == 0 and told["safe"] and told["audited"], told
rows = list(csv.DictReader(open(sys.argv[2])))
assert list(rows[0]) == ["region", "main_income", "freq", "status"], rows[0]
assert len(rows) == 108 and sum(r["status"] == "hidden" for r in rows) == told["hidden"]
assert all((r["freq"] == "") == (r["status"] == "hidden") for r in rows)
assert all(r["freq"] == "" or int(r["freq"]) == 0 or int(r["freq"]) >= 5 for r in rows)
END
{ head -n 1 "$data/ssb_d2.csv"; tail -n +2 "$data/ssb_d2.csv" | sort -r; } >"$work/turned.csv"
protect "$work/turned.csv" "${d2[@]}" --attackers L,P,Q --out "$work/d2-turned.csv" 2>"$work/log/turned.txt"
cmp "$work/d2.csv" "$work/d2-turned.csv" || fault "the order of rows changed the outcome"

# Later: the same table again shows and hides the same; a number that changed by two is hidden.
protect "$data/ssb_d2.csv" "${d2[@]}" --attackers L,P,Q --earlier "$work/d2.csv" --out "$work/d2-again.csv" 2>"$work/log/again.txt"
cmp "$work/d2.csv" "$work/d2-again.csv" || fault "the same table again has another pattern"
sed 's/^A,c1,g300,other,11$/A,c1,g300,other,13/' "$data/ssb_d2.csv" >"$work/changed.csv"
protect "$work/changed.csv" "${d2[@]}" --attackers L,P,Q --earlier "$work/d2.csv" --out "$work/d2-changed.csv" 2>"$work/log/changed.txt"
grep -q '^A,other,,hidden$' "$work/d2-changed.csv" || fault "a change by two can be read"

# Bad files and bad command lines.
table=$work/table.csv
tree=$work/tree.csv
d1=(--dims a --freq freq --residents 5)
printf 'a,freq\nx,1\n' >"$table"
refused 2 '--residents' "$table" --dims a --freq freq
refused 2 '--dims' "$table" --freq freq --residents 5
refused 2 'attackers' "$table" "${d1[@]}" --attackers L,Z
refused 2 'by-member' "$table" "${d1[@]}" --attackers O
refused 2 'zeros' "$table" "${d1[@]}" --zeros perhaps
refused 1 'nothing.csv' "$work/nothing.csv" "${d1[@]}"
refused 1 'table.csv:1: .*"b"' "$table" --dims a,b --freq freq --residents 5
printf 'a,freq\nx,1\ny,-2\n' >"$table"
refused 1 'table.csv:3: .*negative' "$table" "${d1[@]}"
printf 'a,freq\nx,1.5\n' >"$table"
refused 1 'table.csv:2: .*whole' "$table" "${d1[@]}"
: >"$table"
refused 1 'table.csv:1: .*empty' "$table" "${d1[@]}"
printf 'a,freq\nx,9999999999999999\n' >"$table"
refused 1 'table.csv:2: .*large' "$table" "${d1[@]}"
printf 'a,freq\nx,10\ny,20\n' >"$table"
printf 'child,parent\nx,p\nx,Total\ny,p\np,Total\n' >"$tree"
refused 2 'tree.csv:3: .*parent already' "$table" "${d1[@]}" --hier "a=$tree"
printf 'child,parent\nx,p\np,q\nq,p\n' >"$tree"
refused 2 'tree.csv:2: .*circle' "$table" "${d1[@]}" --hier "a=$tree"
printf 'child,parent\nx,Total\n' >"$tree"
refused 1 'table.csv:3: .*"y"' "$table" "${d1[@]}" --hier "a=$tree"
# Three people in all: nothing is told.
printf 'a,freq\nx,1\ny,2\n' >"$table"
protect "$table" "${d1[@]}" --out "$work/few.csv" 2>"$work/log/few.txt"
if grep -q published "$work/few.csv"; then fault "of three people, something is told"; fi

# Many rows in little memory: the same cells over and over.
python3 -c "
print('a,b,freq')
for i in range(1000000): print('x%d,y%d,1' % (i % 97, i % 89))" >"$work/many.csv"
python3 - "$bin/oeo-collector" protect "$work/many.csv" --dims a,b --freq freq --residents 5 --out "$work/many-out.csv" \
	2>"$work/log/many.txt" <<'END' || fault "a million rows: $(cat "$work/log/many.txt")"
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(f"a million rows, 8,633 cells: {peak_mb} MB")
sys.exit(code or peak_mb > 600)
END
