/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The subcommand `release --period P [--correct] [--yes]`: opens the cells of a period, lets disclosure control decide,
 * has its decisions verified by other code, and writes <home>/releases/<plan>-<period>.oeorel with its
 * signature <same name>.minisig. A period is released once; with --correct, after members submitted it anew, a release
 * that is out is corrected by <plan>-<period>.2.oeorel (.3, ...), where that gives nothing away. What it prints has passed the gate: numbers of
 * cells shown and not shown per table, and what is blocked by table and member.
 */
#ifndef OEO_COLLECTOR_RELEASE_H
#define OEO_COLLECTOR_RELEASE_H

#include "proto/cli.h"

/* Options: "period" (value, needed), "correct" and "yes" (switches). Locks the home's "release" lock; runs beside the daemon. */
enum oeo_exit oeo_release_command(struct oeo_cli *cli);

#endif
