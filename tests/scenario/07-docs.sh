#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: what README and docs name is there: commands and options of the programs, files of the project, tests, presets.
set -euo pipefail
build=${1:?usage: 07-docs.sh BUILD_DIR}
work=$(mktemp -d "${TMPDIR:-/tmp}/oeo-docs.XXXXXX")
trap 'rm -rf "$work"' EXIT
ctest --test-dir "$build" -N | sed -n 's/^ *Test *#[0-9]*: //p' >"$work/tests"
# What the units run counts as named too.
sed -n 's|^ExecStart=/usr/local/bin/|    |p' docs/systemd/*.service >"$work/units.md"
[ -s "$work/units.md" ] || { echo "FAULT: the units in docs/systemd run nothing"; exit 1; }
python3 tests/scenario/named_in_docs.py "$build/bin" "$work/tests" README.md tests/README.md docs/*.md docs/handleiding/*.md "$work/units.md"

# A check that cannot fail is none: five wrong names, five faults.
cat >"$work/wrong.md" <<'TXT'
`oeo-agent forget`, `oeo-collector release --please`, `proto/nowhere.c`, `unit.nothing`, [there](docs/nowhere.md).
TXT
if python3 tests/scenario/named_in_docs.py "$build/bin" "$work/tests" "$work/wrong.md" >"$work/said"; then
	echo "FAULT: a document with wrong names is not found out"
	exit 1
fi
[ "$(grep -c wrong.md "$work/said")" -eq 5 ] || { cat "$work/said"; echo "FAULT: not all five wrong names are found"; exit 1; }
