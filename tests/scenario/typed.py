#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Type in a terminal: typed.py [--hidden] ANSWER... -- PROGRAM ARGUMENT... gives each answer when the last line asks.

ANSWER is PROMPT=TEXT, or TEXT alone where the line ends in ": ". Prints what the terminal showed; the exit code is the
program's, or 99 where --hidden was asked and an answer was shown.
"""
import os
import pty
import sys


def asks(said: bytes, prompt: str) -> bool:
    last = said.rsplit(b"\n", 1)[-1]
    return prompt.encode() in last if prompt else last.endswith(b": ")


def main() -> int:
    end = sys.argv.index("--")
    answers, program = sys.argv[1:end], sys.argv[end + 1 :]
    is_hidden = answers[0] == "--hidden"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(program[0], program)
    said = b""
    typed = []
    try:
        for answer in answers[1:] if is_hidden else answers:
            prompt, _, text = answer.rpartition("=")
            while not asks(said, prompt):
                said += os.read(terminal, 4096)
            os.write(terminal, text.encode() + b"\n")
            said += b"\n"
            typed.append(text.encode())
        while more := os.read(terminal, 4096):
            said += more
    except OSError:  # the program has ended
        pass
    sys.stdout.buffer.write(said)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return 99 if is_hidden and any(text in said for text in typed) else code


if __name__ == "__main__":
    sys.exit(main())
