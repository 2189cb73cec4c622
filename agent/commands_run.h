/* SPDX-License-Identifier: EUPL-1.2 */
/* oeo-agent run: see run.h. */
#ifndef OEO_AGENT_COMMANDS_RUN_H
#define OEO_AGENT_COMMANDS_RUN_H

#include "proto/cli.h"

/* run [--inbox DIR] */
extern const struct oeo_option oeo_agent_run_options[];
enum oeo_exit oeo_agent_run(struct oeo_cli *cli);

#endif
