#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: an intake file full of faults: every wrong row is listed with its line and reason and nothing of its content, the rest
# is taken, and reading it twice adds nothing.
. tests/scenario/lib.sh
members=(bga)
start_partnership
file=tests/data/hostile/intake.csv
map=tests/data/hostile/mapping.yaml
agent bga preview $file --mapping $map >"$work/log/preview.txt" 2>&1 || fault "preview failed"
agent bga import $file --mapping $map >"$work/log/import.txt" 2>&1 || fault "import failed"
agent bga import $file --mapping $map --json >"$work/log/again.txt" || fault "the second import failed"
python3 - "$work/log/again.txt" <<'PY' || fault "reading the file twice added something, or lost a row"
import json, sys
[result] = json.load(open(sys.argv[1], encoding="utf-8"))
wanted = dict(l.split() for l in open("tests/data/hostile/expected.txt", encoding="utf-8") if len(l.split()) == 2)
assert result["added"] == 0 and result["known"] == result["taken"] == int(wanted["taken"]) > 100, result["added"]
assert result["refused"] == len(result["refusals"]) == int(wanted["refused"])
PY
python3 - "$file" "$work/log/preview.txt" "$work/log/import.txt" "$work/log/again.txt" <<'PY'
import re, sys
raw = open(sys.argv[1], "rb").read()
words = {w for w in re.findall(rb"[A-Za-z]{7,}", raw.split(b"\n", 3)[-1])}
codes = set(re.findall(rb"[A-Za-z]{7,}", b"".join(open(p, "rb").read() for p in (
    "tests/data/hostile/mapping.yaml", "proto/plans/almelo/codes/question.csv", "proto/plans/almelo/codes/barrier.csv",
    "proto/plans/almelo/codes/channel.csv", "proto/plans/almelo/codes/result.csv"))))
bad = 0
for path in sys.argv[2:]:
    text = open(path, "rb").read()
    for word in words - codes:
        if re.search(rb"\b" + word + rb"\b", text):
            print("FAULT", path, "shows", word)
            bad += 1
sys.exit(bad > 0)
PY
grep -qE 'line|regel' "$work/log/import.txt" || fault "no line numbers"
