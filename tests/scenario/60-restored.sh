#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: an older database put back at the agent, the collector or a keyholder ends in exact counts, or in a refusal that
# says what to do.
. tests/scenario/lib.sh
small_members
write_months 2026-01 2026-02 2026-04 2026-05
start_partnership
import_small
for period in 2026-01 2026-02 2026-04 2026-05; do quiet agent cosbo publish --period $period; done

keep() { # HOME: remember it as it is
	rm -rf "$work/kept"
	cp -a "$work/$1" "$work/kept"
}
put_back() {
	rm -rf "${work:?}/$1"
	cp -a "$work/kept" "$work/$1"
}

echo "-- the agent forgets a submission that is complete: the collector says final, and it counts as submitted"
keep agent-bga
quiet agent bga publish --period 2026-01
put_back agent-bga
quiet agent bga publish --period 2026-01
release 2026-01

echo "-- the agent forgets a submission that is half sent: refused by name, with what to do; then made anew"
keep agent-bga
OEO_CRASH_AT=part-acknowledged agent bga publish --period 2026-02 >"$work/log/crash.txt" 2>&1 && fault "it did not stop half-way"
put_back agent-bga
refuses 1 'oeo-collector reopen bga 2026-02' agent bga publish --period 2026-02
expect 'oeo-collector reopen bga 2026-02' agent bga status
at=2026-03-16 refuses 1 'bga' collector release --period 2026-02 --yes
quiet collector reopen bga 2026-02 --yes
quiet agent bga publish --period 2026-02 --again
release 2026-02

echo "-- the collector forgets a submission: the agent says so and sends the same bytes again"
stop_daemon collector
keep collector
start_collector
quiet agent bga publish --period 2026-04
stop_daemon collector
put_back collector
start_collector
agent bga publish --period 2026-04 >"$work/log/again.txt" 2>&1 || grep -q -- '--again' "$work/log/again.txt" ||
	fault "the agent does not say how to send again"
quiet agent bga publish --period 2026-04 --again
release 2026-04

echo "-- a keyholder forgets that it had keys of a period: agents refuse the new ones and name it"
stop_daemon keyholder-steunpunt
keep keyholder-steunpunt
start_keyholder steunpunt
OEO_CRASH_AT=group-stored agent bga publish --period 2026-05 >"$work/log/crash.txt" 2>&1 && fault "it did not stop while sealing"
stop_daemon keyholder-steunpunt
echo "   (its log knows the period, its key file is gone)"
find "$work/keyholder-steunpunt/periods" -name '2026-05*' -delete
start_keyholder steunpunt
refuses 1 'steunpunt|Steunpunt' agent bga publish --period 2026-05
expect '2026-05' keyholder steunpunt status
quiet keyholder steunpunt destroy --period 2026-05 --yes --out "$work/cards/gone.oeodestroyed"
quiet keyholder wmo-adviesraad destroy --period 2026-05 --yes --out "$work/cards/gone-too.oeodestroyed"
quiet collector purge --period 2026-05 --statement "$work/cards/gone.oeodestroyed" --statement "$work/cards/gone-too.oeodestroyed"
refuses 1 . collector release --period 2026-05 --yes

echo "-- its questions still count in the quarter"
write_intake bga 1 1 2026-06-01
import_small
for member in bga cosbo; do quiet agent $member publish; done
release 2026-Q2
export_site
for period in 2026-01 2026-02 2026-04; do
	[ "$(shown month-total $period)" = 18 ] || fault "18 residents in $period, shown: $(shown month-total $period)"
done
[ ! -e "$work/site/2026-05" ] || fault "a period without keys was released"
[ "$(shown total 2026-Q2)" = 18 ] || fault "18 residents in 2026-Q2, shown: $(shown total 2026-Q2)"
