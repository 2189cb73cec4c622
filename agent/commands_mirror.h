/* SPDX-License-Identifier: EUPL-1.2 */
/* The subcommands that show a member its own registration, and what becomes of it. */
#ifndef OEO_AGENT_COMMANDS_MIRROR_H
#define OEO_AGENT_COMMANDS_MIRROR_H

#include "proto/cli.h"

/* mirror [RELEASE...] [--period P] [--html FILE] [--csv FILE] */
extern const struct oeo_option oeo_agent_mirror_options[];
enum oeo_exit oeo_agent_mirror(struct oeo_cli *cli);

/* preview --way [--plan FILE] [--html FILE]: what becomes of an example question; the options are those of preview. */
enum oeo_exit oeo_agent_way(struct oeo_cli *cli);

#endif
