#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: the example partnership Almere: a matching sheet with a row per supporter counts every question once; districts each
# quarter, wards and evaluation each year; every published number equals a recount.
partnership=almere
. tests/scenario/lib.sh
run_partnership
# Of 3,481 rows none is wrong: 1,115 are one more supporter's, and where these differ the coordinator reads which rows.
for line in 'taken +2366$' 'one more supporter: counts once +1115$' 'something else than the first row .* 177$' \
	'refused \(listed below\) +0$' 'line 169 \(question of line 168\): Steunvorm, Uitkomst$'; do
	grep -qE "$line" "$work/log/import-oco-almere.txt" || fault "the import does not tell: $line"
done
