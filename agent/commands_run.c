/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/commands_run.h"

#include "agent/agent.h"
#include "agent/run.h"
#include "proto/i18n.h"

const struct oeo_option oeo_agent_run_options[] = {
    {"inbox", N_("DIR"), N_("the folder in which files are laid; else the folder inbox in the home")},
    {"no-form", NULL, N_("do not serve the form at the desk")},
    {"port", N_("NUMBER"), N_("listen on this port; without it 7320")},
    {"address", N_("ADDRESS"), N_("listen here instead of 127.0.0.1; needs a certificate and a password")},
    {"host", N_("NAME"), N_("the name under which other computers reach the form")},
    {"certificate", "FILE", N_("TLS certificate (PEM)")},
    {"key", "FILE", N_("key of the certificate (PEM)")},
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
	struct oeo_form_options form = {.address = oeo_cli_value(cli, "address"),
	    .host = oeo_cli_value(cli, "host"),
	    .certificate = oeo_cli_value(cli, "certificate"),
	    .key = oeo_cli_value(cli, "key")};
	struct oeo_run_wish wish = {.home = cli->home,
	    .inbox = oeo_cli_value(cli, "inbox"),
	    .clock = cli->clock,
	    .form = oeo_cli_value(cli, "no-form") == NULL ? &form : NULL,
	    .is_form_required = oeo_cli_value(cli, "port") != NULL || form.address != NULL};
	unsigned long port = OEO_FORM_PORT;
	struct oeo_note why = {""};
	enum oeo_err err;

	if (!oeo_cli_number(cli, "port", 0, 65535, &port))
		return OEO_EXIT_USAGE;
	form.port = (unsigned)port;
	err = check_home(cli, &why);
	if (err == OEO_OK)
		err = oeo_run(&wish, &why);
	return oeo_cli_error(cli, err, &why);
}
