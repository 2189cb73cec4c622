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

# With all attackers too: what changed by little is one more number to hide, and no reason to give up.
protect "$data/ssb_d2.csv" "${d2[@]}" --out "$work/d2-all.csv" 2>"$work/log/all.txt"
protect "$work/changed.csv" "${d2[@]}" --earlier "$work/d2-all.csv" --json --out "$work/d2-later.csv" 2>"$work/d2-later.json"
python3 - "$work/d2-later.json" "$work/d2-all.csv" "$work/d2-later.csv" <<'END'
import csv, json, sys
told = json.load(open(sys.argv[1]))
earlier, later = ({tuple(r.values())[:2]: r["freq"] for r in csv.DictReader(open(f))} for f in sys.argv[2:])
changed = [c for c in later if earlier[c] != "" and later[c] != earlier[c]]
assert told["safe"] and told["audited"] and told["recovered"] == 0 and told["changed"] == 8, told
assert all(later[c] == "" for c in changed), changed
assert all(later[c] == "" for c in earlier if earlier[c] == ""), "what was hidden is shown"
assert sum(v != "" for v in later.values()) > 40, "too much was hidden"
END

# Bad command lines.
table=$work/table.csv
tree=$work/tree.csv
d1=(--dims a --freq freq --residents 5)
told() { # told CODE TEXT CONTENT [ARGUMENTS...]: a table with this content is refused so.
	local code=$1 text=$2 content=$3
	shift 3
	printf '%b' "$content" >"$table"
	refused "$code" "$text" "$table" "${d1[@]}" "$@"
}
under() { # under TEXT CONTENT: a hierarchy with this content is refused so, beside a good table.
	printf '%b' "$2" >"$tree"
	told 1 "$1" 'a,freq\nx,10\ny,20\n' --hier "a=$tree"
}
good='a,freq\nx,10\n'
printf '%b' "$good" >"$table"
refused 2 '--residents' "$table" --dims a --freq freq
refused 2 '--dims' "$table" --freq freq --residents 5
refused 2 '--freq' "$table" --dims a --residents 5
told 2 'twice' "$good" --dims a,a
told 2 'attackers' "$good" --attackers L,Z
told 2 'by-member' "$good" --attackers O
told 2 'by-member' "$good" --rest 3
told 2 'needs --rest' 'a,who,freq\nx,m,1\n' --by-member who
told 2 'in --dims already' "$good" --by-member a --rest 3
told 2 'taken' "$good" --by-member freq --rest 3
told 2 'zeros' "$good" --zeros perhaps
told 2 'does not apply' "$good" --zeros hide --attackers Q
told 2 'NAME=FILE' "$good" --hier "$tree"
told 2 'no such column' "$good" --hier "b=$tree"

# What is written never takes the place of what is read, of a device, or of half a file.
printf '%b' "$good" >"$table"
cp "$table" "$work/kept.csv"
refuses 2 'to be read' "$bin/oeo-collector" protect "$table" "${d1[@]}" --out "$table"
ln -s "$table" "$work/link.csv"
refuses 2 'to be read' "$bin/oeo-collector" protect "$table" "${d1[@]}" --out "$work/link.csv"
cmp "$table" "$work/kept.csv" || fault "the table that was read was written over"
refuses 2 'not an ordinary file' "$bin/oeo-collector" protect "$table" "${d1[@]}" --out /dev/full
[ -c /dev/full ] || fault "a device was replaced by a file"
refuses 1 'written' bash -c '"$0" protect "$@" >/dev/full' "$bin/oeo-collector" "$table" "${d1[@]}"
refused 1 'nothing.csv: there is no such file' "$work/nothing.csv" "${d1[@]}"
refused 1 'cannot be read' "$work" "${d1[@]}"
refuses 1 'nowhere' "$bin/oeo-collector" protect "$table" "${d1[@]}" --out "$work/nowhere/table.csv"
python3 -c "
print('a,freq')
for i in range(3000): print('code%d,10' % i)" >"$work/long.csv"
echo 'what was here' >"$work/before.csv"
if (trap '' XFSZ && ulimit -f 4 && protect "$work/long.csv" "${d1[@]}" --out "$work/before.csv") 2>"$work/log/disk.txt"; then
	fault "a full disk went unseen"
