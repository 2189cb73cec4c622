#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: what is installed can be used: the disclosure library by a program that knows only pkg-config; it keeps no data, does no
# input or output and leans on the C library alone. The programs come with their texts, man pages and units.
. tests/scenario/lib.sh
mkdir -p "$work/log"
prefix=$work/prefix
setting() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }
[ "$(setting OEO_FUZZ)" = ON ] && exit 77
flags=()
[ "$(setting OEO_SANITIZE)" = ON ] && flags+=(-fsanitize=address,undefined)
[ "$(setting OEO_COVERAGE)" = ON ] && flags+=(--coverage)

cmake --install "$build" --prefix "$prefix" --component disclosure >"$work/log/component.txt" || fault "$(cat "$work/log/component.txt")"
[ ! -e "$prefix/bin" ] || fault "the library's component installs programs"
pc=$(dirname "$(find "$prefix" -name oeo-disclosure.pc)")
export PKG_CONFIG_PATH=$pc

# The example outside of the tree, by pkg-config alone; each header also alone.
cp collector/disclosure/example.c "$work/example.c"
# shellcheck disable=SC2046
cc -std=c11 -Wall -Wextra -Werror "${flags[@]}" "$work/example.c" $(pkg-config --cflags --libs oeo-disclosure-clp) -o "$work/example" ||
	fault "the example cannot be built with pkg-config's flags"
"$work/example" >"$work/example.txt" || fault "the example fails: $(cat "$work/example.txt")"
grep -qx safe "$work/example.txt" || fault "the example is not safe: $(cat "$work/example.txt")"
# The README shows what comes out.
numbers() { grep -oE '[0-9]+(\.\.[0-9]+)?' | tr '\n' ' '; }
shown=$(awk '/^ +2 +40 /{p=1} p&&/^ +[0-9]/{print} /^$/{if(p)exit}' collector/disclosure/README.md |
	awk '{ n = ($5 == "->") ? 6 : 5; for (i = n; i <= NF; i++) printf "%s ", $i }')
[ "$shown" = "$(numbers <"$work/example.txt")" ] || fault "README.md shows $shown, but it is $(numbers <"$work/example.txt")"
for header in "$prefix"/include/oeo/collector/disclosure/*.h; do
	echo "#include <collector/disclosure/$(basename "$header")>" >"$work/header.c"
	# shellcheck disable=SC2046
	cc -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only $(pkg-config --cflags oeo-disclosure) "$work/header.c" ||
		fault "$header cannot be included alone"
done

# No data that can be written, and nothing called but memory, sorting and arithmetic.
if [ ${#flags[@]} -eq 0 ]; then
	for archive in "$prefix"/lib*/liboeo-disclosure*.a "$prefix"/lib*/*/liboeo-disclosure*.a; do
		[ -e "$archive" ] || continue
		data=$(objdump -h "$archive" | awk '$2 ~ /^\.(data|bss|tdata|tbss)$/ && $3 !~ /^0+$/ { print $2 }')
		[ -z "$data" ] || fault "$archive keeps data that can be written: $data"
		nm "$archive" | grep -E ' [CD] ' && fault "$archive has a global variable"
		nm "$archive" | awk '$1 == "U" { print $2 }' | grep -vE '^(oeo_|Clp_|_GLOBAL_OFFSET_TABLE_$|__stack_chk_fail$|__u?(mod|div)ti3$|__(mem[a-z]+)_chk$)' |
			grep -vxE 'malloc|calloc|realloc|free|mem(cpy|set|move|cmp)|qsort(_r)?|floor|ceil|round|fabs|sqrt|l?lround|str(len|cmp)' >"$work/calls.txt" || true
		[ ! -s "$work/calls.txt" ] || fault "$archive calls $(tr '\n' ' ' <"$work/calls.txt")"
	done
fi

# The whole of it.
cmake --install "$build" --prefix "$prefix" >"$work/log/all.txt" 2>&1 || fault "$(tail -n 3 "$work/log/all.txt")"
for program in agent keyholder collector export; do
	[ -x "$prefix/bin/oeo-$program" ] || fault "oeo-$program is not installed"
	[ -s "$prefix/share/man/man1/oeo-$program.1" ] || fault "oeo-$program has no man page"
done
[ -s "$prefix/share/locale/nl/LC_MESSAGES/oeo.mo" ] || fault "the Dutch texts are not installed"
for unit in docs/systemd/*; do
	cmp "$unit" "$prefix/share/doc/ogen-en-oren/systemd/$(basename "$unit")" || fault "$unit is not installed"
done
OEO_LANG=nl expect 'Verberg de kleine getallen' "$prefix/bin/oeo-collector" protect --help
