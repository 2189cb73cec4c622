/* SPDX-License-Identifier: EUPL-1.2 */
/* The subcommands of oeo-agent around plan and submission; those of intake are in commands_intake.h. */
#ifndef OEO_AGENT_COMMANDS_H
#define OEO_AGENT_COMMANDS_H

#include "proto/cli.h"

/* init: --member ID --name NAME. A creation that was cut short is finished. */
extern const struct oeo_option oeo_agent_init_options[];
enum oeo_exit oeo_agent_init(struct oeo_cli *cli);

/* card: the own card on stdout; its fingerprint, to be read out, on stderr. */
enum oeo_exit oeo_agent_card_show(struct oeo_cli *cli);

/* join CARD... [--replace] */
extern const struct oeo_option oeo_agent_join_options[];
enum oeo_exit oeo_agent_join(struct oeo_cli *cli);

/* plan show; plan accept [--yes] */
extern const struct oeo_option oeo_agent_accept_options[];
enum oeo_exit oeo_agent_plan_show(struct oeo_cli *cli);
enum oeo_exit oeo_agent_plan_accept(struct oeo_cli *cli);

/* publish [--period P] [--again] [--timer] [--coverage yes|partly|no] [--wait SECONDS] */
extern const struct oeo_option oeo_agent_publish_options[];
enum oeo_exit oeo_agent_publish(struct oeo_cli *cli);

enum oeo_exit oeo_agent_status(struct oeo_cli *cli);

#endif
