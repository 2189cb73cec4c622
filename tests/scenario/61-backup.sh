#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: an agent, a keyholder and a collector move to new machines by backup and restore: nothing is lost, nothing is sent
# twice, a backup is of no use without its passphrase, and it holds no keys of periods.
. tests/scenario/lib.sh
small_members
write_months 2026-01 2026-02 2026-03
start_partnership
import_small

echo "-- the agent moves while nothing is under way: it can go on at once"
for member in bga cosbo; do quiet agent $member publish --period 2026-01; done
refuses 2 'without-passphrase' agent bga backup "$work/bga.backup" </dev/null
refuses 2 'not both' agent bga backup "$work/bga.backup" --passphrase-file "$work/phrase" --without-passphrase
echo 'vier losse woorden hier' >"$work/phrase"
chmod 644 "$work/phrase"
refuses 1 'chmod 600' agent bga backup "$work/bga.backup" --passphrase-file "$work/phrase"
chmod 600 "$work/phrase"
locked=(--passphrase-file "$work/phrase")
[ ! -e "$work/bga.backup" ] || fault "a backup that was refused was written"
expect 'only be read with its passphrase' agent bga backup "$work/bga.backup" "${locked[@]}"
grep -qaE 'SQLite|ledger.key|self.oeocard' "$work/bga.backup" && fault "the backup can be read without its passphrase"
[ ! -e "$work/agent-bga/backing-up" ] || fault "a copy in the clear is left in the home"
[ "$(stat -c %a "$work/bga.backup")" = 600 ] || fault "others may read the backup"
refuses 1 'left as it is' agent bga backup "$work/bga.backup" "${locked[@]}"
refuses 1 'in use here already' agent bga restore "$work/bga.backup" "${locked[@]}"
mv "$work/agent-bga" "$work/old-bga"
echo 'vier losse woorden daar' >"$work/other-phrase"
chmod 600 "$work/other-phrase"
refuses 1 'not the passphrase' agent bga restore "$work/bga.backup" --passphrase-file "$work/other-phrase"
refuses 2 'No passphrase was typed' agent bga restore "$work/bga.backup" </dev/null
head -c 5000 "$work/bga.backup" >"$work/cut.backup"
refuses 1 'damaged or not whole' agent bga restore "$work/cut.backup" "${locked[@]}"
[ -z "$(ls "$work/agent-bga" 2>/dev/null)" ] || fault "a restore that failed left something"
expect 'old machine' agent bga restore "$work/bga.backup" --complete "${locked[@]}"
diff <(agent bga card 2>&1) <("$bin/oeo-agent" card --home "$work/old-bga" 2>&1) || fault "another card"
agent bga status >"$work/log/status.txt" 2>&1
grep -q 'older ledger' "$work/log/status.txt" && fault "wants an import after a planned move"
expect 'known already +36' agent bga import "$work/in/bga.csv"

echo "-- the machine is lost after more was sent and imported: no month goes twice, and what was imported since counts"
write_intake bga 20 1 2026-03-20
mv "$work/agent-bga" "$work/lost-bga"
quiet agent bga restore "$work/bga.backup" --complete "${locked[@]}"
rm "$work/bga.backup"
expect 'without a passphrase: whoever' agent bga backup "$work/bga.backup" --without-passphrase
quiet agent bga import "$work/in/bga.csv"
for member in bga cosbo; do quiet agent $member publish --period 2026-02; done
mv "$work/agent-bga" "$work/lost-again"
expect 'in this order' agent bga restore "$work/bga.backup"
refuses 1 'Import' agent bga publish
expect 'new +1' agent bga import "$work/in/bga.csv"
for member in bga cosbo; do quiet agent $member publish; done

echo "-- a keyholder moves: its passphrase is typed, twice and hidden when it is new"
holder=${keyholders[0]}
typed() { python3 tests/scenario/typed.py --hidden "$@" --now "$now"; }
refuses 1 'not the same' typed 'dit is een wachtzin' 'dit is geen wachtzin' -- "$bin/oeo-keyholder" backup "$work/kh.backup" --home "$work/keyholder-$holder"
refuses 1 'too short' typed 'elf tekens' 'elf tekens' -- "$bin/oeo-keyholder" backup "$work/kh.backup" --home "$work/keyholder-$holder"
[ ! -e "$work/kh.backup" ] || fault "a backup without a good passphrase was written"
expect 'only be read with its passphrase' typed 'dit is een wachtzin' 'dit is een wachtzin' -- "$bin/oeo-keyholder" backup "$work/kh.backup" --home "$work/keyholder-$holder"
expect 'periods' typed 'dit is een wachtzin' -- "$bin/oeo-keyholder" restore "$work/kh.backup" --home "$work/moved-keyholder" --complete
diff <("$bin/oeo-keyholder" card --home "$work/moved-keyholder" 2>&1) <("$bin/oeo-keyholder" card --home "$work/keyholder-$holder" 2>&1) || fault "another card"

echo "-- the collector moves: without the old periods/ its reports cannot be read, with it all is as it was"
stop_daemon collector
expect 'periods' collector backup "$work/collector.backup" --without-passphrase
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
expect 'periods' collector backup "$work/later.backup" "${locked[@]}"
mkdir "$work/elsewhere"
"$bin/oeo-collector" restore "$work/later.backup" --home "$work/elsewhere/c" "${locked[@]}" 2>/dev/null
cmp "$work/collector/releases/almelo-2026-01.oeorel" "$work/elsewhere/c/releases/almelo-2026-01.oeorel"
