#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: the worked example in docs/PRIVACY.md is what oeo-collector protect makes of its table, and its sums are right.
. tests/scenario/lib.sh
mkdir -p "$work/log"
cat >"$work/example.py" <<'END'
import csv, io, itertools, re, subprocess, sys

program, folder = sys.argv[1:]
section = open("docs/PRIVACY.md", encoding="utf-8").read().split("## Seven attackers and one small table\n")[1].split("\n## ")[0]
blocks = [re.sub("(?m)^ {4}", "", b) for b in re.findall(r"(?m)(?:^ {4}.*\n)+", section)]
table, command, grid = blocks
prose = section
for block in re.findall(r"(?m)(?:^ {4}.*\n)+", section):
    prose = prose.replace(block, "")


def protect(text, *more):
    open(f"{folder}/table.csv", "w", encoding="utf-8").write(text)
    words = command.split()
    assert words[:3] == ["oeo-collector", "protect", "table.csv"], words
    run = subprocess.run([program, "protect", f"{folder}/table.csv", *words[3:], *more], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    return run.stdout, {(r["ward"], r["theme"]): r["residents"] or "." for r in rows}


released, shown = protect(table)
lines = [line.split() for line in grid.splitlines()]
read = {(line[0], theme): number for line in lines[1:] for theme, number in zip(lines[0], line[1:])}
assert read == shown, f"docs/PRIVACY.md shows {read}, protect makes {shown}"

# Every sum in the text is right, and made of numbers of the table (or of sums before it).
counts = [(r["ward"], r["theme"], r["organisation"], int(r["residents"])) for r in csv.DictReader(io.StringIO(table))]
known = {1}
for ward, theme, who in itertools.product(*({c[i] for c in counts} | {None} for i in range(3))):
    known.add(sum(c[3] for c in counts if all(want in (None, has) for want, has in zip((ward, theme, who), c))))
known.add(74)
sums = re.findall(r"(\d+)((?: - \d+)+) = (\d+)", re.sub(r"\s+", " ", prose))
assert len(sums) == 6, sums
for first, rest, result in sums:
    parts = [int(n) for n in re.findall(r"\d+", rest)]
    assert int(first) - sum(parts) == int(result), (first, rest, result)
    assert {int(first), *parts} <= known | {3}, (first, rest)
assert re.findall(r"\*\*([A-Z]), who", prose) == list("LPQSOGT"), "an attacker is missing"

# Each of them is real: what the text says is hidden against an attacker is shown without it.
assert protect(table, "--attackers", "L,P,Q")[1][("Zuid", "housing")] == "25"
assert shown[("Zuid", "housing")] == shown[("Zuid", "care")] == shown[("Noord", "work")] == "."
# T: two more, later.
open(f"{folder}/released.csv", "w", encoding="utf-8").write(released)
later = protect(table.replace("Noord,work,A,12", "Noord,work,A,14"), "--earlier", f"{folder}/released.csv")[1]
assert later[("Noord", "Total")] == "." and later[("Zuid", "Total")] == "63", later
END
python3 "$work/example.py" "$bin/oeo-collector" "$work" || fault "the example in docs/PRIVACY.md does not hold"
