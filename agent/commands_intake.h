/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * `oeo-agent preview FILE [--mapping FILE] [--plan FILE]` shows what a file would give, stores and sends nothing; with
 * --plan (a plan.yaml) it needs neither a home nor an accepted plan, so that a mapping can be tried before joining.
 * `oeo-agent import FILE... [--mapping FILE]` puts the files into the ledger, each whole or not at all. The mapping is
 * remembered; later it is chosen by the columns of the file.
 *
 * Both exit with OEO_EXIT_FAILED where a file cannot be read, and where a file has rows and none of them is taken.
 */
#ifndef OEO_AGENT_COMMANDS_INTAKE_H
#define OEO_AGENT_COMMANDS_INTAKE_H

#include "proto/cli.h"

extern const struct oeo_option oeo_agent_preview_options[];
extern const struct oeo_option oeo_agent_import_options[];

enum oeo_exit oeo_agent_preview(
    struct oeo_cli *cli); /* one argument, or none with --way (commands_mirror.h) */
enum oeo_exit oeo_agent_import(struct oeo_cli *cli); /* one argument or more */

#endif
