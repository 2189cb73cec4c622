/* SPDX-License-Identifier: EUPL-1.2 */
/* oeo-agent mapping suggest, mapping check: from an unknown export to a mapping that reads it. */
#ifndef OEO_AGENT_COMMANDS_MAPPING_H
#define OEO_AGENT_COMMANDS_MAPPING_H

#include "proto/cli.h"

/* mapping suggest FILE [--plan FILE] [--synonyms FILE] [--out FILE] */
extern const struct oeo_option oeo_agent_suggest_options[];
enum oeo_exit oeo_agent_mapping_suggest(struct oeo_cli *cli);

/* mapping check MAPPING [FILE] [--plan FILE]: exit 1 where something is missing. */
extern const struct oeo_option oeo_agent_check_options[];
enum oeo_exit oeo_agent_mapping_check(struct oeo_cli *cli);

#endif
