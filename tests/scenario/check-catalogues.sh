#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Goal: every text that people read has a Dutch translation in its own folder's catalogue, and no catalogue is malformed.
#
# Usage: check-catalogues.sh [--root TREE] [FOLDER...]     folders of the source tree; default: all that have programs
#        check-catalogues.sh --self-test                   a tree that misses a translation must be found out
set -eu

script=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
root=$(dirname "$script")/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
checked=0

fault() {
	printf 'check-catalogues: %s\n' "$1" >&2
	status=1
}

# The texts of one folder, as a template.
extract() {
	find "$1" -name '*.c' | LC_ALL=C sort |
		xgettext --files-from=- --language=C --from-code=UTF-8 --keyword=_ --keyword=N_ --output="$work/texts.pot"
}

check_folder() {
	catalogue="$1/locale/nl.po"
	rm -f "$work/texts.pot"
	extract "$1"
	[ -s "$work/texts.pot" ] || return 0 # no texts at all
	checked=$((checked + 1))
	if [ ! -s "$catalogue" ]; then
		fault "$1 has texts but no $catalogue"
		return 0
	fi
	msgfmt --check-format --check-domain --output-file=/dev/null "$catalogue" || fault "$catalogue is malformed"
	msgmerge --quiet --no-fuzzy-matching --output-file="$work/merged.po" "$catalogue" "$work/texts.pot"
	if LC_ALL=C msgfmt --statistics --output-file=/dev/null "$work/merged.po" 2>&1 | grep -Eq 'fuzzy|untranslated'; then
		fault "$catalogue: these texts have no (certain) Dutch translation:"
		msgattrib --untranslated --no-obsolete --no-wrap "$work/merged.po" >&2
		msgattrib --only-fuzzy --no-obsolete --no-wrap "$work/merged.po" >&2
	fi
}

# A small tree: complete, then with one text more, then with a wrong format in the translation.
self_test() {
	mkdir -p "$work/tree/proto/locale"
	printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n#, c-format\nmsgid "%%u apples"\nmsgstr "%%u appels"\n' \
		>"$work/tree/proto/locale/nl.po"
	printf 'x = _("%%u apples");\n' >"$work/tree/proto/a.c"
	"$script" --root "$work/tree" proto || { fault "a complete tree is refused"; return; }
	printf 'y = N_("\\npears\\n");\n' >"$work/tree/proto/b.c"
	if "$script" --root "$work/tree" proto 2>/dev/null; then fault "a missing translation is not found"; fi
	rm "$work/tree/proto/b.c"
	sed -i 's/%u appels/%s appels/' "$work/tree/proto/locale/nl.po"
	if "$script" --root "$work/tree" proto 2>/dev/null; then fault "a wrong format is not found"; fi
	checked=1
}

if [ "${1-}" = --self-test ]; then
	self_test
else
	if [ "${1-}" = --root ]; then
		root=$2
		shift 2
	fi
	cd "$root"
	[ $# -gt 0 ] || set -- proto agent keyholder collector dashboard-export
	for folder in "$@"; do
		check_folder "$folder"
	done
fi
[ "$checked" -gt 0 ] || fault "no catalogue was checked"
exit "$status"
