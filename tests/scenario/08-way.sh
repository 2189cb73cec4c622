#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: anybody can see what leaves a member's computer, before joining and after, on the terminal and as a page: an example of
# nobody, in real bytes that are other ones each time.
. tests/scenario/lib.sh
small_members
mkdir -p "$work/log"

echo "-- before joining, with a plan of its own"
agent bga preview --way --plan "$plan_dir/plan.yaml" >"$work/one.txt"
agent bga preview --way --plan "$plan_dir/plan.yaml" >"$work/two.txt"
for said in '1. What is typed' '3. What each keyholder gets' '4. What the bureau gets' 'example keys that are thrown away' \
	'surname=vanvoorbeeld' 'wmo-adviesraad, of the subject: 32 bytes' 'A piece of the key, its place: 16 bytes'; do
	tr '\n' ' ' <"$work/one.txt" | tr -s ' ' | grep -qF -- "$said" || { cat "$work/one.txt"; fault "did not say: $said"; }
done
cmp -s "$work/one.txt" "$work/two.txt" && fault "the same bytes twice"
[ ! -e "$work/agent-bga" ] || fault "it made a home"
agent bga preview --way --plan "$plan_dir/plan.yaml" --json >"$work/way.json"
python3 - "$work/way.json" <<'PY'
import json, sys
blocks = json.load(open(sys.argv[1], encoding="utf-8"))["blocks"]
assert [b["text"] for b in blocks if b["kind"] == "heading"][0].startswith("1. "), blocks
assert all(("name" in b) == (b["kind"] in ("pair", "bytes")) for b in blocks), blocks
assert any(b["kind"] == "bytes" and b["text"].startswith("32 bytes: ") for b in blocks), blocks
PY
refuses 2 'leave FILE out' agent bga preview --way --plan "$plan_dir/plan.yaml" some.csv
refuses 2 'needs a FILE' agent bga preview

echo "-- as a page in Dutch, for this machine only"
agent bga preview --way --plan "$plan_dir/plan.yaml" --html "$work/way.html" --lang nl 2>"$work/log/way.txt"
[ "$(stat -c %a "$work/way.html")" = 600 ] || fault "others may read the page"
grep -q 'lang="nl"' "$work/way.html" || fault "the page does not say its language"
grep -q 'Wat elke sleutelhouder krijgt' "$work/way.html" || fault "the page is not in Dutch"
grep -qE '<script|https?:' "$work/way.html" && fault "the page has a script or something of elsewhere"

echo "-- after joining, under the accepted plan, with the names of the keyholders"
start_partnership
expect 'Wmo Adviesraad, of the subject' agent bga preview --way
