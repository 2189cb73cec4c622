# SPDX-License-Identifier: EUPL-1.2
"""A client of the form over real sockets: python3 form_client.py PORT WHAT. Exits 0 where the form does as it should."""
import http.client
import re
import secrets
import socket
import sys
import threading
import time
import urllib.parse

port = int(sys.argv[1])
HOST = f"127.0.0.1:{port}"


def fail(text):
    print(f"FAULT: {text}")
    sys.exit(1)


class Desk:
    """A browser: its cookie and the token of its pages."""

    def __init__(self):
        status, headers, page = self.ask("GET", "/", cookie="")
        if status != 200:
            fail(f"the first page says {status}")
        self.cookie = headers["Set-Cookie"].split(";")[0]
        self.token = re.search(r'name="token" value="([0-9a-f]{32})"', page).group(1)

    def ask(self, method, path, body=None, headers=None, cookie=None, timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        sent = {"Cookie": self.cookie if cookie is None else cookie}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent.update(headers or {})
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, answer.headers, text

    def entry(self, topic="GS01", **more):
        fields = {"token": self.token, "visit": secrets.token_hex(16), "nameless": "1", "do": "save", "d.question": topic}
        fields.update(more)
        return urllib.parse.urlencode(fields)

    def save(self, **more):
        status, headers, _ = self.ask("POST", "/", self.entry(**more))
        return headers["Location"].split("=")[1] if status == 303 else None


def raw(data, wait=5.0):
    """Send bytes; what comes back until the other side closes or `wait` seconds have passed."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as s:
        got = b""
        try:
            s.sendall(data)
            while True:
                piece = s.recv(65536)
                if not piece:
                    break
                got += piece
        except (TimeoutError, ConnectionError):
            pass
        return got


def expect(what, status, wanted):
    if status not in wanted:
        fail(f"{what}: {status}, wanted one of {wanted}")


def hostile():
    desk = Desk()
    other = Desk()
    body = desk.entry()
    expect("no token", desk.ask("POST", "/", "visit=1")[0], [403])
    expect("another desk's token", other.ask("POST", "/", body)[0], [403])
    expect("no cookie", desk.ask("POST", "/", body, cookie="")[0], [403])
    expect("a made-up cookie", desk.ask("POST", "/", body, cookie="oeo_desk=" + "0" * 64)[0], [403])
    expect("another host", desk.ask("POST", "/", body, {"Host": f"evil.example:{port}"})[0], [421])
    expect("another host's page", desk.ask("GET", "/", headers={"Host": "evil.example"})[0], [421])
    expect("another origin", desk.ask("POST", "/", body, {"Origin": "https://evil.example"})[0], [403])
    expect("another type", desk.ask("POST", "/", body, {"Content-Type": "text/plain"})[0], [415])
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        expect(method, desk.ask(method, "/")[0], [405])
    for path in ("/../../etc/passwd", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/entered/..", "/form.css/..", "/\\..\\x", "/entered/%00"):
        expect(path, desk.ask("GET", path)[0], [404, 400])
    status, headers, _ = desk.ask("GET", "/")
    for name, part in (("Content-Security-Policy", "default-src 'none'"), ("Content-Security-Policy", "frame-ancestors 'none'"),
                       ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"), ("Referrer-Policy", "same-origin")):
        if part not in headers.get(name, ""):
            fail(f"{name} does not say {part}")
    for size in (65 * 1024, 1024 * 1024, 1024 * 1024 + 1, 5 * 1024 * 1024):
        status, _, page = desk.ask("POST", "/", "a" * size)
        expect(f"{size} bytes", status, [413])
        if "<h1>" not in page:
            fail(f"{size} bytes get no page to read")
    for more in ("", "Expect: 100-continue\r\n"):
        got = raw(f"POST / HTTP/1.1\r\nHost: {HOST}\r\n{more}Content-Length: 99999999999\r\n\r\n".encode())
        if not got.startswith(b"HTTP/1.1 413 ") or b"<h1>" not in got:
            fail("a body announced as 100 GB gets no answer")
    got = raw(f"POST / HTTP/1.1\r\nHost: {HOST}\r\nExpect: 100-continue\r\nContent-Length: 70000\r\n\r\n".encode())
    if not got.startswith(b"HTTP/1.1 413 "):
        fail("70 kB that wait for a word are told to come")
    got = raw(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200000 + b"\r\n\r\n")
    if got and not re.match(rb"HTTP/1\.[01] (4|5)\d\d", got):
        fail("a header of 200 kB is taken")
    for junk in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"\x00" * 1000, b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"):
        got = raw(junk, 1.0)
        if got and b" 200 " in got[:20]:
            fail("what is no request is answered")
    if desk.save() is None:
        fail("the form does not work any more after all this")
    print("hostile requests: refused; one entry saved")


def slow():
    """Clients that drip keep nobody waiting and are let go."""
    sleepers = []
    for i in range(40):
        s = socket.create_connection(("127.0.0.1", port))
        s.sendall(f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n".encode() + (b"\r\n" if i % 2 else b""))
        sleepers.append(s)
    begun = time.monotonic()
    if Desk().save() is None:
        fail("slow clients shut others out")
    if time.monotonic() - begun > 5:
        fail("slow clients keep others waiting")
    deadline = time.monotonic() + 40
    left = list(sleepers)
    while left and time.monotonic() < deadline:
        time.sleep(1)
        for s in list(left):
            try:
                s.setblocking(False)
                if s.recv(1000) == b"":
                    left.remove(s)
            except BlockingIOError:
                pass
            except ConnectionError:
                left.remove(s)
    if left:
        fail(f"{len(left)} connections on which nothing comes are still open")
    print("slow clients: let go, and nobody waited; one entry saved")


def parallel():
    """50 desks at once, 4 entries each."""
    saved, faults = [], []

    def work(i):
        try:
            desk = Desk()
            for j in range(4):
                record = desk.save(topic=f"GS0{j + 1}", **{"d.channel": "KA01"})
                (saved if record else faults).append(record)
        except OSError as error:
            faults.append(str(error))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(50)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if faults or len(set(saved)) != 200:
        fail(f"{len(faults)} of 200 parallel entries failed, {len(set(saved))} saved: {faults[:3]}")
    print("parallel entries: 200 saved")


def until_killed():
    """Save until the form is gone; print the record of every entry whose answer came."""
    desk = Desk()
    print("begun", flush=True)
    try:
        while True:
            record = desk.save()
            if record:
                print(record, flush=True)
    except (OSError, http.client.HTTPException):
        pass


if __name__ == "__main__":
    {"hostile": hostile, "slow": slow, "parallel": parallel, "until-killed": until_killed}[sys.argv[2]]()
