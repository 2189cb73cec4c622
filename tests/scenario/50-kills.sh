#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: kill -9 at 200 random moments of publishing, of agents, collector and keyholders in turn; in the end every count is
# exact. The seed is printed; OEO_SEED=N repeats a run.
. tests/scenario/lib.sh
seed=${OEO_SEED:-20261121}
kills=${OEO_KILLS:-200}
RANDOM=$((seed % 32768))
echo "seed $seed, $kills kills"

# Half a year of the four members' exports.
mkdir -p "$work/in"
for member in "${members[@]}"; do
	python3 - "$member" "tests/data/almelo/$member.csv" "$work/in/$member.csv" <<'PY'
import re, sys
form = {"klientenraad": rb'^"[^"]*";"\d\d-0[1-3]-2025"', "bga": rb"^\d+,2025-0[1-3]-",
        "cosbo": rb"^\d+\t\d+-[1-3]-2025\t", "wmo-adviesraad": rb"^[^;]*;2025/0[1-3]/"}[sys.argv[1]]
lines = open(sys.argv[2], "rb").read().split(b"\n")
kept = [lines[0]] + [l for l in lines[1:] if re.match(form, l)]
assert len(kept) > 50, sys.argv
open(sys.argv[3], "wb").write(b"\n".join(kept) + b"\n")
PY
done
make_parties
publish_plan
start_all
accept_plan
for member in "${members[@]}"; do
	quiet agent "$member" import "$work/in/$member.csv" --mapping "$plan_dir/mappings/$member.yaml"
done

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
idle=0
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
		# All done before the last kill: the collector forgets an earlier database is another test; start the members anew.
		idle=1
		break
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
echo "killed: ${count[agent]} agents, ${count[collector]} collectors, ${count[keyholder]} keyholders"
[ $idle -eq 0 ] || [ "$killed" -ge "$kills" ] || fault "publishing ended after $killed kills only: give it more work"
publish_all
mapfile -t periods < <(ended_periods 2025-01 2025-03)
for period in "${periods[@]}"; do release "$period"; done
export_site
python3 tests/scenario/recount.py "$work/in" "$plan_dir/codes" "$work/site" --most-secondary 60 || fault "counts differ after the kills"
