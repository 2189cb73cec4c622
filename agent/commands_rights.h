/* SPDX-License-Identifier: EUPL-1.2 */
/* The subcommands around what is kept of residents, and for how long. */
#ifndef OEO_AGENT_COMMANDS_RIGHTS_H
#define OEO_AGENT_COMMANDS_RIGHTS_H

#include "proto/cli.h"

/* withdraw [--file FILE] [--yes]: OEO_EXIT_FAILED where nothing was found or nothing was taken out. */
extern const struct oeo_option oeo_agent_withdraw_options[];
enum oeo_exit oeo_agent_withdraw(struct oeo_cli *cli);

#endif
