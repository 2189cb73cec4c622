#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: the whole of Almelo on real processes; every published number equals a recount by a program apart, and nothing of
# the intake that names a person or a free text reaches collector, keyholder, wire, log or release.
. tests/scenario/lib.sh

data=tests/data/almelo
make_parties
publish_plan
export OEO_RECORD_FRAMES=$work/frames-keyholder-wmo-adviesraad
start_keyholder wmo-adviesraad
export OEO_RECORD_FRAMES=$work/frames-keyholder-steunpunt
start_keyholder steunpunt
export OEO_RECORD_FRAMES=$work/frames-collector
start_collector
unset OEO_RECORD_FRAMES
accept_plan
for member in "${members[@]}"; do
	agent "$member" import "$data/$member.csv" --mapping "$plan_dir/mappings/$member.yaml" >"$work/log/import-$member.txt" 2>&1 ||
		{ cat "$work/log/import-$member.txt"; fault "import of $member"; }
done
publish_all
mapfile -t periods < <(ended_periods 2025-01 2026-09)
[ ${#periods[@]} -eq 29 ] || fault "29 periods end in 2025-01 .. 2026-09, not ${#periods[@]}"
for period in "${periods[@]}"; do release "$period"; done
for file in "$work"/collector/releases/*.oeorel; do
	minisign -V -q -p "$work/collector/minisign.pub" -m "$file" || fault "minisign does not verify $file"
done
refuses 1 'released already|already released' collector release --period 2026-Q3 --yes
export_site
python3 tests/scenario/recount.py "$data" "$plan_dir/codes" "$work/site" || fault "the recount differs"
python3 tests/scenario/recount.py "$data" "$plan_dir/codes" "$work/site" --figures
# All releases together, as each member reads them: with its own figures taken out everywhere.
mine=()
for member in "${members[@]}"; do
	python3 tests/scenario/recount.py "$data" "$plan_dir/codes" "$work/site" --own "$member" "$work/own-$member.csv"
	mine+=(--mine "$work/own-$member.csv")
done
TIMEFORMAT="audit of 29 releases for ${#members[@]} members: %U s"
time collector audit "$work"/collector/releases/*.oeorel --verdicts "${mine[@]}" >"$work/log/audit.txt" 2>&1 ||
	{ cat "$work/log/audit.txt"; fault "the audit finds something with the figures of a member"; }
# What a member's own program writes of itself is the same, of the year whose names are still there; but for cells where only
# questions without a resident are, in tables that count no questions.
expect '2025-Q1 is left out: names have been erased' agent bga mirror "$work"/collector/releases/*-202[56]-Q1.oeorel --mine "$work/mine.csv"
agent bga mirror "$work"/collector/releases/*-2026-*.oeorel --mine "$work/mine.csv" >/dev/null 2>&1 || fault "no figures of bga itself"
diff <(grep ',2026-' "$work/own-bga.csv" | grep -v ',0,$' | sort) <(tail -n +2 "$work/mine.csv" | sort) || fault "bga counts its own figures otherwise"
rm "$work"/own-*.csv "$work/mine.csv"

# What must never leave an agent. Surnames of six or more letters, birth dates, postcodes, free text, field names.
python3 - "$data" >"$work/needles" <<'PY'
import csv, io, re, sys
sys.path.insert(0, "tests/scenario")
import recount, pathlib
needles, raw = set(), set()
for member, (enc, delimiter, form, c_date, c_birth, c_pc, c_name, *_rest) in recount.SOURCES.items():
    text = (pathlib.Path(sys.argv[1]) / f"{member}.csv").read_bytes().decode(enc)
    for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter):
        raw.add(" ".join(row[c] for c in c_name if row[c]))
        if row[c_birth]:
            needles.add(row[c_birth])
            needles.add(recount.datetime.datetime.strptime(row[c_birth], form).date().isoformat())
        pc = row[c_pc].replace(" ", "").upper()
        if len(pc) == 6:
            needles.add(pc)
raw = sorted(n for n in raw if len(re.sub(r"[^\w]", "", n)) >= 6)
needles.update(raw)
needles.update(n for n in recount.normalise(raw) if len(n) >= 6)
needles.update(["CANARY", "surname=", "birthdate=", "postcode="])
print("\n".join(sorted(needles)))
PY
[ "$(wc -l <"$work/needles")" -gt 1000 ] || fault "too few needles to look for"
looked=("$work/collector" "$work"/keyholder-* "$work"/log "$work"/frames-* "$work/site" "$work/cards")
for path in "$work"/frames-*; do [ -s "$path" ] || fault "no frames were recorded in $path"; done
# The hook works: what the collector does get stands in the frames (the plan's digest travels in every submission).
grep -qa 'almelo' "$work/frames-keyholder-steunpunt" || fault "the recorded frames are not readable"
# Plan, cards and exported pages are public texts; a surname that is also a word of theirs (a ward, a label) says nothing.
python3 - "$work/needles" >"$work/words" <<'PY'
import os, re, sys
public = ""
for root, _, files in os.walk("proto/plans/almelo"):
    for name in files:
        public += open(os.path.join(root, name), encoding="utf-8").read().lower()
words = set()
for needle in open(sys.argv[1], encoding="utf-8").read().split("\n"):
    if needle and needle.lower() not in public:
        words.update((needle, needle.upper()))
        # "7603aa" also stands in hexadecimal digests by chance.
        if not re.fullmatch(r"[0-9A-Fa-f]{6}", needle):
            words.add(needle.lower())
print("\n".join(sorted(words)))
PY
echo "$(wc -l <"$work/words") words looked for in $(du -cm "${looked[@]}" | tail -n 1 | cut -f 1) MB"
if LC_ALL=C grep -rlaFf "$work/words" "${looked[@]}"; then
	fault "identities or free text left an agent: see the files above"
fi
# The agents' own databases hold them encrypted only.
if LC_ALL=C grep -laFf "$work/words" "$work"/agent-*/ledger.db*; then
	fault "an agent's database shows identities"
fi
# The search does find what is there.
LC_ALL=C grep -qaFf "$work/words" "$data/bga.csv" || fault "the search finds nothing in the intake itself"

# Keys and shares end.
for period in "${periods[@]}"; do end_period "$period"; done
for member in "${members[@]}"; do quiet agent "$member" publish; done
# (October has ended too, and is not released yet.)
[ "$(find "$work"/keyholder-*/periods -name '*.key' ! -name '2026-10.key' | wc -l)" -eq 0 ] || fault "period keys are left after destroy"
