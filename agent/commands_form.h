/* SPDX-License-Identifier: EUPL-1.2 */
/* The subcommands of oeo-agent around the form at the desk. */
#ifndef OEO_AGENT_COMMANDS_FORM_H
#define OEO_AGENT_COMMANDS_FORM_H

#include "proto/cli.h"

/* form [--port N] [--address A --certificate FILE --key FILE [--host NAME]] [--synonyms FILE]: serve the form alone,
 * until SIGTERM or SIGINT. */
extern const struct oeo_option oeo_agent_form_options[];
enum oeo_exit oeo_agent_form(struct oeo_cli *cli);

/* form password --for desk|coordinator [--file FILE] */
extern const struct oeo_option oeo_agent_form_password_options[];
enum oeo_exit oeo_agent_form_password(struct oeo_cli *cli);

#endif