fi
grep -q before.csv "$work/log/disk.txt" || fault "a full disk is not told: $(cat "$work/log/disk.txt")"
grep -qx 'what was here' "$work/before.csv" || fault "a full disk harmed the file that was there"
[ "$(find "$work" -maxdepth 1 -name '*before*' | wc -l)" = 1 ] || fault "a full disk left half a file: $(ls "$work")"

# Bad tables: told at their line, with what to do.
refused 1 'table.csv:1: .*"b"' "$table" --dims a,b --freq freq --residents 5
told 1 'table.csv:1: .*semicolons' 'a;freq\nx;1\n'
told 1 'table.csv:1: .*twice' 'a,a,freq\nx,x,1\n'
told 1 'table.csv:1: .*empty' ''
told 1 'table.csv:1: .*no rows' 'a,freq\n'
told 1 'table.csv:3: .*negative' 'a,freq\nx,1\ny,-2\n'
told 1 'table.csv:3: .*negative' 'a,freq\r\nx,1\r\ny,-2\r\n'
told 1 'table.csv:3: .*negative' 'a,freq\rx,1\ry,-2\r'
told 1 'table.csv:4: .*negative' 'a,b,freq\nx,"one\nline",1\ny,z,-2\n'
told 1 'table.csv:2: .*whole' 'a,freq\nx,1.5\n'
told 1 'table.csv:2: .*whole' 'a,freq\nx,"1,5"\n'
told 1 'table.csv:2: .*not a number' 'a,freq\nx,1e3\n'
told 1 'table.csv:2: .*Write 0' 'a,freq\nx,\n'
told 1 'table.csv:2: .*large' 'a,freq\nx,9999999999999999\n'
told 1 'table.csv:2: .*large' 'a,freq\nx,99999999999999999999999999\n'
told 1 'table.csv:3: .*large' 'a,freq\nx,1099511627776\ny,1\n'
told 1 'table.csv:3: .*2 in the header' 'a,freq\nx,1\ny\n'
told 1 'table.csv:2: .*is Total here' 'a,freq\nTotal,1\n'
told 1 'table.csv:2: .*empty code' 'a,freq\n,1\n'
told 1 'table.csv:3: .*not closed' 'a,freq\nx,1\n"y,1\nz,1\n'
told 1 'table.csv:3: .*out of place' 'a,freq\nx,1\ny"y,1\n'
told 1 'table.csv:2: .*not text' 'a,freq\nx\0000y,1\n'
told 1 'table.csv:2: .*plain text' 'a,freq\nx\0033[31m,1\n'
told 1 'table.csv:2: .*plain text' 'a,freq\nx\0351,1\n'
told 1 'table.csv:2: .*nobody' 'a,n,freq\nx,0,1\n' --contributors n
told 1 'table.csv:2: .*who it comes from' 'a,who,freq\nx,,1\n' --by-member who --rest 3

# Bad hierarchies.
under 'tree.csv:1: .*child,parent' 'code,parent\nx,Total\n'
under 'tree.csv:1: .*no rows' 'child,parent\n'
under 'tree.csv:3: .*parent already' 'child,parent\nx,p\nx,Total\ny,p\np,Total\n'
under 'tree.csv:3: .*same row as line 2' 'child,parent\nx,Total\nx,Total\n'
under 'tree.csv:2: .*circle' 'child,parent\nx,p\np,q\nq,p\n'
under 'tree.csv:2: .*own parent' 'child,parent\nx,x\n'
under 'tree.csv:2: .*"p" has no parent' 'child,parent\nx,p\ny,p\n'
under 'tree.csv:2: .*Total is the top' 'child,parent\nTotal,x\n'
under 'table.csv:3: .*"y".*Add a row' 'child,parent\nx,Total\n'
under 'table.csv:3: .*"y".*below it' 'child,parent\nx,y\ny,Total\n'
python3 -c "
print('child,parent')
for i in range(100000): print('c%d,c%d' % (i, i + 1))
print('c100000,Total')" >"$tree"
told 1 'tree.csv:2: .*64 levels' "$good" --hier "a=$tree"

