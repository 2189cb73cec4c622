#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: unknown and revoked members get nothing, tampered cards and plans are refused, and commands refuse by name what
# cannot be.
. tests/scenario/lib.sh
small_members
write_intake bga 1 12 2026-07-03
write_intake cosbo 1 12 2026-07-04
make_parties
refuses 1 . agent bga import "$work/in/bga.csv" --mapping "$plan_dir/mappings/bga.yaml"
publish_plan
start_all
accept_plan
import_small

# A stranger with all public cards.
quiet agent vreemd init --member vreemd --name "Vreemd"
quiet agent vreemd join "$work/cards/collector.oeocard" "$work"/cards/keyholder-*.oeocard
refuses 1 . timeout 60 "$bin/oeo-agent" plan accept --yes --home "$work/agent-vreemd" --now "$now"

# Cards.
sed 's/^name: .*/name: Other/' "$work/cards/bga.oeocard" >"$work/cards/changed.oeocard"
refuses 1 'fingerprint' collector admit "$work/cards/changed.oeocard"
refuses 1 . collector admit "$work/cards/keyholder-steunpunt.oeocard"
refuses 2 . collector admit
refuses 1 . collector init --id bureau --name Again --endpoint tcp://127.0.0.1:1

# Revoked at the collector, then at a keyholder.
quiet collector revoke bga
refuses 1 'unknown-member|not admitted|admit' timeout 60 "$bin/oeo-agent" publish --period 2026-07 --home "$work/agent-bga" --now "$now"
quiet collector admit "$work/cards/bga.oeocard"
quiet keyholder steunpunt revoke bga
refuses 1 'Steunpunt' timeout 60 "$bin/oeo-agent" publish --period 2026-07 --home "$work/agent-bga" --now "$now"
quiet keyholder steunpunt admit "$work/cards/bga.oeocard"
quiet agent bga publish --period 2026-07
quiet agent cosbo publish --period 2026-07
release 2026-07
export_site
[ "$(shown month-total 2026-07)" = 12 ] || fault "12 residents, shown: $(shown month-total 2026-07)"

# Tampered plan, altered release.
cp "$work/cards/almelo.oeoplan" "$work/cards/tampered.oeoplan"
printf 'X' | dd of="$work/cards/tampered.oeoplan" bs=1 seek=200 conv=notrunc 2>/dev/null
refuses 1 . keyholder steunpunt plan approve "$work/cards/tampered.oeoplan" --collector "$work/cards/collector.oeocard" --yes
mkdir "$work/altered"
cp "$work"/collector/releases/* "$work/altered/"
printf 'X' | dd of="$work/altered/almelo-2026-07.oeorel" bs=1 seek=100 conv=notrunc 2>/dev/null
refuses 1 . "$bin/oeo-export" site "$work/altered/almelo-2026-07.oeorel" --out "$work/other" --key "$work/collector/minisign.pub"
[ ! -e "$work/other" ] || fault "an altered release left an export behind"
rm "$work/altered/"*.minisig
refuses 1 . "$bin/oeo-export" site "$work/altered/almelo-2026-07.oeorel" --out "$work/other" --key "$work/collector/minisign.pub"

# Quota.
expect 'bga' keyholder steunpunt log
expect 'bga' keyholder steunpunt members

# Help of every command of every program says how it is used, in both languages.
for program in oeo-agent oeo-collector oeo-keyholder oeo-export; do
	for lang in nl en; do "$bin/$program" --help --lang $lang >"$work/log/help.txt" || fault "$program --help"; done
	refuses 2 . "$bin/$program" no-such-command
done
