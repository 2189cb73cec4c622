#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: with either keyholder away nothing is sealed, and with the collector away nothing is lost; status says what to do;
# when they are back the same command ends in exact counts.
. tests/scenario/lib.sh
small_members
write_months 2026-07
start_partnership
import_small
for away in wmo-adviesraad steunpunt; do
	stop_daemon "keyholder-$away"
	refuses 1 "${names[$away]}" agent bga publish --period 2026-07
	expect "${names[$away]}" agent bga status
	at=2026-08-16 refuses 1 'No member has submitted' collector release --period 2026-07 --yes
	start_keyholder "$away"
done
stop_daemon collector
refuses 1 'collector|[Bb]ureau' agent bga publish --period 2026-07
expect 'collector|[Bb]ureau' agent bga status
start_collector
quiet agent bga publish --period 2026-07
expect . agent bga status --json
# Before the deadline a release without cosbo is refused and names it; after it, it is made without cosbo.
at=2026-08-16 refuses 1 'cosbo' collector release --period 2026-07 --yes
quiet agent cosbo publish --period 2026-07
release 2026-07
export_site
[ "$(shown month-total 2026-07)" = 18 ] || fault "18 distinct residents, shown: $(shown month-total 2026-07)"
