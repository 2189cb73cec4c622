#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: the form at the desk over real sockets: hostile and slow clients, 50 desks at once, killed after answers were shown;
# what was shown as saved is in the ledger, and nothing of an entry stands readable in a file or a log.
# shellcheck source=tests/scenario/lib.sh
. tests/scenario/lib.sh
rounds=${OEO_FORM_KILLS:-5}
mkdir -p "$work/log"
"$build/tests/form_home" "$work" "$plan_dir"
home=$work/agent

start_form() {
	start_daemon form "$bin/oeo-agent" form --home "$home" --now "$now" --port "$port"
}
questions() { sqlite3 "$home/ledger.db" "SELECT count(*) FROM item WHERE collection = 'question'"; }
holds() { [ "$(sqlite3 "$home/ledger.db" "SELECT count(*) FROM item WHERE collection = 'question' AND key = '$1'")" = 1 ]; }
client() { python3 tests/scenario/form_client.py "$port" "$1"; }

port=$(free_ports 1)
start_form
client hostile
client slow
[ "$(questions)" = 2 ] || fault "$(questions) questions in the ledger, wanted 2"
client parallel
[ "$(questions)" = 202 ] || fault "$(questions) questions in the ledger, wanted 202"

# A second one on the same home does not start; nor does one for other computers without certificate and password.
refuses 1 'in use' "$bin/oeo-agent" form --home "$home" --now "$now" --port 0
stop_daemon form
refuses 2 'certificate' "$bin/oeo-agent" form --home "$home" --now "$now" --address 0.0.0.0
refuses 2 'no address' "$bin/oeo-agent" form --home "$home" --now "$now" --address localhost
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=balie.example \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null || fault "no certificate could be made"
chmod 640 "$work/key.pem"
refuses 1 'chmod 600 .*key\.pem' "$bin/oeo-agent" form --home "$home" --now "$now" --certificate "$work/cert.pem" --key "$work/key.pem"
chmod 600 "$work/key.pem"
refuses 2 'password' "$bin/oeo-agent" form --home "$home" --now "$now" --address 127.0.0.1 --certificate "$work/cert.pem" --key "$work/key.pem"
(umask 022 && printf 'short\n' >"$work/password")
refuses 1 'chmod 600' "$bin/oeo-agent" form password --home "$home" --for desk --file "$work/password"
chmod 640 "$work/password"
refuses 1 'chmod 600' "$bin/oeo-agent" form password --home "$home" --for desk --file "$work/password"
chmod 600 "$work/password"
refuses 1 '10 to 200' "$bin/oeo-agent" form password --home "$home" --for desk --file "$work/password"
printf 'een lang wachtwoord\n' >"$work/password"
expect 'password is set' "$bin/oeo-agent" form password --home "$home" --for desk --file "$work/password"

# With both it serves TLS only, and shows nothing before the password.
start_daemon tls "$bin/oeo-agent" form --home "$home" --now "$now" --address 127.0.0.1 --port "$port" --host balie.example \
	--certificate "$work/cert.pem" --key "$work/key.pem"
python3 - "$port" "$work/cert.pem" <<'PY'
import http.client, re, socket, ssl, sys, urllib.parse
port, context = int(sys.argv[1]), ssl.create_default_context(cafile=sys.argv[2])
context.check_hostname = False
def ask(method, path, body=None, cookie="", host=f"balie.example:{port}"):
    c = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=20)
    c.request(method, path, body, {"Host": host, "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"})
    a = c.getresponse()
    return a.status, a.headers, a.read().decode()
status, headers, page = ask("GET", "/")
assert (status, headers["Location"]) == (303, "/login"), status
status, headers, page = ask("GET", "/login")
cookie = headers["Set-Cookie"].split(";")[0]
assert "Secure" in headers["Set-Cookie"]
token = re.search(r'name="token" value="([0-9a-f]{32})"', page).group(1)
log_in = lambda password: ask("POST", "/login", urllib.parse.urlencode({"token": token, "password": password}), cookie)
assert log_in("een kort wachtwoord")[0] == 422
assert ask("GET", "/", cookie=cookie)[0] == 303
status, headers, page = log_in("een lang wachtwoord")
assert status == 303
assert ask("GET", "/", cookie=cookie)[0] == 303  # the cookie of before opens nothing
cookie += "".join("; " + c.split(";")[0] for c in headers.get_all("Set-Cookie"))
assert all("Secure" in c and "HttpOnly" in c for c in headers.get_all("Set-Cookie"))
assert ask("GET", "/", cookie=cookie)[0] == 200
assert ask("GET", "/", cookie=cookie, host="evil.example")[0] == 421
with socket.create_connection(("127.0.0.1", port)) as s:
    s.sendall(b"GET / HTTP/1.1\r\nHost: balie.example\r\n\r\n")
    s.settimeout(5)
    try:
        plain = s.recv(100)
    except OSError:
        plain = b""
    assert not plain.startswith(b"HTTP/1.1 200"), plain
PY
stop_daemon tls

# Killed in the middle, again and again: every record whose answer was shown is there.
start_form
for ((round = 1; round <= rounds; round++)); do
	: >"$work/shown" # now, for the lines of the round before would end the wait below
	client until-killed >>"$work/shown" &
	writer=$!
	until [ "$(wc -l <"$work/shown")" -ge $((5 + RANDOM % 20)) ]; do sleep 0.05; done
	stop_daemon form KILL
	wait "$writer" || fault "the writer failed"
	while read -r record; do
		[ "$record" = begun ] || holds "$record" || fault "round $round: $record was shown as saved and is not in the ledger"
	done <"$work/shown"
	start_form
done
expect 'Open|open|period' "$bin/oeo-agent" status --home "$home" --now "$now"
stop_daemon form

# Nothing that a visitor said stands readable anywhere.
start_form
python3 - "$port" <<'PY'
import importlib.util, sys
sys.argv = ["form_client.py", sys.argv[1], "-"]
spec = importlib.util.spec_from_file_location("form_client", "tests/scenario/form_client.py")
client = importlib.util.module_from_spec(spec)
spec.loader.exec_module(client)
assert client.Desk().save(nameless="", q="zoekwoordzz", **{"f.surname": "Zzwoerd", "f.postcode": "7601ZZ", "f.birthdate": "11-12-1931"})
PY
stop_daemon form
if grep -rlaiE 'zzwoerd|7601ZZ|1931-12-11|11-12-1931|zoekwoordzz' "$home" "$work/log"; then fault "part of an entry stands readable in the files named above"; fi
echo "the form: $(questions) questions, none lost in $rounds kills"
