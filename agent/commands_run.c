/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/commands_run.h"

#include "agent/agent.h"
#include "agent/run.h"
#include "proto/i18n.h"

const struct oeo_option oeo_agent_run_options[] = {
    {"inbox", N_("DIR"), N_("the folder in which files are laid; else the folder inbox in the home")},
    {NULL, NULL, NULL},
};

/* A home that does not hold an agent is told at the start, not at the first file. */
static enum oeo_err check_home(const struct oeo_cli *cli, struct oeo_note *why)
{
	struct oeo_agent agent;
	enum oeo_err err = oeo_agent_open(&agent, cli->home, cli->clock, why);

	if (err == OEO_OK)
		oeo_agent_close(&agent);
	return err;
}

enum oeo_exit oeo_agent_run(struct oeo_cli *cli)
{
	struct oeo_run_wish wish = {cli->home, oeo_cli_value(cli, "inbox"), cli->clock};
	struct oeo_note why = {""};
	enum oeo_err err = check_home(cli, &why);

	if (err == OEO_OK)
		err = oeo_run(&wish, &why);
	return oeo_cli_error(cli, err, &why);
}
