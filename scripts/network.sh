# SPDX-License-Identifier: EUPL-1.2
# Sourced by demo and by tests/scenario: a whole partnership on 127.0.0.1, each party a process with a home of its own.
# Wants: bin (folder of the programs), work (an empty folder), now (the date all programs take as today; `at=DATE collector
# ...` runs one command on another day).
# shellcheck shell=bash disable=SC2154

partnership=${partnership:-almelo}
plan_dir=${plan_dir:-proto/plans/$partnership}
declare -A daemon_pid=()

# use_partnership NAME: its members and keyholders, what they are called, and the months that its exports cover.
use_partnership() {
	case $1 in
	almelo)
		bureau="Bureau Almelo Sociaal"
		members=(klientenraad bga cosbo wmo-adviesraad)
		keyholders=(wmo-adviesraad steunpunt)
		declare -gA names=([klientenraad]="Klientenraad" [bga]="Belangengroep Gehandicapten" [cosbo]="COSBO"
			[wmo-adviesraad]="Wmo Adviesraad" [steunpunt]="Steunpunt")
		months=(2025-01 2026-09)
		;;
	almere)
		bureau="Bureau OCO Almere"
		members=(oco-almere)
		keyholders=(adviesraad steunpunt)
		declare -gA names=([oco-almere]="OCO Almere" [adviesraad]="Adviesraad Sociaal Domein" [steunpunt]="Steunpunt")
		months=(2025-01 2026-09)
		;;
	amersfoort)
		bureau="Bureau Indebuurt033"
		members=(informatiewinkels triage jongerenpunt wijkteams)
		keyholders=(adviesraad steunpunt)
		declare -gA names=([informatiewinkels]="Informatiewinkels" [triage]="Triageteam" [jongerenpunt]="Jongeren Informatie Punt"
			[wijkteams]="Wijkteams" [adviesraad]="Adviesraad Sociaal Domein" [steunpunt]="Steunpunt")
		months=(2026-01 2026-09)
		;;
	*)
		printf 'there is no example partnership %s; there are almelo, almere and amersfoort\n' "$1" >&2
		return 1
		;;
	esac
}
use_partnership "$partnership"

collector() { "$bin/oeo-collector" "$@" --home "$work/collector" --now "${at:-$now}"; }
keyholder() {
	local who=$1
	shift
	"$bin/oeo-keyholder" "$@" --home "$work/keyholder-$who" --now "${at:-$now}"
}
agent() {
	local who=$1
	shift
	"$bin/oeo-agent" "$@" --home "$work/agent-$who" --now "${at:-$now}"
}

# Run a command quietly; where it fails, show what it said and fail.
quiet() {
	local log
	log=$(mktemp "$work/log/command.XXXXXX")
	if ! "$@" >"$log" 2>&1; then
		cat "$log" >&2
		printf 'this command failed: %s\n' "$*" >&2
		return 1
	fi
	rm -f "$log"
}

