#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: the example partnership Amersfoort: visitors without a name count once a week as contacts; the area comes from the
# intake; every published number equals a recount.
partnership=amersfoort
. tests/scenario/lib.sh
run_partnership
