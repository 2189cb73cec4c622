#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: a member sees its own figures beside the published ones, from a release whose signature it checks itself; hidden numbers
# stay hidden, nobody's name stands in it, and nothing of it can be read by others on the machine.
. tests/scenario/lib.sh
small_members
write_months 2026-01
printf 'bga-anders-1,2026-01-20T10:00:00,,Zzresident1x,1960-01-02,7601AA,WO90,KN04,KA01,UK01,geen\n' >>"$work/in/bga.csv"
start_partnership
import_small
for member in bga cosbo; do quiet agent $member publish --period 2026-01; done
release 2026-01
cp "$work"/collector/releases/almelo-2026-01.oeorel* "$work/cards/"

echo "-- own and published side by side"
quiet agent bga mirror "$work/cards/almelo-2026-01.oeorel" --html "$work/mirror.html" --csv "$work/mirror.csv"
grep -q '^month-total,,.*,13,.*,19,.*,shown' "$work/mirror.csv" || { cat "$work/mirror.csv"; fault "13 of 19 residents should stand there"; }
for file in mirror.html mirror.csv; do
	[ "$(stat -c %a "$work/$file")" = 600 ] || fault "others may read $file"
done
python3 - "$work/mirror.html" <<'PY'
import sys, xml.dom.minidom
text = open(sys.argv[1], encoding="utf-8").read()
xml.dom.minidom.parseString(text.replace("<!DOCTYPE html>", "").replace('<meta charset="utf-8">', "").replace('<meta name="viewport" content="width=device-width, initial-scale=1">', ""))
for bad in ("<script", "http:", "https:", "src=", "Zzresident", "zzresident", "7601AA"):
    assert bad not in text, bad
for good in ('lang="en"', "<h1>", "scope=\"col\"", "caption"):
    assert good in text, good
PY

echo "-- own figures for an audit of what is out: each member by itself finds nothing with them"
release_file=$work/cards/almelo-2026-01.oeorel
for member in bga cosbo; do
	expect 'for this machine only' agent $member mirror "$release_file" --mine "$work/own-$member.csv"
	[ "$(stat -c %a "$work/own-$member.csv")" = 600 ] || fault "others may read own-$member.csv"
done
grep -qx 'month-total,2026-01,13,' "$work/own-bga.csv" || { cat "$work/own-bga.csv"; fault "bga has 13 residents"; }
grep -qx 'month-theme,2026-01,WO,13,' "$work/own-bga.csv" || { cat "$work/own-bga.csv"; fault "bga has 13 of WO"; }
expect '^  O  a member with its own figures +safe$' "$bin/oeo-collector" audit "$release_file" --mine "$work/own-bga.csv" --mine "$work/own-cosbo.csv"
refuses 1 'own-none.csv was not written' agent bga mirror --period 2026-02 --mine "$work/own-none.csv"
expect '2026-02 is left out' sh -c "'$bin/oeo-agent' mirror --home '$work/agent-bga' --now $now --period 2026-02 --mine '$work/own-none.csv' 2>&1 || :"
[ ! -e "$work/own-none.csv" ] || fault "a file without figures"

echo "-- the near name is pointed at by day and subject, and 'other' is counted"
expect '"suspects": 1' agent bga mirror --period 2026-01 --json
expect '2026-01-20' agent bga mirror --period 2026-01
expect '"has_release": false' agent bga mirror --json

echo "-- a release that was changed, or of another bureau, is refused"
cp "$work/cards/almelo-2026-01.oeorel" "$work/cards/changed.oeorel"
cp "$work/cards/almelo-2026-01.oeorel.minisig" "$work/cards/changed.oeorel.minisig"
printf 'x' >>"$work/cards/changed.oeorel"
refuses 1 . agent bga mirror "$work/cards/changed.oeorel"
refuses 1 'None of these files' agent bga mirror "$work/cards/almelo-2026-01.oeorel" --period 2026-02
refuses 1 . agent bga mirror "$work/cards/none.oeorel"
refuses 2 'no period' agent bga mirror --period Januari
