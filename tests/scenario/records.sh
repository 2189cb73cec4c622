# SPDX-License-Identifier: EUPL-1.2
# Sourced after lib.sh: a partnership of real records, which lie outside the project and are not copied into it.
# shellcheck shell=bash disable=SC2034,SC2154
records=${OEO_SHARED:-../shared}

# need_records FILE: skip where it is absent.
need_records() {
	[ -s "$records/data/$1" ] && return 0
	echo "skipped: there is no $records/data/$1 (OEO_SHARED names the folder that has data/)"
	exit 77
}

# prepare_records NAME [ROWS]: plan, code lists, mapping and exports in $work; then parties, daemons, plan in force.
prepare_records() {
	local member
	python3 tests/scenario/records_partnership.py "$1" "$records" "$work" "${@:2}"
	plan_dir=$work/plan
	mapfile -t members <"$work/members.txt"
	keyholders=(adviesraad steunpunt)
	bureau="Bureau"
	declare -gA names=([adviesraad]="Adviesraad" [steunpunt]="Steunpunt")
	for member in "${members[@]}"; do names[$member]=$member; done
	make_parties
	publish_plan
	start_all
	accept_plan
	for member in "${members[@]}"; do
		agent "$member" import "$work/in/$member.csv" --mapping "$plan_dir/mappings/records.yaml" >"$work/log/import-$member.txt" 2>&1 ||
			{ cat "$work/log/import-$member.txt"; fault "import of $member"; }
	done
}
