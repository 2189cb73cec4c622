#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: nine residents never open a cell, however often they come; ten do; and one resident at two members counts once.
. tests/scenario/lib.sh
small_members
start_partnership
# July: nine residents at both members, each five times. August: ten residents, each at one member or both.
for day in 01 05 09 13 17; do
	for member in bga cosbo; do write_intake $member 1 9 "2026-07-$day"; done
done
write_intake bga 1 7 2026-08-03
write_intake cosbo 4 7 2026-08-04
import_small
publish_all
for period in 2026-07 2026-08; do release $period; done
export_site
[ "$(shown month-total 2026-07)" = . ] || fault "nine residents were shown"
[ "$(shown month-total 2026-08)" = 10 ] || fault "ten residents at two members gave $(shown month-total 2026-08)"
# Nothing readable of July at the collector: the cell never opened, so no opened number is stored for it.
expect 'not shown|niet getoond' collector status
