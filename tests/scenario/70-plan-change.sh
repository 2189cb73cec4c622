#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: a changed plan applies from the start of the next period of its longest cadence; an agent under the old one is told,
# loses nothing, and goes on under the new one after its coordinator has accepted it.
. tests/scenario/lib.sh
small_members
write_intake bga 1 12 2026-12-03
write_intake cosbo 1 12 2026-12-04
write_intake bga 1 12 2027-01-03
write_intake cosbo 1 12 2027-01-04
now=2026-12-20
start_partnership

cp -r "$plan_dir" "$work/plan-new"
old_plan_dir=$plan_dir
sed -i 's/^from: .*/from: 2026-11/; s/residents: 10/residents: 12/' "$work/plan-new/plan.yaml"
refuses 1 '2027-01|from' collector plan publish "$work/plan-new/plan.yaml" --out "$work/cards/refused.oeoplan"
sed -i 's/^from: .*/from: 2027-01/' "$work/plan-new/plan.yaml"
plan_dir=$work/plan-new
publish_plan changed
plan_dir=$old_plan_dir
import_small

# Past new year: December goes under the old plan. January needs the new one, which cosbo has not accepted yet.
stop_all
now=2027-03-10
start_all
import_small
quiet agent bga plan accept --yes
quiet agent bga publish
refuses 1 'plan' agent cosbo publish
expect 'plan accept' agent cosbo status
release 2026-12
at=2027-02-16 refuses 1 'cosbo' collector release --period 2027-01 --yes
quiet agent cosbo plan accept --yes
[ "$(agent cosbo plan accept 2>&1 | wc -l)" = 1 ] || fault "accepting the plan once more says more than one line"
expect 'accepted here already' agent cosbo plan accept
quiet agent cosbo publish
release 2027-01
export_site
[ "$(shown month-total 2026-12)" = 12 ] || fault "12 residents in 2026-12, shown: $(shown month-total 2026-12)"
[ "$(shown month-total 2027-01)" = 12 ] || fault "12 residents in 2027-01 under k = 12, shown: $(shown month-total 2027-01)"
