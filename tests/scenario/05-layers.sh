#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: the layers hold: a program's folder includes no other program's headers, proto/ none of theirs, collector/disclosure
# nothing but the C library and itself; every source file names its licence.
set -euo pipefail
faults=0
fault() {
	echo "FAULT: $*"
	faults=$((faults + 1))
}
parts=(agent keyholder collector dashboard-export)
for part in "${parts[@]}" proto; do
	for other in "${parts[@]}"; do
		[ "$part" = "$other" ] && continue
		found=$(grep -rnE "#include [\"<]$other/" --include='*.[ch]' "$part" || true)
		[ -z "$found" ] || fault "$part reaches into $other: $found"
	done
done
found=$(grep -rnE '#include "' --include='*.[ch]' collector/disclosure | grep -v '"collector/disclosure/' || true)
[ -z "$found" ] || fault "collector/disclosure includes more than the C library: $found"
found=$(grep -rnE '#include <(sodium|zmq|sqlite3|yaml|protobuf|jansson|unicode|libxml)' --include='*.[ch]' collector/disclosure || true)
[ -z "$found" ] || fault "collector/disclosure includes another library: $found"
while read -r file; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: EUPL-1.2' || fault "$file does not name its licence"
done < <(find proto agent keyholder collector dashboard-export tests scripts cmake -name node_modules -prune -o \
	\( -name '*.[ch]' -o -name '*.sh' -o -name '*.cmake' -o -name 'CMakeLists.txt' \) -print)
# protobuf-c, ZeroMQ and SQLite stay inside the modules that own the boundary.
headers=$(grep -rlE '#include <(sqlite3|protobuf-c|zmq)' --include='*.h' proto agent keyholder collector dashboard-export | grep -vE '_(internal|sqlite|arena)\.h$' || true)
[ -z "$headers" ] || fault "a public header shows a library's types: $headers"
[ "$faults" -eq 0 ]
