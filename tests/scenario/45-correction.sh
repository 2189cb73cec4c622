#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: a member that was late is let in again and the release is corrected, by a second file that stands beside the first;
# one resident less makes no correction; after a keyholder's destroy there is none at all.
. tests/scenario/lib.sh
small_members
now=2026-08-25
write_intake bga 1 30 2026-07-03
write_intake cosbo 41 12 2026-07-04
start_partnership
import_small
quiet agent bga publish --period 2026-07
release 2026-07
releases=$work/collector/releases
refuses 1 'reopen MEMBER 2026-07' collector release --period 2026-07 --yes
refuses 1 'No member may submit' collector release --period 2026-07 --correct --yes

# The member learns that it was left out; its questions move on to August, and come back when the
# bureau lets it in again before August has left.
expect 'without this member' agent cosbo publish
expect '--correct' collector reopen cosbo 2026-07 --yes
expect 'Not in yet: cosbo' collector status
refuses 1 'Not in yet: cosbo' collector release --period 2026-07 --correct --yes
quiet agent cosbo publish --period 2026-07 --again
expect 'can be corrected' collector status
expect '2026-07.2.oeorel' collector release --period 2026-07 --correct --yes
minisign -V -q -p "$work/collector/minisign.pub" -m "$releases/almelo-2026-07.2.oeorel" || fault "minisign does not verify the correction"
expect 'corrected 1 times' collector status
collector audit "$releases/almelo-2026-07.oeorel" "$releases/almelo-2026-07.2.oeorel" >"$work/log/audit.txt" 2>&1 ||
	{ cat "$work/log/audit.txt"; fault "the two releases are not safe together"; }
export_site
[ "$(shown month-total 2026-07)" = 42 ] || fault "42 residents in the correction, shown: $(shown month-total 2026-07)"
expect '2026-07' agent cosbo publish

# One of bga's withdraws: sent anew, that is one resident less, and no correction.
quiet agent bga publish
quiet collector reopen bga 2026-07 --yes
refuses 1 'opened 2026-07 for this member again' agent bga publish
(umask 077 && printf 'birthdate: 1960-01-03\npostcode: 7601AA\nsurname: Zzresident30\n' >"$work/in/who.txt")
quiet agent bga withdraw --file "$work/in/who.txt" --yes
quiet agent bga publish --period 2026-07 --again
refuses 1 'is not corrected' collector release --period 2026-07 --correct --yes
[ ! -e "$releases/almelo-2026-07.3.oeorel" ] || fault "one resident less made a correction"

# The end: destroyed keys and a purge.
end_period 2026-07
refuses 1 'cannot be corrected any more' collector release --period 2026-07 --correct --yes
refuses 1 'nothing can be submitted' collector reopen bga 2026-07 --yes