# free_ports N: N ports of 127.0.0.1 that nobody listens on, below those that the kernel gives to outgoing connections: so a
# daemon that is started again finds its port free. Whoever asks next, in whatever shell, gets others: a file that is locked
# counts on, and comes round after 22,000.
free_ports() {
	python3 -c '
import fcntl, os, random, socket, sys
low, high, wanted = 10000, 32768, int(sys.argv[1])
at, file, ports = random.randrange(low, high), None, []
try:
    file = os.open(sys.argv[2], os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    at = int(os.pread(file, 16, 0) or at)
except (OSError, ValueError):
    pass # by chance, then
while len(ports) < wanted:
    at = at + 1 if low <= at < high - 1 else low
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", at))
        except OSError:
            continue
        ports.append(at)
if file is not None:
    os.pwrite(file, b"%-16d" % at, 0)
print(*ports)' "$1" "${TMPDIR:-/tmp}/oeo-ports.$UID"
}

# start_daemon NAME COMMAND...: in the background, log in log/NAME.log; returns when it listens.
start_daemon() {
	local name=$1 log=$work/log/$1.log before pid
	shift
	before=$(grep -c '^.*ready: listening' "$log" 2>/dev/null || true)
	"$@" >>"$log" 2>&1 &
	pid=$!
	daemon_pid[$name]=$pid
	for _ in $(seq 300); do
		[ "$(grep -c '^.*ready: listening' "$log" 2>/dev/null || true)" != "${before:-0}" ] && return 0
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	tail -n 20 "$log" >&2
	printf '%s did not start; the end of its log stands above\n' "$name" >&2
	return 1
}

# stop_daemon NAME [SIGNAL]
stop_daemon() {
	local pid=${daemon_pid[$1]:-}
	[ -n "$pid" ] || return 0
	kill "-${2:-TERM}" "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	unset "daemon_pid[$1]"
}

stop_all() {
	local name
	for name in "${!daemon_pid[@]}"; do kill "${daemon_pid[$name]}" 2>/dev/null || true; done
	wait 2>/dev/null || true
	daemon_pid=()
}

start_keyholder() { start_daemon "keyholder-$1" "$bin/oeo-keyholder" run --home "$work/keyholder-$1" --now "$now"; }
start_collector() { start_daemon collector "$bin/oeo-collector" run --home "$work/collector" --now "${at:-$now}"; }
start_all() {
	local who
	for who in "${keyholders[@]}"; do start_keyholder "$who"; done
	start_collector
}

# Homes, keys and cards of every party; cards exchanged and admitted.
make_parties() {
	local who member ports i=1
	mkdir -p "$work/log" "$work/cards"
	read -r -a ports <<<"$(free_ports $((${#keyholders[@]} + 1)))"
	quiet collector init --id bureau --name "$bureau" --endpoint "tcp://127.0.0.1:${ports[0]}"
	collector card >"$work/cards/collector.oeocard" 2>>"$work/log/fingerprints.txt"
	for who in "${keyholders[@]}"; do
		quiet keyholder "$who" init --id "$who" --name "${names[$who]}" --endpoint "tcp://127.0.0.1:${ports[$i]}"
		keyholder "$who" card >"$work/cards/keyholder-$who.oeocard" 2>>"$work/log/fingerprints.txt"
		i=$((i + 1))
	done
	for member in "${members[@]}"; do
		quiet agent "$member" init --member "$member" --name "${names[$member]}"
		agent "$member" card >"$work/cards/$member.oeocard" 2>>"$work/log/fingerprints.txt"
		quiet collector admit "$work/cards/$member.oeocard"
		for who in "${keyholders[@]}"; do quiet keyholder "$who" admit "$work/cards/$member.oeocard"; done
		quiet agent "$member" join "$work/cards/collector.oeocard" "$work"/cards/keyholder-*.oeocard
	done
}

# The plan published by the collector and approved by every keyholder.
publish_plan() {
	local who name
	name=${1:-$partnership}
	quiet collector plan publish "$plan_dir/plan.yaml" --out "$work/cards/$name.oeoplan"
	for who in "${keyholders[@]}"; do
		quiet keyholder "$who" plan approve "$work/cards/$name.oeoplan" --collector "$work/cards/collector.oeocard" --yes \
			--out "$work/cards/$name-$who.oeoapproval"
		quiet collector plan attach "$work/cards/$name-$who.oeoapproval" --keyholder "$work/cards/keyholder-$who.oeocard"
	done
}

accept_plan() {
	local member
	for member in "${members[@]}"; do quiet agent "$member" plan accept --yes; done
}

# All members publish what is due, at once; what each said goes to log/publish-MEMBER.txt.
publish_all() {
	local member failed=0 running=()
	for member in "${members[@]}"; do
		agent "$member" publish >"$work/log/publish-$member.txt" 2>&1 &
		running+=($!)
	done
	for i in "${!members[@]}"; do
		wait "${running[$i]}" && continue
		cat "$work/log/publish-${members[$i]}.txt" >&2
		printf 'publishing by %s failed\n' "${members[$i]}" >&2
		failed=1
	done
	return $failed
}

# Months, quarters and years from FIRST to LAST (months) whose deadline (three weeks) has passed by now, in order.
ended_periods() {
	local month=$1 last=$2 number
	until [[ $month > $last ]]; do
		[[ $(date -u -d "$month-01 +1 month +21 days" +%F) > $now ]] && break
		printf '%s\n' "$month"
		number=$((10#${month#*-}))
		[ $((number % 3)) -eq 0 ] && printf '%s-Q%d\n' "${month%-*}" $((number / 3))
		[ $number -eq 12 ] && printf '%s\n' "${month%-*}"
		month=$(date -u -d "$month-01 +1 month" +%Y-%m)
	done
}

# Keys destroyed, shares purged, caches deleted, for one released period.
end_period() {
	local who statements=()
	for who in "${keyholders[@]}"; do
		quiet keyholder "$who" destroy --period "$1" --yes --out "$work/cards/$1-$who.oeodestroyed" || return 1
		statements+=(--statement "$work/cards/$1-$who.oeodestroyed")
	done
	quiet collector purge --period "$1" "${statements[@]}"
}