# Too many cells: the number is told at once, and in little memory.
python3 -c "
print(','.join('abcdefghijklmnop') + ',freq')
for code in 'vwxyz': print(','.join(code * 16) + ',7')" >"$work/dims.csv"
refused 1 'would have 2821109907456 cells' "$work/dims.csv" --dims a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p --freq freq --residents 5
refused 1 'has 10077696 cells' "$work/dims.csv" --dims a,b,c,d,e,f,g,h,i --freq freq --residents 5 --zeros hide
refused 2 'too many columns' "$work/dims.csv" --dims a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q --freq freq --residents 5

# What is unusual but right: byte order mark, CRLF, lone CR, quotes, codes of any script, columns that are not named, no end
# of line, cells more than once.
printf 'note,a,freq\nignored,"x, y",19\n,Éé,27\n,"x, y",21' >"$table"
protect "$table" "${d1[@]}" >"$work/plain.csv" 2>"$work/log/plain.txt"
{
	printf '\xEF\xBB\xBF'
	sed 's/$/\r/' "$table"
} >"$work/windows.csv"
tr '\n' '\r' <"$table" >"$work/old.csv"
for file in windows old; do
	protect "$work/$file.csv" "${d1[@]}" 2>"$work/log/plain.txt" | cmp - "$work/plain.csv" || fault "$file: another outcome"
done
printf 'a,freq,status\nTotal,67,published\n"x, y",40,published\nÉé,27,published\n' | cmp - "$work/plain.csv" || fault "$(cat "$work/plain.csv")"

# By organisation: who holds all but two of a number knows them, so it is hidden; nothing that changed later is shown.
printf 'a,who,freq\nx,m1,2\nx,m2,90\ny,m1,30\ny,m2,40\nz,m1,33\nz,m2,44\n' >"$table"
members=(--by-member who --rest 3 --audit)
protect "$table" "${d1[@]}" "${members[@]}" --out "$work/members.csv" 2>"$work/log/members.txt"
grep -q '^x,,hidden$' "$work/members.csv" || fault "one organisation can see the few of another"
grep -q '^Total,239,published$' "$work/members.csv" || fault "the total of the organisations is wrong"
sed 's/^z,m1,33$/z,m1,53/' "$table" >"$work/changed.csv"
protect "$work/changed.csv" "${d1[@]}" "${members[@]}" --earlier "$work/members.csv" --out "$work/later.csv" 2>"$work/log/later.txt"
grep -q '^Total,,hidden$' "$work/later.csv" || fault "a change is shown, though who made it is not known"
grep -q 'changed since' "$work/log/later.txt" || fault "the summary is silent about what changed"
echo 'a,freq,status
q,10,published' >"$work/other.csv"
refused 1 'other.csv:2: .*"q".*count 0' "$table" "${d1[@]}" --earlier "$work/other.csv"
refused 1 'table.csv:1: .*"status"' "$table" "${d1[@]}" --earlier "$table"

# Three people in all: nothing is told.
printf 'a,freq\nx,1\ny,2\n' >"$table"
protect "$table" "${d1[@]}" --out "$work/few.csv" 2>"$work/log/few.txt"
if grep -q published "$work/few.csv"; then fault "of three people, something is told"; fi

# Ten million rows, through a pipe, in memory that does not grow with them.
rows=${OEO_ROWS:-10000000}
# An instrumented build is slower and keeps what was freed.
if nm "$bin/oeo-collector" | grep -q __asan_init; then rows=1000000; fi
peak() { # peak ROWS: MB at most while that many rows are read
	awk -v n="$1" 'BEGIN { print "a,b,freq"; for (i = 0; i < n; i++) print "x" i % 97 ",y" i % 89 ",1" }' |
		python3 -c '
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(code)' "$bin/oeo-collector" protect /dev/stdin --dims a,b --freq freq --residents 5 --out "$work/many-out.csv" 2>"$work/log/many.txt"
}
few_mb=$(peak 100000) || fault "a hundred thousand rows: $(cat "$work/log/many.txt")"
many_mb=$(peak "$rows") || fault "$rows rows: $(cat "$work/log/many.txt")"
echo "8,820 cells: $few_mb MB with 100,000 rows, $many_mb MB with $rows"
[ "$many_mb" -le $((few_mb + few_mb / 4 + 8)) ] || fault "memory grows with the rows"
