#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: the example partnership Almere: a matching sheet with a row per supporter counts every question once; districts each
# quarter, wards and evaluation each year; every published number equals a recount.
partnership=almere
. tests/scenario/lib.sh
run_partnership
