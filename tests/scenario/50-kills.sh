#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: kill -9 at 200 random moments of publishing, of agents, collector and keyholders in turn; in the end every count is
# exact. The seed is printed; OEO_SEED=N repeats a run.
. tests/scenario/lib.sh
seed=${OEO_SEED:-20261121}
kills=${OEO_KILLS:-200}
RANDOM=$((seed % 32768))
echo "seed $seed, $kills kills"

# cut MEMBER LAST_MONTH: the member's export as it stood after that month, in in/MEMBER.csv.
cut_intake() {
	python3 - "$1" "$2" "tests/data/almelo/$1.csv" "$work/in/$1.csv" <<'PY'
import re, sys
member, last, source, target = sys.argv[1:]
form = {"klientenraad": (rb'^"[^"]*";"\d+-(\d+)-(\d+)"', 2, 1), "bga": (rb"^\d+,(\d+)-(\d+)-", 1, 2),
        "cosbo": (rb"^\d+\t\d+-(\d+)-(\d+)\t", 2, 1), "wmo-adviesraad": (rb"^[^;]*;(\d+)/(\d+)/", 1, 2)}[member]
lines = open(source, "rb").read().split(b"\n")
kept = [lines[0]]
for line in lines[1:]:
    found = re.match(form[0], line)
    if found and f"{int(found[form[1]]):04d}-{int(found[form[2]]):02d}" <= last:
        kept.append(line)
assert len(kept) > 50, sys.argv
open(target, "wb").write(b"\n".join(kept) + b"\n")
PY
}

# Round after round a quarter more comes in and is published, until there have been enough kills.
rounds=(2025-03 2025-06 2025-09 2025-12 2026-03 2026-06 2026-09)
round=0
begin_round() {
	local member
	now=$(date -u -d "${rounds[$round]}-01 +1 month +20 days" +%F)
	stop_all
	start_all
	rm -f "$work"/done-*
	for member in "${members[@]}"; do
		cut_intake "$member" "${rounds[$round]}"
		quiet agent "$member" import "$work/in/$member.csv" --mapping "$plan_dir/mappings/$member.yaml"
	done
}
mkdir -p "$work/in"
now=2025-04-21
start_partnership
begin_round

declare -A publishing=()
finished() { # MEMBER: its last publish ended by itself, well
	[ -e "$work/done-$1" ]
}
start_publish() {
	local member=$1
	(
		"$bin/oeo-agent" publish --home "$work/agent-$member" --now "$now" >>"$work/log/publish-$member.log" 2>&1 &
		echo $! >"$work/pid-$member"
		wait $! && touch "$work/done-$member"
	) >/dev/null 2>&1 &
	publishing[$member]=$!
	until [ -s "$work/pid-$member" ]; do sleep 0.01; done
}

killed=0
declare -A count=([agent]=0 [collector]=0 [keyholder]=0)
while [ "$killed" -lt "$kills" ]; do
	busy=()
	for member in "${members[@]}"; do
		finished "$member" && continue
		busy+=("$member")
		kill -0 "${publishing[$member]:-0}" 2>/dev/null && [ -n "${publishing[$member]:-}" ] && continue
		rm -f "$work/pid-$member"
		start_publish "$member"
	done
	if [ ${#busy[@]} -eq 0 ]; then
		round=$((round + 1))
		[ $round -lt ${#rounds[@]} ] || break
		begin_round
		continue
	fi
	sleep "0.$(printf '%03d' $((RANDOM % 250)))"
	case $((RANDOM % 5)) in
	0 | 1)
		victim=${busy[$((RANDOM % ${#busy[@]}))]}
		if kill -9 "$(cat "$work/pid-$victim")" 2>/dev/null; then
			killed=$((killed + 1))
			count[agent]=$((count[agent] + 1))
		fi
		wait "${publishing[$victim]}" 2>/dev/null || true
		;;
	2)
		stop_daemon collector KILL
		killed=$((killed + 1))
		count[collector]=$((count[collector] + 1))
		start_collector
		;;
	*)
		victim=${keyholders[$((RANDOM % 2))]}
		stop_daemon "keyholder-$victim" KILL
		killed=$((killed + 1))
		count[keyholder]=$((count[keyholder] + 1))
		start_keyholder "$victim"
		;;
	esac
done
for member in "${members[@]}"; do wait "${publishing[$member]:-}" 2>/dev/null || true; done
echo "in $((round + 1)) rounds killed: ${count[agent]} agents, ${count[collector]} collectors, ${count[keyholder]} keyholders"
[ "$killed" -ge "$kills" ] || fault "publishing ended after $killed kills only: give it more work"
publish_all
last=${rounds[$round]}
now=$(date -u -d "$last-01 +1 month +22 days" +%F)
mapfile -t periods < <(ended_periods 2025-01 "$last")
for period in "${periods[@]}"; do release "$period"; done
export_site
python3 tests/scenario/recount.py "$work/in" "$plan_dir/codes" "$work/site" --most-secondary 60 || fault "counts differ after the kills"
