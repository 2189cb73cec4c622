#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: a program's man page has exactly the commands and options that its --help has, and is well-formed.
set -euo pipefail
build=${1:?usage: 06-manpages.sh BUILD_DIR}
man=docs/man
work=$(mktemp -d "${TMPDIR:-/tmp}/oeo-manpages.XXXXXX")
trap 'rm -rf "$work"' EXIT
faults=0
fault() {
	echo "FAULT: $*"
	faults=$((faults + 1))
}

# The lines "COMMAND" and "COMMAND --option[=]" of a program; options that all commands have under "*".
facts_of_help() {
	local program=$1 command
	"$program" --help --lang en >"$work/help"
	sed -n '/^Options that every/,$p' "$work/help" | own_options '*'
	sed -n '/^Commands:/,/^Options that every/s/^  \([a-z]\+\( [a-z]\+\)\?\)\(  .*\| [A-Z].*\)$/\1/p' "$work/help" >"$work/commands"
	[ -s "$work/commands" ] || fault "$program --help lists no commands"
	while read -r command; do
		printf '%s\n' "$command"
		# shellcheck disable=SC2086 # "plan show" is two words
		"$program" $command --help --lang en </dev/null | sed -n '/^Options:/,/^$/p' | own_options "$command"
	done <"$work/commands"
}

# Lines "  --name VALUE  text" as "COMMAND --name=", switches as "COMMAND --name".
own_options() {
	sed -n -e 's/^  \(--[a-z-]\+\) [^ ].*/\1=/p' -e 's/^  \(--[a-z-]\+\)  .*/\1/p' | sed "s/^/$1 /"
}

# The same of a man page: a command is a .Ss, an option an .It Fl in it; those under .Sh OPTIONS belong to all.
facts_of_page() {
	awk '
	/^\.Sh /  { section = $2; command = section == "OPTIONS" ? "*" : "" }
	/^\.Ss / && section == "COMMANDS" {
		command = $2
		for (i = 3; i <= NF && $i ~ /^[a-z]+$/; i++) command = command " " $i
		print command
	}
	/^\.It Fl -/ && command != "" { print command " -" $3 (NF > 3 ? "=" : "") }' "$1"
}

for program in oeo-agent oeo-keyholder oeo-collector oeo-export; do
	page=$man/$program.1
	if [ ! -s "$page" ]; then
		fault "there is no $page"
		continue
	fi
	facts_of_help "$build/bin/$program" | LC_ALL=C sort >"$work/have"
	facts_of_page "$page" | LC_ALL=C sort >"$work/told"
	while read -r line; do fault "$page does not tell of: $line"; done < <(LC_ALL=C comm -23 "$work/have" "$work/told")
	while read -r line; do fault "$page tells of what $program does not have: $line"; done < <(LC_ALL=C comm -13 "$work/have" "$work/told")
	if command -v mandoc >/dev/null; then
		mandoc -Tlint -W warning "$page" >"$work/lint" 2>&1 || fault "$(cat "$work/lint")"
	elif command -v man >/dev/null; then
		[ -z "$(man --warnings=w -l "$page" 2>&1 >/dev/null)" ] || fault "$page is malformed: man --warnings=w -l $page"
	fi
done

# A check that cannot fail is none: a page without one command and with one option too many must be found out.
sed -e '/^\.Ss status/d' -e 's/^\.It Fl -json/.It Fl -jason/' "$man/oeo-agent.1" >"$work/wrong.1"
facts_of_page "$man/oeo-agent.1" | LC_ALL=C sort >"$work/have"
facts_of_page "$work/wrong.1" | LC_ALL=C sort >"$work/told"
[ "$(LC_ALL=C comm -3 "$work/have" "$work/told" | wc -l)" -eq 3 ] || fault "a wrong man page is not found out"
[ "$faults" -eq 0 ]
