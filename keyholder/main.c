/* SPDX-License-Identifier: EUPL-1.2 */
/* oeo-keyholder: the table of its commands. */
#include <stddef.h>

#include "keyholder/commands.h"
#include "proto/backup_command.h"
#include "proto/i18n.h"

static const struct oeo_option init_options[] = {
    {"id", N_("ID"), N_("short name of this keyholder, as the plan names it")},
    {"name", N_("NAME"), N_("full name, for people")},
    {"endpoint", N_("ADDRESS"), N_("where members reach it: tcp://host:port")},
    {NULL, NULL, NULL},
};

static const struct oeo_option admit_options[] = {
    {"quota", "N", N_("elements per period and purpose, instead of the plan's forecast")},
    {NULL, NULL, NULL},
};

static const struct oeo_option quota_options[] = {
    {"period", N_("PERIOD"), N_("the period: 2026-11, 2026-Q4 or 2026")},
    {"add", "N", N_("how many elements to add, rounded up to 64")},
    {"plan", "ID", N_("the plan, where several are approved")},
    {NULL, NULL, NULL},
};

static const struct oeo_option approve_options[] = {
    {"collector", N_("CARD"), N_("card of the collector that signed the plan")},
    {"yes", NULL, N_("approve without asking")},
    {"out", N_("FILE"), N_("where to write the approval")},
    {NULL, NULL, NULL},
};

static const struct oeo_option run_options[] = {
    {"bind", N_("ADDRESS"), N_("listen here instead of at the endpoint of the card")},
    {NULL, NULL, NULL},
};

static const struct oeo_option log_options[] = {
    {"html", N_("FILE"), N_("write a page for the council's meeting")},
    {NULL, NULL, NULL},
};

static const struct oeo_option destroy_options[] = {
    {"period", N_("PERIOD"), N_("the period: 2026-11, 2026-Q4 or 2026")},
    {"plan", "ID", N_("the plan, where several are approved")},
    {"yes", NULL, N_("destroy without asking")},
    {"out", N_("FILE"), N_("where to write the signed statement")},
    {NULL, NULL, NULL},
};

static const struct oeo_option restore_options[] = {
    {"complete", NULL, N_("nothing was answered after the backup was made (a planned move)")},
    {"passphrase-file", "FILE", oeo_backup_passphrase_help},
    {NULL, NULL, NULL},
};

static const struct oeo_command commands[] = {
    {"init", "", N_("Make the keys and the card of this keyholder."), init_options, 0, 0, oeo_command_init},
    {"card", "", N_("Print the card to give to the collector and the members."), NULL, 0, 0,
	oeo_command_card},
    {"admit", N_("CARD"), N_("Admit a member."), admit_options, 1, 1, oeo_command_admit},
    {"quota", N_("MEMBER"), N_("Let a member ask more for one period."), quota_options, 1, 1,
	oeo_command_quota},
    {"revoke", N_("MEMBER"), N_("Do not answer a member any more."), NULL, 1, 1, oeo_command_revoke},
    {"members", "", N_("Show who is admitted."), NULL, 0, 0, oeo_command_members},
    {"plan approve", N_("FILE"), N_("Show in plain words what a plan publishes, and approve it."),
	approve_options, 1, 1, oeo_command_plan_approve},
    {"run", "", N_("Answer members, until it is stopped."), run_options, 0, 0, oeo_command_run},
    {"status", "", N_("Show how this keyholder stands, and what to do."), NULL, 0, 0, oeo_command_status},
    {"log", "", N_("Show who asked how much, for the council's meeting."), log_options, 0, 0,
	oeo_command_log},
    {"destroy", "", N_("Destroy the keys of a period, with a signed statement."), destroy_options, 0, 0,
	oeo_command_destroy},
    {"backup", N_("FILE"), N_("Write a copy of everything but the period keys."), oeo_backup_options, 1, 1,
	oeo_command_backup},
    {"restore", N_("FILE"), N_("Put a backup back into an empty folder."), restore_options, 1, 1,
	oeo_command_restore},
    {NULL, NULL, NULL, NULL, 0, 0, NULL},
};

static const struct oeo_program program = {
    "oeo-keyholder",
    N_("holds the keys of each period, answers blinded questions, and shows who asked how much"),
    "/var/lib/oeo/keyholder",
    commands,
};

int main(int argc, char **argv)
{
	return oeo_cli_main(&program, argc, argv);
}
