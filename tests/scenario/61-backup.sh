#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: an agent and a collector move to new machines by backup and restore: nothing is lost, nothing is sent twice, and a
# backup holds no keys of periods.
. tests/scenario/lib.sh
small_members
for month in 01 02 03; do
	write_intake bga 1 12 "2026-$month-03"
	write_intake cosbo 7 12 "2026-$month-04"
done
make_parties
publish_plan
start_all
accept_plan
import_small

echo "-- the agent moves while nothing is under way: it can go on at once"
for member in bga cosbo; do quiet agent $member publish --period 2026-01; done
expect 'Keep it encrypted' agent bga backup "$work/bga.backup"
[ "$(stat -c %a "$work/bga.backup")" = 600 ] || fault "others may read the backup"
refuses 1 'left as it is' agent bga backup "$work/bga.backup"
refuses 1 'in use here already' agent bga restore "$work/bga.backup"
mv "$work/agent-bga" "$work/old-bga"
expect 'old machine' agent bga restore "$work/bga.backup" --complete
diff <(agent bga card 2>&1) <("$bin/oeo-agent" card --home "$work/old-bga" 2>&1) || fault "another card"
agent bga status >"$work/log/status.txt" 2>&1
grep -q 'older ledger' "$work/log/status.txt" && fault "wants an import after a planned move"
expect 'known already +36' agent bga import "$work/in/bga.csv"

echo "-- the machine is lost after more was sent and imported: no month goes twice, and what was imported since counts"
write_intake bga 20 1 2026-03-20
mv "$work/agent-bga" "$work/lost-bga"
quiet agent bga restore "$work/bga.backup" --complete
rm "$work/bga.backup"
quiet agent bga backup "$work/bga.backup"
quiet agent bga import "$work/in/bga.csv"
for member in bga cosbo; do quiet agent $member publish --period 2026-02; done
mv "$work/agent-bga" "$work/lost-again"
expect 'in this order' agent bga restore "$work/bga.backup"
refuses 1 'Import' agent bga publish
expect 'new +1' agent bga import "$work/in/bga.csv"
for member in bga cosbo; do quiet agent $member publish; done

echo "-- the collector moves: without the old periods/ its reports cannot be read, with it all is as it was"
stop_daemon collector
expect 'periods' collector backup "$work/collector.backup"
[ "$(stat -c %a "$work/collector.backup")" = 600 ] || fault "others may read the backup"
for key in "$work"/collector/periods/*; do
	python3 - "$work/collector.backup" "$key" <<'PY' || fault "the backup holds a key of a period"
import sys
sys.exit(open(sys.argv[2], "rb").read() in open(sys.argv[1], "rb").read())
PY
done
mv "$work/collector" "$work/old-collector"
refuses 1 'not a backup of oeo-collector' collector restore "$work/bga.backup"
rm -rf "$work/collector"
expect 'periods' collector restore "$work/collector.backup"
refuses 1 'bga|cosbo' collector release --period 2026-01 --yes
cp -a "$work/old-collector/periods" "$work/collector/"
start_collector

echo "-- the published numbers: every resident once (18; 19 in March, who came in after the backup)"
for period in 2026-01 2026-02 2026-03 2026-Q1; do release $period; done
export_site
for period in 2026-01 2026-02; do
	[ "$(shown month-total $period)" = 18 ] || fault "18 residents in $period, shown: $(shown month-total $period)"
done
[ "$(shown month-total 2026-03)" = 19 ] || fault "19 residents in 2026-03, shown: $(shown month-total 2026-03)"

echo "-- released files come along with a backup too"
expect 'periods' collector backup "$work/later.backup"
mkdir "$work/elsewhere"
"$bin/oeo-collector" restore "$work/later.backup" --home "$work/elsewhere/c" 2>/dev/null
cmp "$work/collector/releases/almelo-2026-01.oeorel" "$work/elsewhere/c/releases/almelo-2026-01.oeorel"
