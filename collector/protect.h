/* SPDX-License-Identifier: EUPL-1.2 */
/* The command `oeo-collector protect`: disclosure control for any frequency table in CSV. */
#ifndef OEO_COLLECTOR_PROTECT_H
#define OEO_COLLECTOR_PROTECT_H

#include "proto/cli.h"

extern const struct oeo_option oeo_protect_options[];

/*
 * Read a table of inner cells, decide which of all its cells may be shown, and write them all: dimensions, the
 * count (empty where hidden), `published` or `hidden`. OEO_EXIT_OK: nothing hidden can be worked out by the attackers
 * that were tried; OEO_EXIT_FAILED: a fault in a file, or something can; then nothing is written; OEO_EXIT_USAGE.
 */
enum oeo_exit oeo_protect_command(struct oeo_cli *cli);

#endif
