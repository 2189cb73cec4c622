#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Look up what Markdown documents name: commands and options of the programs (by their --help), files of the project,
tests (by CTest's list), presets. Only what stands in code (between backticks, or indented by four) and links count.

    named_in_docs.py BIN_DIR TESTS_LIST DOCUMENT...        from the project's root
"""
import json
import pathlib
import re
import subprocess
import sys

PROGRAMS = ("oeo-agent", "oeo-collector", "oeo-keyholder", "oeo-export")
FOLDERS = "proto|agent|keyholder|collector|dashboard-export|tests|docs|scripts|cmake"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
# Folders below a program's home that are written as paths here too.
HOME_PATHS = re.compile(r"keyholder/periods")


def help_of(path, *words):
    return subprocess.run([path, *words, "--help", "--lang", "en"], capture_output=True, text=True, check=True).stdout


def options_of(text):
    return set(re.findall(r"^ +(--[a-z-]+)", text, re.M))


def read_programs(folder):
    """{program: {command: options}}"""
    programs = {}
    for program in PROGRAMS:
        path = pathlib.Path(folder) / program
        names = re.findall(r"^  ([a-z]+(?: [a-z]+)?)(?:  | [A-Z])", help_of(path).split("Options that")[0], re.M)
        programs[program] = {name: options_of(help_of(path, *name.split())) for name in names}
        assert programs[program], program
    return programs


def code_of(text):
    """(line number, code) of every piece of code; lines that end in a backslash are joined."""
    text = re.sub(r"\\\n\s*", lambda m: " " + "\x00" * m.group().count("\n"), text)
    pieces, number, fenced = [], 0, False
    for line in text.split("\n"):
        number += 1 + line.count("\x00")
        line = line.replace("\x00", "")
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            pieces.append((number, re.sub(r"  # .*| {3,}\(.*", "", line)))
            pieces += [(number, span) for span in re.findall(r"`([^`]+)`", line)]
        else:
            pieces += [(number, span) for span in re.findall(r"`([^`]+)`", line)]
    return pieces


def check_command(program, rest, commands):
    """A fault of `program rest`, or None."""
    words = re.match(r"(?:[a-z]+\b ?){0,2}", rest).group().split()
    name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in commands), None)
    given = set(OPTION.findall(rest))
    if name is None and words:
        return f"{program} has no command `{' '.join(words)}`"
    known = commands[name] if name else set().union(*commands.values())
    unknown = sorted(given - known)
    return f"{program} {name or ''} has no option {' '.join(unknown)}" if unknown else None


def check_code(code, programs):
    calls = list(re.finditer(r"(?<![\w/.-])(?:bin/)?(oeo-(?:agent|collector|keyholder|export)) +([^;|]*)", code))
    for call in calls:
        rest = re.split(r"\boeo-(?:agent|collector|keyholder|export)\b", call.group(2))[0]
        fault = check_command(call.group(1), rest, programs[call.group(1)])
        if fault:
            yield fault
    if calls:
        return
    # `plan publish --out F`, `--again`: some program has it.
    everything = {name: options for commands in programs.values() for name, options in commands.items()}
    script = re.match(r"\./(demo|check)\b", code)
    if script:
        known = options_of_script(script.group(1))
    elif code.startswith("--") or re.match(r"[a-z]+", code) and re.match(r"[a-z]+( [a-z]+)?", code).group() in everything:
        known = set().union(*everything.values()) | options_of_script("demo") | options_of_script("check")
    else:
        return
    for option in OPTION.findall(code):
        if option not in known:
            yield f"nothing has the option {option}"


def options_of_script(name):
    return set(OPTION.findall(pathlib.Path(name).read_text(encoding="utf-8"))) | {"--help"}


def check_paths(code):
    for path in re.findall(rf"(?<![\w/.-])(?:{FOLDERS})/[\w./*-]*", code):
        path = path.rstrip(".")
        if not HOME_PATHS.match(path) and not list(pathlib.Path().glob(path.rstrip("/"))):
            yield f"there is no {path}"
    if re.fullmatch(r"[\w-]+\.(md|txt)|LICENSE|CMakePresets\.json|CMakeLists\.txt", code) and not any(
            list(pathlib.Path().glob(f"{root}{code}")) for root in ("", "docs/", "tests/", "tests/*/", "proto/plans/*/")):
        yield f"there is no {code}"


def check_tests(code, tests):
    for name in re.findall(r"\b(?:unit|scenario|fuzz)\.[\w*-]+", code):
        wanted = re.compile(re.escape(name).replace(r"\*", ".*") + ("$" if not name.startswith("scenario.") else ""))
        if not any(wanted.match(test) for test in tests):
            yield f"there is no test {name}"


def check_presets(code):
    presets = {p["name"] for p in json.loads(pathlib.Path("CMakePresets.json").read_text())["configurePresets"]}
    for name in re.findall(r"--preset ([\w-]+)", code):
        if name not in presets:
            yield f"there is no preset {name}"


def check_links(text, document):
    for number, line in enumerate(text.split("\n"), 1):
        for target in re.findall(r"\]\(([^)#]+)", line):
            if "://" not in target and not (document.parent / target).exists():
                yield number, f"the link {target} leads nowhere"


def check_document(document, programs, tests):
    text = document.read_text(encoding="utf-8")
    yield from check_links(text, document)
    for number, code in code_of(text):
        for fault in (*check_code(code, programs), *check_paths(code), *check_tests(code, tests), *check_presets(code)):
            yield number, fault


def main():
    programs = read_programs(sys.argv[1])
    tests = pathlib.Path(sys.argv[2]).read_text().split("\n")
    faults = 0
    for name in sys.argv[3:]:
        for number, fault in sorted(set(check_document(pathlib.Path(name), programs, tests))):
            print(f"{name}:{number}: {fault}")
            faults += 1
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
