/* SPDX-License-Identifier: EUPL-1.2 */
/* oeo-agent: the table of its commands. */
#include <stddef.h>
#include <stdint.h>

#include "agent/commands.h"
#include "agent/commands_form.h"
#include "agent/commands_intake.h"
#include "agent/commands_mapping.h"
#include "agent/commands_mirror.h"
#include "agent/commands_rights.h"
#include "agent/commands_run.h"
#include "proto/backup_command.h"
#include "proto/i18n.h"

static const struct oeo_command commands[] = {
    {"init", "", N_("make this member's keys and its ledger"), oeo_agent_init_options, 0, 0, oeo_agent_init},
    {"card", "", N_("show this member's card, for the bureau and the keyholders"), NULL, 0, 0,
	oeo_agent_card_show},
    {"join", N_("CARD..."), N_("keep the cards of the bureau and the keyholders"), oeo_agent_join_options, 1,
	SIZE_MAX, oeo_agent_join},
    {"plan show", "", N_("fetch the plan and tell in plain words what it does"), NULL, 0, 0,
	oeo_agent_plan_show},
    {"plan accept", "", N_("accept the plan that was shown; nothing is sent without"),
	oeo_agent_accept_options, 0, 0, oeo_agent_plan_accept},
    {"mapping suggest", N_("FILE"), N_("look at an export and propose how to read it, to be completed"),
	oeo_agent_suggest_options, 1, 1, oeo_agent_mapping_suggest},
    {"mapping check", N_("MAPPING [FILE]"),
	N_("tell what is missing in a mapping, and in reading FILE with it"), oeo_agent_check_options, 1, 2,
	oeo_agent_mapping_check},
    {"preview", N_("FILE"), N_("show what a file would give, store and send nothing"),
	oeo_agent_preview_options, 0, 1, oeo_agent_preview},
    {"import", N_("FILE..."), N_("put the questions of these files into the ledger"),
	oeo_agent_import_options, 1, SIZE_MAX, oeo_agent_import},
    {"run", "", N_("read what is laid in a folder and send what is due by itself, all the time"),
	oeo_agent_run_options, 0, 0, oeo_agent_run},
    {"publish", "", N_("send what is due, sealed; goes on where it was interrupted"),
	oeo_agent_publish_options, 0, 0, oeo_agent_publish},
    {"form password", "", N_("set the password of the coordinator or of the desks"),
	oeo_agent_form_password_options, 0, 0, oeo_agent_form_password},
    {"form", "", N_("serve the form at the desk, in a browser, without the daemon"), oeo_agent_form_options,
	0, 0, oeo_agent_form},
    {"status", "", N_("tell how every period stands and what there is to do"), NULL, 0, 0, oeo_agent_status},
    {"mirror", N_("RELEASE..."),
	N_("show your own figures beside the published ones, and what deserves a look"),
	oeo_agent_mirror_options, 0, SIZE_MAX, oeo_agent_mirror},
    {"withdraw", "", N_("take one resident's questions out of the ledger"), oeo_agent_withdraw_options, 0, 0,
	oeo_agent_withdraw},
    {"settings", "", N_("show or choose how long names are kept, and erase what is over"),
	oeo_agent_settings_options, 0, 0, oeo_agent_settings},
    {"backup", N_("FILE"), N_("write everything of this agent to one file"), oeo_backup_options, 1, 1,
	oeo_agent_backup},
    {"restore", N_("FILE"), N_("put a backup back into an empty folder"), oeo_agent_restore_options, 1, 1,
	oeo_agent_restore},
    {NULL, NULL, NULL, NULL, 0, 0, NULL},
};

static const struct oeo_program program = {
    .name = "oeo-agent",
    .summary = N_("takes in a member's questions and sends them sealed, for Ogen en Oren"),
    .default_home = "/var/lib/oeo/agent",
    .commands = commands,
};

int main(int argc, char **argv)
{
	return oeo_cli_main(&program, argc, argv);
}
