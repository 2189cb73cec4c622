# SPDX-License-Identifier: EUPL-1.2
# Sourced by demo and check: says what it does, installs what is missing of debian-packages.txt, builds a preset.
# shellcheck shell=bash

say() { printf '\n== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# install_packages [all]: install the packages of the list that dpkg does not know as installed; without `all` those that
# only the tests need are left out.
install_packages() {
	local missing=() package run=() wanted=${1:-}
	command -v dpkg-query >/dev/null ||
		die "this needs Debian 12 (dpkg is missing); see README.md, 'Other systems', for what to install by hand"
	while read -r package; do
		case $package in
		'# ----'*)
			if [ "$wanted" = all ]; then continue; else break; fi
			;;
		'' | '#'*) continue ;;
		esac
		# npm and node may have come from elsewhere; what counts is that they are there.
		case $package in nodejs | npm) command -v npm >/dev/null && continue ;; esac
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
	done <debian-packages.txt
	if [ ${#missing[@]} -eq 0 ]; then
		note "all packages of debian-packages.txt are installed"
		return
	fi
	note "missing: ${missing[*]}"
	if [ "$(id -u)" -ne 0 ]; then
		if ! command -v sudo >/dev/null; then
			die "packages are missing and this is neither root nor is sudo there. As root: apt-get install ${missing[*]}"
		fi
		run=(sudo)
	fi
	"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq ||
		die "apt-get update failed: is there a network connection to Debian's packages?"
	"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
		die "apt-get install failed for: ${missing[*]}"
	note "installed"
}

# build PRESET [TARGET...]: configure and build into build/PRESET. What was configured is not configured again: ninja does that
# where it must, and CMake orders some flags otherwise the second time, so that all would be built anew.
build() {
	local preset=$1 log
	shift
	log=$(mktemp)
	if { ! [ "build/$preset/build.ninja" -nt CMakePresets.json ] && ! cmake --preset "$preset" >"$log" 2>&1; } ||
		! cmake --build --preset "$preset" ${1:+--target "$@"} >>"$log" 2>&1; then
		tail -n 60 "$log" >&2
		die "the build '$preset' failed; the end of its output stands above (whole: $log)"
	fi
	rm -f "$log"
	note "built: build/$preset"
}

# seconds since the shell started, for the times of the steps
step_started=0
step() {
	step_started=$SECONDS
	say "$*"
}
step_done() { note "took $((SECONDS - step_started)) s"; }
