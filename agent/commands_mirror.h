/* SPDX-License-Identifier: EUPL-1.2 */
/* The subcommands that show a member its own registration, and what becomes of it. */
#ifndef OEO_AGENT_COMMANDS_MIRROR_H
#define OEO_AGENT_COMMANDS_MIRROR_H

#include <jansson.h>

#include "proto/cli.h"

/* mirror [RELEASE...] [--period P] [--html FILE] [--csv FILE] [--mine FILE] */
extern const struct oeo_option oeo_agent_mirror_options[];
enum oeo_exit oeo_agent_mirror(struct oeo_cli *cli);

/* preview --way [--plan FILE] [--html FILE]: what becomes of an example question; the options are those of preview. */
enum oeo_exit oeo_agent_way(struct oeo_cli *cli);

/* Print what they show as JSON; takes json, NULL where it could not be made. OEO_ERR_NOMEM. */
enum oeo_err oeo_agent_print_shown(json_t *json);

#endif
