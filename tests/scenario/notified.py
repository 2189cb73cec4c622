#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Stand in for systemd: notified.py SOCKET FILE writes what is sent to the socket to the file, up to STOPPING=1."""
import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s, open(sys.argv[2], "w", encoding="utf-8") as out:
    s.bind(sys.argv[1])
    s.settimeout(60)
    text = ""
    while "STOPPING=1" not in text:
        text = s.recv(4096).decode()
        print(text, file=out, flush=True)
