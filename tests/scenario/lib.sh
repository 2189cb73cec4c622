# SPDX-License-Identifier: EUPL-1.2
# Sourced by the scenarios, from the project's root: a partnership in a temporary folder, and checks that fail loudly.
# shellcheck shell=bash disable=SC2154
set -euo pipefail
build=${1:?usage: NN-what.sh BUILD_DIR}
bin=$build/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/oeo-scenario.XXXXXX")
now=2026-11-21
export OEO_LANG=en
# Leaks are looked for by the unit tests; a daemon that is killed has none to report.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=0:exitcode=99
# shellcheck source=scripts/network.sh
. scripts/network.sh

finish() {
	local result=$?
	trap - EXIT INT TERM
	stop_all
	if [ $result -ne 0 ]; then
		echo "--- the last lines of every log:"
		tail -n 8 "$work"/log/*.log "$work"/log/*.txt 2>/dev/null || true
	fi
	if grep -lE 'AddressSanitizer|runtime error:' "$work"/log/* 2>/dev/null; then
		echo "FAULT: a sanitizer reported an error in the logs named above"
		grep -hE -A 12 'AddressSanitizer|runtime error:' "$work"/log/* | head -n 60
		result=1
	fi
	if [ -n "${OEO_KEEP:-}" ]; then echo "kept: $work"; else rm -rf "$work"; fi
	exit $result
}
trap finish EXIT
trap 'exit 130' INT TERM

fault() {
	echo "FAULT: $*"
	exit 1
}

# expect TEXT COMMAND...: it exits 0 and says TEXT (an extended regular expression) on stdout or stderr.
expect() {
	local text=$1 said
	shift
	said=$("$@" 2>&1) || { echo "$said"; fault "failed: $*"; }
	grep -qE -- "$text" <<<"$said" || { echo "$said"; fault "did not say '$text': $*"; }
}

# refuses CODE TEXT COMMAND...: it exits CODE (1 or 2) and says TEXT.
refuses() {
	local code=$1 text=$2 said result=0
	shift 2
	said=$("$@" 2>&1) || result=$?
	[ "$result" = "$code" ] || { echo "$said"; fault "exit code $result, wanted $code: $*"; }
	grep -qE -- "$text" <<<"$said" || { echo "$said"; fault "did not say '$text': $*"; }
}

# A small partnership: two members, with the given intake lines (bga's format) in in/MEMBER.csv.
small_members() {
	members=(bga cosbo)
	mkdir -p "$work/in"
}

# write_intake MEMBER FIRST COUNT DATE: COUNT rows of distinct residents, numbered from FIRST, in the bga format.
write_intake() {
	local member=$1 first=$2 count=$3 day=$4 file=$work/in/$1.csv i
	[ -s "$file" ] || echo 'id,tijdstip,tussenvoegsel,achternaam,geboortedatum,postcode,rubriek,knelpunt,kanaal,uitkomst,toelichting' >"$file"
	for ((i = first; i < first + count; i++)); do
		printf '%s-%s-%s,%sT10:00:00,,Zzresident%d,1960-01-%02d,7601AA,WO01,KN04,KA01,UK01,geen\n' \
			"$member" "$day" "$i" "$day" "$i" $((i % 28 + 1)) >>"$file"
	done
}

# write_months MONTH...: in each of them residents 1 to 12 at bga and 7 to 18 at cosbo: eighteen in all, six at both.
write_months() {
	local month
	for month; do
		write_intake bga 1 12 "$month-03"
		write_intake cosbo 7 12 "$month-04"
	done
}

# Everybody is there, the daemons run, and the members have accepted the plan.
start_partnership() {
	make_parties
	publish_plan
	start_all
	accept_plan
}

import_small() {
	local member
	for member in "${members[@]}"; do
		quiet agent "$member" import "$work/in/$member.csv" --mapping "$plan_dir/mappings/bga.yaml"
	done
}

# shown TABLE PERIOD CODES...: what the exported CSV says of a cell: residents, or "." where it is hidden.
shown() {
	local table=$1 period=$2
	shift 2
	python3 - "$work/site/$period/$table.csv" "$@" <<'PY'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
levels = [c for c in rows[0] if c + "_label" in rows[0]]
for row in rows:
    if [row[l] for l in levels] == sys.argv[2:]:
        print(row["mark"] or row["residents"])
        break
else:
    sys.exit("no such row")
PY
}

export_site() {
	quiet "$bin/oeo-export" site "$work"/collector/releases/*.oeorel --out "$work/site" --force --key "$work/collector/minisign.pub"
}

release() { quiet collector release --period "$1" --yes; }

# The whole way of an example partnership: its exports imported, sealed, released and exported; every published number
# equals a recount by a program apart.
run_partnership() {
	local member period
	start_partnership
	for member in "${members[@]}"; do
		agent "$member" import "tests/data/$partnership/$member.csv" --mapping "$plan_dir/mappings/$member.yaml" \
			>"$work/log/import-$member.txt" 2>&1 || { cat "$work/log/import-$member.txt"; fault "import of $member"; }
	done
	publish_all
	mapfile -t periods < <(ended_periods "${months[@]}")
	for period in "${periods[@]}"; do release "$period"; done
	export_site
	python3 tests/scenario/recount_partnerships.py "$partnership" "$work/site" || fault "the recount differs"
	if LC_ALL=C grep -rlaF CANARY "$work/collector" "$work"/keyholder-* "$work/log" "$work/site"; then
		fault "free text left an agent: see the files above"
	fi
}
